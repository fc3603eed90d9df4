"""The evidence shown beside a playground reply: entries with scores, and cited sentences."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from app.api.worker_client import call_worker
from app.deps import AppState
from app.errors import Refusal
from app.jobs import SearchEntries
from app.knowledge.documents.document_repository import DocumentStore
from app.knowledge.entries import entry_stream as entry_rows
from app.messages.sentences import split_sentences
from app.messages.values import ANSWER, Text, as_plain_text

MAX_ENTRIES = 3  # best entries of the search that are shown
WITHIN = 3.0  # seconds for the search; the answer is shown without it
_CITED, _NEAR = 0.6, 0.25  # shares of a sentence's character pairs that the reply contains


class EntryShown(BaseModel):
    """An entry. `score`: probability that it answers the message; None if the search did not
    return it. Only texts (`is_text`) can be edited here.
    """

    id: str
    question: str
    answer: str
    score: float | None
    is_cited: bool
    is_text: bool


class SentenceShown(BaseModel):
    """A sentence of a passage."""

    text: str
    is_cited: bool


class PassageShown(BaseModel):
    """A chunk of a document that is cited."""

    id: str
    title: str
    source: str
    sentences: list[SentenceShown]


class PlaygroundEvidence(BaseModel):
    """Entries, cited ones first, then by score; and the cited passages."""

    entries: list[EntryShown] = []
    passages: list[PassageShown] = []


async def find_evidence(
    state: AppState, account: str, text: str, reply: str, why: Mapping[str, Any]
) -> PlaygroundEvidence:
    """Search the knowledge base for `text`; add the entries and chunks cited in `why`."""
    citations = [str(each) for each in why.get("citations") or ()]
    entries = await _find_entries(state, account, text, citations)
    entry_ids = {entry.id for entry in entries}
    passages = [
        passage
        for each in citations
        if each not in entry_ids and (passage := await _find_passage(state, account, each, reply))
    ]
    return PlaygroundEvidence(entries=entries, passages=passages)


def mark_cited(passage: str, reply: str) -> list[SentenceShown]:
    """The passage's sentences; cited: those that the reply mostly contains, else the nearest."""
    lines = split_sentences(passage)
    reply_pairs = _character_pairs(reply)
    shares = [
        len(_character_pairs(line) & reply_pairs) / (len(_character_pairs(line)) or 1)
        for line in lines
    ]
    best = max(shares, default=0.0)
    least = min(_CITED, best) if best >= _NEAR else 1.1
    return [
        SentenceShown(text=line, is_cited=share >= least)
        for line, share in zip(lines, shares, strict=True)
    ]


async def _find_entries(
    state: AppState, account: str, text: str, citations: Sequence[str]
) -> list[EntryShown]:
    hits = await _search_entries(state, account, text)
    rows = {row.id: row for row in await entry_rows.read_entries(state.engine, account, citations)}
    hits_by_id = {
        hit["id"]: (hit["question"], ANSWER.validate_python(hit["answer"]), hit["score"])
        for hit in hits
    }
    hits_by_id |= {
        id: (row.question, row.answer, None) for id, row in rows.items() if id not in hits_by_id  # noqa: A001
    }  # fmt: skip
    shown_entries = [
        EntryShown(
            id=id, question=question, answer=as_plain_text(answer), score=score,
            is_cited=id in rows, is_text=isinstance(answer, Text),
        )
        for id, (question, answer, score) in hits_by_id.items()  # noqa: A001
    ]  # fmt: skip
    return sorted(shown_entries, key=lambda entry: not entry.is_cited)


async def _search_entries(state: AppState, account: str, text: str) -> list[dict[str, Any]]:
    """The best entries for this text; none if no worker answers within WITHIN."""
    if not text.strip():
        return []
    with contextlib.suppress(Refusal, TimeoutError):
        async with asyncio.timeout(WITHIN):
            [search_result] = await call_worker(
                state,
                lambda w: SearchEntries(
                    waiter=w, account=account, queries=[text], top_k=MAX_ENTRIES
                ),
            )
            return [hit for hit in search_result["hits"] if hit["kind"] == "entry"]
    return []


async def _find_passage(
    state: AppState, account: str, chunk: str, reply: str
) -> PassageShown | None:
    document_and_chunks = await DocumentStore(state.engine).get(account, chunk.partition("-")[0])
    for row in document_and_chunks[1] if document_and_chunks else ():
        if document_and_chunks and row.id == chunk:
            return PassageShown(
                id=chunk, title=row.title, source=document_and_chunks[0].source,
                sentences=mark_cited(row.text, reply),
            )  # fmt: skip
    return None


def _character_pairs(text: str) -> set[str]:
    plain = "".join(c for c in text if c.isalnum())
    return {plain[i : i + 2] for i in range(len(plain) - 1)}
