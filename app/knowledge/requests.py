"""Answers worker requests about entries: upsert, delete, list and search."""

from typing import Any, assert_never

from pydantic_core import to_jsonable_python

from app.errors import UnknownEntry
from app.jobs import DeleteEntry, EntryInput, ListEntries, SearchEntries, UpsertEntries
from app.knowledge.service import Knowledge
from app.knowledge.values import Entry, Hit, SearchResult, make_entry_id

KnowledgeRequest = UpsertEntries | DeleteEntry | ListEntries | SearchEntries
NOTHING = SearchResult(answerable=False, hits=())


async def handle_request(knowledge: Knowledge, request: KnowledgeRequest) -> Any:
    """The result as JSON. Raises UnknownEntry and EmbeddingFailed."""
    match request:
        case UpsertEntries():
            return await _upsert_entries(knowledge, request)
        case DeleteEntry():
            return await knowledge.delete_entry(request.account, request.entry)
        case ListEntries():
            return await _list_entries(knowledge, request)
        case SearchEntries():
            return await _search_entries(knowledge, request)
        case _:
            assert_never(request)


async def _upsert_entries(knowledge: Knowledge, request: UpsertEntries) -> list[dict[str, Any]]:
    # The same id twice in one call: the later entry is stored.
    entries = {entry.id: entry for entry in map(_to_entry, request.facts)}
    await knowledge.upsert_entries(request.account, list(entries.values()))
    near_duplicates = await knowledge.find_near_duplicates(request.account, list(entries.values()))
    entries_json = {
        entry.id: to_jsonable_python(entry)
        | {"alike": [_describe_duplicate(hit, entry) for hit in hits]}
        for entry, hits in zip(entries.values(), near_duplicates, strict=True)
    }
    return [entries_json[_to_entry(fact).id] for fact in request.facts]


def _describe_duplicate(hit: Hit, entry: Entry) -> dict[str, Any]:
    return {
        "id": hit.id,
        "question": hit.question,
        "score": hit.score,
        "same_answer": hit.answer == entry.answer,
    }


async def _list_entries(knowledge: Knowledge, request: ListEntries) -> dict[str, Any]:
    if request.entry:
        entry = await knowledge.store.get(request.account, request.entry)
        if entry is None:
            raise UnknownEntry(f"account {request.account!r} has no entry {request.entry!r}")
        return {"entries": [to_jsonable_python(entry)]}
    entries = await knowledge.store.page(request.account, request.after, request.limit + 1)
    page = entries[: request.limit]
    return {
        "entries": to_jsonable_python(page),
        "total": await knowledge.store.count(request.account),
        "next": page[-1].id if len(entries) > request.limit else None,
    }


async def _search_entries(knowledge: Knowledge, request: SearchEntries) -> Any:
    answers = await knowledge.find_answers(
        request.account, request.queries, request.top_k, chunks=True
    )
    return to_jsonable_python(answers)


def _to_entry(fact: EntryInput) -> Entry:
    entry = fact.id or make_entry_id(fact.question)
    return Entry(entry, fact.question, tuple(fact.variants), fact.answer)
