"""What an answer of the playground rests on: entries with their scores, and cited sentences."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from app.api.worker_client import ask
from app.deps import Door
from app.dialogue.generation.passages import sentences
from app.errors import Refusal
from app.jobs import Search
from app.knowledge import entry_stream as entry_rows
from app.knowledge.document_repository import Documents
from app.messages.values import ANSWER, Text, as_plain_text

SHOWN = 3  # entries: the first, and who came next
WITHIN = 3.0  # seconds for the search; the answer is shown without it
_CITED, _NEAR = 0.6, 0.25  # of a sentence's pairs of characters that the reply has


class EntryShown(BaseModel):
    """`score` is how likely it answers the message, None where it was not among the first.

    A card is no text, and not edited here.
    """

    id: str
    question: str
    answer: str
    score: float | None
    is_cited: bool
    is_text: bool


class SentenceShown(BaseModel):
    """Of a passage."""

    text: str
    is_cited: bool


class PassageShown(BaseModel):
    """A chunk of a document that is cited."""

    id: str
    title: str
    source: str
    sentences: list[SentenceShown]


class Evidence(BaseModel):
    """Entries with the likeliest first, and the passages that are cited."""

    entries: list[EntryShown] = []
    passages: list[PassageShown] = []


async def find_evidence(
    at: Door, account: str, text: str, reply: str, why: Mapping[str, Any]
) -> Evidence:
    """What the message finds now, and what the answer cites."""
    cited = [str(each) for each in why.get("cited") or ()]
    entries = await _entries(at, account, text, cited)
    known = {entry.id for entry in entries}
    passages = [
        passage
        for each in cited
        if each not in known and (passage := await _passage(at, account, each, reply))
    ]
    return Evidence(entries=entries, passages=passages)


def mark_cited(passage: str, reply: str) -> list[SentenceShown]:
    """Its sentences; cited are those that the reply says, or the one nearest to it."""
    lines = sentences(passage)
    said = _pairs(reply)
    shares = [len(_pairs(line) & said) / (len(_pairs(line)) or 1) for line in lines]
    best = max(shares, default=0.0)
    least = min(_CITED, best) if best >= _NEAR else 1.1
    return [
        SentenceShown(text=line, is_cited=share >= least)
        for line, share in zip(lines, shares, strict=True)
    ]


async def _entries(at: Door, account: str, text: str, cited: Sequence[str]) -> list[EntryShown]:
    hits = await _search(at, account, text)
    rows = {row.id: row for row in await entry_rows.read(at.engine, account, cited)}
    listed = {
        hit["id"]: (hit["question"], ANSWER.validate_python(hit["answer"]), hit["score"])
        for hit in hits
    }
    listed |= {
        id: (row.question, row.answer, None) for id, row in rows.items() if id not in listed  # noqa: A001
    }  # fmt: skip
    shown = [
        EntryShown(
            id=id, question=question, answer=as_plain_text(answer), score=score,
            is_cited=id in rows, is_text=isinstance(answer, Text),
        )
        for id, (question, answer, score) in listed.items()  # noqa: A001
    ]  # fmt: skip
    return sorted(shown, key=lambda entry: not entry.is_cited)


async def _search(at: Door, account: str, text: str) -> list[dict[str, Any]]:
    """Nothing where no worker answers soon."""
    if not text.strip():
        return []
    with contextlib.suppress(Refusal, TimeoutError):
        async with asyncio.timeout(WITHIN):
            [found] = await ask(
                at, lambda w: Search(waiter=w, account=account, queries=[text], top_k=SHOWN)
            )
            return [hit for hit in found["hits"] if hit["kind"] == "entry"]
    return []


async def _passage(at: Door, account: str, chunk: str, reply: str) -> PassageShown | None:
    found = await Documents(at.engine).get(account, chunk.partition("-")[0])
    for row in found[1] if found else ():
        if found and row.id == chunk:
            return PassageShown(
                id=chunk, title=row.title, source=found[0].source,
                sentences=mark_cited(row.text, reply),
            )  # fmt: skip
    return None


def _pairs(text: str) -> set[str]:
    plain = "".join(c for c in text if c.isalnum())
    return {plain[i : i + 2] for i in range(len(plain) - 1)}
