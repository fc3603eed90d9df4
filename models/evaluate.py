"""Labelled files through the shipped models, ready for `metrics`."""

import json
from collections.abc import Sequence
from pathlib import Path

import torch

from models import corpus
from models.corpus import Row
from models.intent import taxonomy
from models.intent.taxonomy import CHITCHAT, OUT_OF_SCOPE
from models.metrics import FOREIGN, Guess
from models.understanding import Understanding

SENTIMENTS = {"0": "negative", "1": "positive", "negative": "negative", "positive": "positive"}


class Unlabelled(Exception):
    """The file isn't what evaluate reads; the message says which line and why."""


def guesses(task: str, file: Path) -> tuple[list[Guess], str]:
    """One guess a line of `file`, and the version of the model that made them.

    Raises Unlabelled for a line without text and label, or with a label the task doesn't have.
    """
    rows = _rows(file)
    model = Understanding.load()
    if task == "sentiment":
        return _sentiments(model, rows), model.sentiment.manifest.version
    return _intents(model, rows), model.intent.manifest.version


@torch.inference_mode()
def _intents(model: Understanding, rows: Sequence[Row]) -> list[Guess]:
    """Foreign is what no intent of customer service fits."""
    known = _labels({FOREIGN: FOREIGN} | {k.title: k.id for k in taxonomy.load().intents}, rows)
    ids = model.intent.manifest.labels
    service = torch.tensor([label not in {OUT_OF_SCOPE, CHITCHAT} for label in ids])
    logits = model.intent.logits(_embedded(model, rows)) / model.intent.manifest.temperature
    probabilities = logits.softmax(1)
    confidence, best = probabilities.max(1)
    foreignness = 1 - probabilities[:, service].max(1).values
    found = zip(known, best.tolist(), confidence.tolist(), foreignness.tolist(), strict=True)
    return [Guess(truth, ids[b], c, f) for truth, b, c, f in found]


@torch.inference_mode()
def _sentiments(model: Understanding, rows: Sequence[Row]) -> list[Guess]:
    """Positive or negative: the neutral band is for conversations, the sets know two classes."""
    known = _labels(SENTIMENTS, rows)
    positive = model.positive(_embedded(model, rows)).tolist()
    return [
        Guess(truth, "positive" if p > 0.5 else "negative", max(p, 1 - p))
        for truth, p in zip(known, positive, strict=True)
    ]


def _embedded(model: Understanding, rows: Sequence[Row]) -> torch.Tensor:
    return corpus.embed(model.encoder, [row.text for row in rows])


def _labels(names: dict[str, str], rows: Sequence[Row]) -> list[str]:
    names = names | {name: name for name in names.values()}
    for number, row in enumerate(rows, 1):
        if row.label not in names:
            raise Unlabelled(f"text {number}: there is no label {row.label!r}")
    return [names[row.label] for row in rows]


def _rows(file: Path) -> list[Row]:
    found = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            found.append(Row(str(row["text"]), str(row["label"])))
        except (ValueError, KeyError, TypeError) as error:
            raise Unlabelled(f"line {number} has no text and label: {error!r}") from None
    return found
