"""Trains the heads that lie beside new intents: sentiment, care and that of comments.

All lie over the encoder that the intents' training has changed, so the shipped ones don't fit.
"""

from collections.abc import Mapping
from pathlib import Path

import torch

from models.encoder import bundle, heads
from models.encoder.classifier import HeadClassifier
from models.encoder.encoder import Encoder
from models.encoder.heads import HeadManifest
from models.encoder.regression import Linear
from models.training import care_head, comment_head
from models.training.care_head import TrainedCareHead
from models.training.comment_head import TrainedCommentHead
from models.training.labelled_rows import LabelledRows
from models.training.trainer import HeadTask, weighted_cross_entropy

SENTIMENT = "sentiment"
MOST_ORDINARY = 2_000  # training texts that are ordinary messages for the care head, at most


def build_sentiment_task(rows: LabelledRows, encoder: Encoder) -> HeadTask:
    """A distillation task: the shipped sentiment head's probabilities of the same texts, so that
    the new sentiment head judges like the shipped one.
    """
    shipped = HeadClassifier.load(bundle.SENTIMENT)
    probabilities = shipped.logits([text for (text,) in rows.texts]).softmax(1)
    loss = weighted_cross_entropy(probabilities, torch.ones(len(probabilities)))
    return HeadTask(SENTIMENT, rows.tokens(encoder), probabilities.shape[1], loss)


def train_care_head_beside(encoder: Encoder, rows: LabelledRows) -> TrainedCareHead:
    """Train the care head over the changed encoder; harmless training texts are its ordinary
    messages.
    """
    return care_head.train_care_head(encoder, _select_harmless_texts(rows))


def write_sentiment_head(head: Linear, facts: Mapping[str, object], folder: Path) -> None:
    """Write the distilled head and its manifest into `folder`; `facts` are those of the bundle."""
    shipped = heads.read_manifest(bundle.SENTIMENT)
    heads.write_head(folder, head.weight, head.bias, {
        **facts,
        "task": SENTIMENT,
        "labels": shipped.labels,
        "method": f"distilled from {shipped.version}",
        "temperature": shipped.temperature,
        "threshold": 0.0,
        "neutral": shipped.neutral,
        "metrics": {},
    })  # fmt: skip


def write_care_head(trained: TrainedCareHead, facts: Mapping[str, object], folder: Path) -> None:
    """Write the care head and its manifest into `folder`; `facts` are those of the bundle."""
    heads.write_head(folder, trained.head.weight, trained.head.bias, {
        **facts,
        "task": care_head.NAME,
        "labels": care_head.LABELS,
        "method": "logistic regression over the changed encoder, on the shipped examples",
        "temperature": 1.0,
        "threshold": trained.threshold,
        "metrics": trained.metrics,
        "taps": trained.taps,
    })  # fmt: skip


def write_comment_head(
    trained: TrainedCommentHead, facts: Mapping[str, object], folder: Path
) -> HeadManifest:
    """Write the comment head and its manifest into `folder`; `facts` are those of the bundle."""
    return heads.write_head(folder, trained.head.weight, trained.head.bias, {
        **facts,
        "task": comment_head.NAME,
        "labels": comment_head.LABELS,
        "method": "multinomial logistic regression over pooled middle layers",
        "data": {"examples": trained.examples},
        "temperature": trained.temperature,
        "threshold": 0.0,
        "metrics": trained.metrics,
        "taps": trained.taps,
    })  # fmt: skip


def _select_harmless_texts(rows: LabelledRows) -> list[str]:
    """The first MOST_ORDINARY texts, without those that the shipped care head suspects."""
    texts = [text for (text,) in rows.texts[:MOST_ORDINARY]]
    shipped = HeadClassifier.load(bundle.CARE)
    none = care_head.LABELS.index(care_head.NONE)
    scores = 1 - shipped.probabilities(shipped.logits(texts))[:, none]
    limit = shipped.head.manifest.threshold
    return [text for text, score in zip(texts, scores.tolist(), strict=True) if score < limit]
