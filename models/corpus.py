"""Labelled texts from disk, and many texts through the encoder. For training only."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from models.encoder import Encoder

TOKENS_A_BATCH = 2000
REPORT_EVERY = 4000

Say = Callable[[str], object]


def quiet(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Row:
    """A text and the label its source gives it."""

    text: str
    label: str


def read(*paths: Path) -> list[Row]:
    """All rows of some JSON Lines files in their order."""
    lines = (line for path in paths for line in path.read_text(encoding="utf-8").split("\n"))
    found = (json.loads(line) for line in lines if line)
    return [Row(row["text"], str(row["label"])) for row in found if row["text"].strip()]


def cic(data: Path) -> list[Row]:
    """Train and dev alike: both are noisy, so dev is no yardstick."""
    return read(data / "cic" / "train.jsonl", data / "cic" / "dev.jsonl")


def held_out(text: str, percent: int) -> bool:
    """The same answer for the same text, always: duplicates stay on one side."""
    return hashlib.sha256(text.encode()).digest()[0] * 100 < percent * 256


def split(rows: Iterable[Row], percent: int = 20) -> tuple[list[Row], list[Row]]:
    """Rows to learn from, rows held out."""
    learn: list[Row] = []
    hold: list[Row] = []
    for row in rows:
        (hold if held_out(row.text, percent) else learn).append(row)
    return learn, hold


def embed(encoder: Encoder, texts: Sequence[str], say: Say = quiet) -> torch.Tensor:
    """(len(texts), H), in batches of like length; `say` hears how far it is."""
    return encode(encoder, encoder.tokenize(texts), say)


def encode(encoder: Encoder, tokens: Sequence[Sequence[int]], say: Say = quiet) -> torch.Tensor:
    """The same from tokens."""
    rows = torch.empty(len(tokens), encoder.hidden)
    done, due = 0, REPORT_EVERY
    for batch in _batches(tokens):
        rows[batch] = encoder.encode([tokens[i] for i in batch]).cpu()
        done += len(batch)
        if done >= due:
            say(f"  encoded {done} of {len(tokens)} texts")
            due += REPORT_EVERY
    return rows


def _batches(tokens: Sequence[Sequence[int]]) -> Iterable[list[int]]:
    batch: list[int] = []
    size = 0
    for i in sorted(range(len(tokens)), key=lambda i: len(tokens[i])):
        if batch and size + len(tokens[i]) > TOKENS_A_BATCH:
            yield batch
            batch, size = [], 0
        batch.append(i)
        size += len(tokens[i])
    if batch:
        yield batch
