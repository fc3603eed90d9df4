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

from app.dialogue import followups
from app.dialogue.followups import Reading
from app.inference.local import LocalClassifier
from app.inference.ports import Judgement
from app.knowledge.index import Index, Query
from app.knowledge.store import Kept
from app.knowledge.values import Entry, Found
from app.sessions.store import Session

T = TypeVar("T")
Figures = dict[str, dict[str, float]]  # way -> part of the set -> share


@dataclass(frozen=True)
class Pair:
    """Two turns: a question that `entry` answers, and what is said next, which `expected` does."""

    part: str  # dev: what was chosen, was chosen on these; test
    kind: str
    asked: str
    entry: str
    followup: str
    expected: str


Read = Callable[[str, Session], Reading]


def alone(text: str, session: Session) -> Reading:
    """As if nothing had been said before."""
    return Reading(text)


def joined(text: str, session: Session) -> Reading:
    """Both questions as one text."""
    both = f"{session.asked}，{text}"
    return Reading(both)


def blended(text: str, session: Session) -> Reading:
    """Both questions' vectors, whatever the second is."""
    return Reading(text, session.asked, 0.5)


def rewritten(text: str, session: Session) -> Reading:
    """The reading alone, where there is one."""
    found = followups.read(text, session)
    return Reading(found.asks, leans=found.leans)


WAYS: Mapping[str, Read] = {
    "alone": alone,
    "joined": joined,
    "blended": blended,
    "rewritten": rewritten,
    "rewritten and blended (kept)": followups.read,
}


async def measure(folder: Path) -> Figures:
    """Share of follow-ups whose first hit is the expected entry, by way and part."""
    pairs = _load(folder / "followups.jsonl", Pair)
    with tempfile.TemporaryDirectory() as nothing_promoted:
        classifier = LocalClassifier("cpu", 1, 800, Path(nothing_promoted))
        try:
            index = await _taught(classifier, _load(folder / "faq.jsonl", Entry))
            firsts = await _found(classifier, index, [alone(p.asked, Session()) for p in pairs])
            sessions = [
                Session(asked=pair.asked, said=found.hits[0].id)
                for pair, (_, found) in zip(pairs, firsts, strict=True)
            ]
            hits = [
                pair.entry == session.said for pair, session in zip(pairs, sessions, strict=True)
            ]
            figures = {"first question": _by_part(pairs, hits)}
            for way, read in WAYS.items():
                right = await _right(classifier, index, pairs, sessions, read)
                figures[way] = _by_part(pairs, right)
        finally:
            classifier.close()
    return figures


def markdown(figures: Figures) -> str:
    """A table."""
    parts = list(next(iter(figures.values())))
    lines = [f"| hit@1 | {' | '.join(parts)} |", f"| --- |{' ---: |' * len(parts)}"]
    for way, shares in figures.items():
        lines.append(f"| {way} | {' | '.join(f'{shares[part]:.3f}' for part in parts)} |")
    return "\n".join(lines)


async def _right(
    classifier: LocalClassifier,
    index: Index,
    pairs: Sequence[Pair],
    sessions: Sequence[Session],
    read: Read,
) -> list[bool]:
    readings = [read(p.followup, s) for p, s in zip(pairs, sessions, strict=True)]
    right = []
    for pair, session, reading, (judged, found) in zip(
        pairs, sessions, readings, await _found(classifier, index, readings), strict=True
    ):
        said = followups.choose(reading, judged, found, session.said) or found.hits[0]
        right.append(said.id == pair.expected)
    return right


async def _found(
    classifier: LocalClassifier, index: Index, readings: Sequence[Reading]
) -> list[tuple[Judgement, Found]]:
    judged = await followups.judged(classifier, readings)
    sure = [each for each in judged if isinstance(each, Judgement)]
    queries = [Query(r.asks, j.vector, j.model) for r, j in zip(readings, sure, strict=True)]
    return list(zip(sure, index.search(queries, 2), strict=True))


async def _taught(classifier: LocalClassifier, entries: Sequence[Entry]) -> Index:
    texts = [text for entry in entries for text in entry.texts]
    judged = iter(await classifier.classify(texts))
    kept = []
    for entry in entries:
        found = [next(judged) for _ in entry.texts]
        sure = [each for each in found if isinstance(each, Judgement)]
        kept.append(Kept(entry, np.stack([each.vector for each in sure]), sure[0].model))
    return Index().changed(kept)


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


def _load(file: Path, kind: type[T]) -> list[T]:
    lines = file.read_text("utf-8").splitlines()
    read: TypeAdapter[Any] = TypeAdapter(kind)
    return [read.validate_python(json.loads(line)) for line in lines]
