"""Labelled texts from disk, and which of them are held out."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class LabelledText:
    """A text and the label its source gives it."""

    text: str
    label: str


def read_labelled_texts(*paths: Path) -> list[LabelledText]:
    """All rows of some JSON Lines files in their order."""
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").split("\n"))
    records = (json.loads(line) for line in lines if line)
    return [LabelledText(row["text"], str(row["label"])) for row in records if row["text"].strip()]


CIC = ("cic/train", "cic/dev")


def read_cic(data: Path, *sources: str) -> list[LabelledText]:
    """Train and dev alike, or some of them: both are noisy, so dev is no yardstick."""
    return read_labelled_texts(*(data / f"{source}.jsonl" for source in sources or CIC))


def is_held_out(text: str, percent: int) -> bool:
    """The same answer for the same text, always: duplicates stay on one side."""
    return hashlib.sha256(text.encode()).digest()[0] * 100 < percent * 256


def assign_fold(text: str, folds: int) -> int:
    """Which of so many parts a text belongs to: always the same."""
    return hashlib.sha256(b"fold " + text.encode()).digest()[0] % folds


def split_held_out(
    rows: Iterable[LabelledText], percent: int = 20
) -> tuple[list[LabelledText], list[LabelledText]]:
    """Rows to learn from, rows held out."""
    learn: list[LabelledText] = []
    hold: list[LabelledText] = []
    for row in rows:
        (hold if is_held_out(row.text, percent) else learn).append(row)
    return learn, hold
