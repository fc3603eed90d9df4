"""What the CMS asks of the knowledge base."""

from typing import Any, assert_never

from pydantic_core import to_jsonable_python

from app.errors import UnknownEntry
from app.jobs import Browse, Fact, Learn, Search, Unlearn
from app.knowledge.service import Knowledge
from app.knowledge.values import Entry, Found, Hit, name

Ask = Learn | Unlearn | Browse | Search
NOTHING = Found(answerable=False, hits=())


async def answer(knowledge: Knowledge, ask: Ask) -> Any:
    """As JSON. Raises UnknownEntry and Unteachable."""
    match ask:
        case Learn():
            return await _learn(knowledge, ask)
        case Unlearn():
            return await knowledge.forget(ask.account, ask.entry)
        case Browse():
            return await _browse(knowledge, ask)
        case Search():
            return await _search(knowledge, ask)
        case _:
            assert_never(ask)


async def _learn(knowledge: Knowledge, ask: Learn) -> list[dict[str, Any]]:
    # The same question twice in one call: the later one stands.
    entries = {entry.id: entry for entry in map(_entry, ask.facts)}
    await knowledge.learn(ask.account, list(entries.values()))
    alike = await knowledge.alike(ask.account, list(entries.values()))
    told = {
        entry.id: to_jsonable_python(entry) | {"alike": [_double(hit, entry) for hit in hits]}
        for entry, hits in zip(entries.values(), alike, strict=True)
    }
    return [told[_entry(fact).id] for fact in ask.facts]


def _double(hit: Hit, entry: Entry) -> dict[str, Any]:
    return {
        "id": hit.id,
        "question": hit.question,
        "score": hit.score,
        "same_answer": hit.answer == entry.answer,
    }


async def _browse(knowledge: Knowledge, ask: Browse) -> dict[str, Any]:
    if ask.entry:
        entry = await knowledge.store.get(ask.account, ask.entry)
        if entry is None:
            raise UnknownEntry(f"account {ask.account!r} has no entry {ask.entry!r}")
        return {"entries": [to_jsonable_python(entry)]}
    found = await knowledge.store.page(ask.account, ask.after, ask.limit + 1)
    page = found[: ask.limit]
    return {
        "entries": to_jsonable_python(page),
        "total": await knowledge.store.count(ask.account),
        "next": page[-1].id if len(found) > ask.limit else None,
    }


async def _search(knowledge: Knowledge, ask: Search) -> Any:
    answers = await knowledge.answers(ask.account, ask.queries, ask.top_k, chunks=True)
    return to_jsonable_python(answers)


def _entry(fact: Fact) -> Entry:
    entry = fact.id or name(fact.question)
    return Entry(entry, fact.question, tuple(fact.variants), fact.answer)
