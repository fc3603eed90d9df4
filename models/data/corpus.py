"""Reads labelled texts from JSON Lines, and decides by hash which are held out."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from models.data import files
from models.data.files import DataColumn

COLUMNS = (DataColumn("text"), DataColumn("label"))


@dataclass(frozen=True)
class LabelledText:
    """A text and its label in the source."""

    text: str
    label: str


def read_labelled_texts(*paths: Path) -> list[LabelledText]:
    """All rows of files with the columns `text` and `label`, in order; blank texts are left out.

    Raises BadData for a file that can't be read.
    """
    rows = (row.values for path in paths for row in files.read_table(path, COLUMNS).rows)
    return [LabelledText(row["text"], row["label"]) for row in rows if row["text"].strip()]


CIC = ("cic/train", "cic/dev")


def read_cic(data: Path, *sources: str) -> list[LabelledText]:
    """CIC's train and dev together, or the given `sources`. Dev is too noisy to evaluate on."""
    return read_labelled_texts(*(data / f"{source}.jsonl" for source in sources or CIC))


def is_held_out(text: str, percent: int) -> bool:
    """Whether a text is held out: by its hash, so always the same and the same for duplicates."""
    return hashlib.sha256(text.encode()).digest()[0] * 100 < percent * 256


def assign_fold(text: str, folds: int) -> int:
    """The fold of a text, 0 to `folds` - 1: by its hash, so always the same."""
    return hashlib.sha256(b"fold " + text.encode()).digest()[0] % folds


def split_held_out(
    rows: Iterable[LabelledText], percent: int = 20
) -> tuple[list[LabelledText], list[LabelledText]]:
    """(training rows, held-out rows), about `percent` of them held out."""
    learn: list[LabelledText] = []
    hold: list[LabelledText] = []
    for row in rows:
        (hold if is_held_out(row.text, percent) else learn).append(row)
    return learn, hold
