"""How many follow-ups find their entry, with the shipped model: alone, and in four other ways.

Each pair is two turns as they would go: the first question is searched, right or wrong, and the
second is read with what the session then knows. `shop` has 30 pairs that things were chosen by and
70 that were left alone; `tea` was written after the first choice, looked at, and chosen by from
then on; `skincare` came last and was left alone.
"""

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from pydantic import TypeAdapter

from app.dialogue.answers.choosing import choose_evidence
from app.dialogue.understanding.query_rewriting import followups, search_vectors
from app.dialogue.understanding.query_rewriting.followups import RewrittenQuestion
from app.inference.local.encoder import LocalClassifier
from app.inference.local.search import LocalSearchModel
from app.inference.ports import Candidate, Classification, Comparison, TextVector
from app.knowledge.entries.repository import StoredEntry
from app.knowledge.search.index import Index
from app.knowledge.search.query import Query
from app.knowledge.service import NEAREST
from app.knowledge.values import Entry, Evidence
from app.messages.values import Text, as_plain_text
from app.sessions.store import Session

T = TypeVar("T")
Figures = dict[str, dict[str, float]]  # way -> part of the set -> share


@dataclass(frozen=True)
class Pair:
    """Two turns: a question that `entry` answers, and what is said next, which `expected` does."""

    part: str  # dev: what was chosen, was chosen on these; test
    kind: str
    question: str
    entry: str
    followup: str
    expected: str


@dataclass(frozen=True)
class Models:
    """What reads messages, and what finds and verifies entries."""

    classifier: LocalClassifier
    search: LocalSearchModel


Read = Callable[[str, Session], RewrittenQuestion]


def alone(text: str, session: Session) -> RewrittenQuestion:
    """As if nothing had been said before."""
    return RewrittenQuestion(standalone_question=text)


def joined(text: str, session: Session) -> RewrittenQuestion:
    """Both questions as one text."""
    both = f"{session.last_question}，{text}"
    return RewrittenQuestion(standalone_question=both)


def blended(text: str, session: Session) -> RewrittenQuestion:
    """Both questions' vectors, whatever the second is."""
    return RewrittenQuestion(
        standalone_question=text, previous_question=session.last_question, weight=0.5
    )


def rewritten(text: str, session: Session) -> RewrittenQuestion:
    """The reading alone, where there is one."""
    question = followups.rewrite_question(text, session)
    return RewrittenQuestion(
        standalone_question=question.standalone_question, is_followup=question.is_followup
    )


WAYS: Mapping[str, Read] = {
    "alone": alone,
    "joined": joined,
    "blended": blended,
    "rewritten": rewritten,
    "rewritten and blended (kept)": followups.rewrite_question,
}


async def measure(folder: Path) -> Figures:
    """Share of follow-ups whose first hit is the expected entry, by way and part."""
    pairs = _load(folder / "followups.jsonl", Pair)
    with tempfile.TemporaryDirectory() as nothing_promoted:
        classifier = LocalClassifier("cpu", 1, 800, Path(nothing_promoted))
        models = Models(classifier, LocalSearchModel("cpu", classifier.dtype))
        try:
            return await _figures(models, pairs, _load_entries(folder / "faq.jsonl"))
        finally:
            models.search.close()
            classifier.close()


async def _figures(models: Models, pairs: Sequence[Pair], entries: Sequence[Entry]) -> Figures:
    index = await _taught(models.search, entries)
    firsts = await _first(models, index, [pair.question for pair in pairs])
    sessions = [
        Session(last_question=pair.question, last_entry_id=first)
        for pair, first in zip(pairs, firsts, strict=True)
    ]
    hits = [
        pair.entry == session.last_entry_id for pair, session in zip(pairs, sessions, strict=True)
    ]
    figures = {"first question": _by_part(pairs, hits)}
    for way, read in WAYS.items():
        figures[way] = _by_part(pairs, await _right(models, index, pairs, sessions, read))
    return figures


async def _first(models: Models, index: Index, questions: Sequence[str]) -> list[str]:
    readings = [alone(question, Session()) for question in questions]
    classifications = await models.classifier.classify(
        [reading.standalone_question for reading in readings]
    )
    return [
        (await _evidence(models.search, index, reading, judgement))[0].id
        for reading, judgement in zip(readings, classifications, strict=True)
        if isinstance(judgement, Classification)
    ]


def markdown(figures: Figures) -> str:
    """A table."""
    parts = list(next(iter(figures.values())))
    lines = [f"| hit@1 | {' | '.join(parts)} |", f"| --- |{' ---: |' * len(parts)}"]
    for way, shares in figures.items():
        lines.append(f"| {way} | {' | '.join(f'{shares[part]:.3f}' for part in parts)} |")
    return "\n".join(lines)


async def _right(
    models: Models,
    index: Index,
    pairs: Sequence[Pair],
    sessions: Sequence[Session],
    read: Read,
) -> list[bool]:
    readings = [read(p.followup, s) for p, s in zip(pairs, sessions, strict=True)]
    classifications = await models.classifier.classify(
        [reading.standalone_question for reading in readings]
    )
    right = []
    for pair, session, reading, judgement in zip(
        pairs, sessions, readings, classifications, strict=True
    ):
        assert isinstance(judgement, Classification)
        evidence = await _evidence(models.search, index, reading, judgement)
        answer = choose_evidence(reading, judgement, evidence, session.last_entry_id, 0.0)
        right.append(bool(answer and answer.id == pair.expected))
    return right


async def _evidence(
    search: LocalSearchModel, index: Index, reading: RewrittenQuestion, judgement: Classification
) -> list[Evidence]:
    rows = [row for row in await search.embed(reading.texts) if isinstance(row, TextVector)]
    vector = search_vectors.blend_vectors(reading, judgement, [row.vector for row in rows])
    [result] = index.search([Query(reading.standalone_question, vector, rows[-1].model)], NEAREST)
    candidates = tuple(
        Candidate((hit.question, hit.text), as_plain_text(hit.answer)) for hit in result.hits
    )
    [verified] = await search.verify([Comparison(reading.standalone_question, candidates)])
    evidence = [
        Evidence(
            id=hit.id,
            kind="entry",
            title=hit.question,
            text=as_plain_text(hit.answer),
            passage="",
            probability=each.probability,
        )
        for hit, each in zip(result.hits, verified, strict=True)
    ]
    return sorted(evidence, key=lambda each: -each.probability)


async def _taught(search: LocalSearchModel, entries: Sequence[Entry]) -> Index:
    index_entries = []
    for entry in entries:
        rows = [row for row in await search.embed(entry.texts) if isinstance(row, TextVector)]
        index_entries.append(
            StoredEntry(entry, np.stack([row.vector for row in rows]), rows[0].model)
        )
    return Index().with_changes(index_entries)


def _by_part(pairs: Sequence[Pair], right: Sequence[bool]) -> dict[str, float]:
    """Shares of each part, of the new topics of all parts, and of everything."""
    groups = {
        **{part: [p.part == part for p in pairs] for part in dict.fromkeys(p.part for p in pairs)},
        "new topics": [p.kind == "new" for p in pairs],
        "all": [True] * len(pairs),
    }
    return {
        name: round(sum(r for r, mine in zip(right, chosen, strict=True) if mine) / sum(chosen), 3)
        for name, chosen in sorted(groups.items())
    }


def _load_entries(file: Path) -> list[Entry]:
    rows = map(json.loads, file.read_text("utf-8").splitlines())
    return [
        Entry(row["id"], row["question"], tuple(row["variants"]), Text(content=row["answer"]))
        for row in rows
    ]


def _load(file: Path, kind: type[T]) -> list[T]:
    lines = file.read_text("utf-8").splitlines()
    read: TypeAdapter[Any] = TypeAdapter(kind)
    return [read.validate_python(json.loads(line)) for line in lines]
