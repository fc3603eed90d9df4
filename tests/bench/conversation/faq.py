"""Recall of a knowledge base, taught and asked over REST.

The file is JSON Lines, each with `question` and `entry`: the entry's name, its standard question.
With `"teach": true` the question is taught as another way to ask its entry; without, it is asked.
An `entry` of null marks a sentence that no entry answers.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.conversation.stage import VERIFIED, opened

AT_ONCE = 200  # queries a call
TOP = 3
TO_REACH = {"recall_at_1": 0.65, "recall_at_3": 0.85, "refused": 0.85}


@dataclass(frozen=True)
class Questions:
    """What is taught, asked and foreign."""

    entries: Mapping[str, Sequence[str]]  # standard question -> other ways to ask it
    answerable: Sequence[tuple[str, str]]  # question, entry
    foreign: Sequence[str] = field(default=())


def load(file: Path) -> Questions:
    """Raises ValueError where a line can't be used, with its number."""
    entries: dict[str, list[str]] = {}
    answerable, foreign = [], []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            question, entry = str(row["question"]), row["entry"]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{file}, line {number}: {error!r}") from None
        if entry is None:
            foreign.append(question)
            continue
        variants = entries.setdefault(str(entry), [])
        if row.get("teach"):
            variants.append(question)
        else:
            answerable.append((question, str(entry)))
    if not answerable:
        raise ValueError(f"{file} asks nothing of an entry")
    return Questions(entries, answerable, foreign)


async def measure(file: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Raises ValueError for the file, Died where the service refuses it."""
    questions = load(file)
    async with opened(environment=environment) as stage:
        await stage.teach(VERIFIED, [
            {"question": entry, "variants": variants[:50], "answer": f"关于{entry}，请看说明。"}
            for entry, variants in questions.entries.items()
        ])  # fmt: skip
        texts = [question for question, _ in questions.answerable] + list(questions.foreign)
        results: list[dict[str, Any]] = []
        for at in range(0, len(texts), AT_ONCE):
            body = {"account": VERIFIED, "queries": texts[at : at + AT_ONCE], "top_k": TOP}
            results += (await stage.ask("/api/v1/knowledge/search", body))["results"]
    return figures(questions, results)


def figures(questions: Questions, results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """`results` in the order of the questions asked, then the foreign ones."""
    ours, others = results[: len(questions.answerable)], results[len(questions.answerable) :]
    named = [[hit["question"] for hit in each["hits"]] for each in ours]
    right = [entry for _, entry in questions.answerable]
    first = [entry in hits[:1] for entry, hits in zip(right, named, strict=True)]
    answered = [bool(each["answerable"]) for each in ours]
    wrong = [a and not f for a, f in zip(answered, first, strict=True)]
    return {
        "entries": len(questions.entries),
        "asked": len(right),
        "foreign": len(others),
        "recall_at_1": _mean(first),
        "recall_at_3": _mean([e in hits for e, hits in zip(right, named, strict=True)]),
        "answered": _mean(answered),
        "answered_wrongly": _mean(wrong),
        "refused": _mean([not each["answerable"] for each in others]),
    }


def markdown(week_figures: Mapping[str, Any]) -> str:
    head = (
        f"{week_figures['entries']} entries, {week_figures['asked']} questions asked, "
        f"{week_figures['foreign']} sentences about something else."
    )
    names = ("recall_at_1", "recall_at_3", "answered", "answered_wrongly", "refused")
    bounds = {name: f"≥ {least}" for name, least in TO_REACH.items()}
    rows = [f"| {name} | {week_figures[name]} | {bounds.get(name, '')} |" for name in names]
    return "\n".join([head, "", "| | measured | to reach |", "|---|---:|---:|", *rows])


def _mean(flags: Sequence[bool]) -> float | None:
    return round(sum(flags) / len(flags), 4) if flags else None
