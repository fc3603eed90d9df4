"""Trains the comment head, which tells what a follower's comment is, over any encoder.

A label is a mood and what the comment is, as in `angry.irony`. Trained on the hand-written
examples in models/comment; evaluated on comments that were written apart from them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from models.data import corpus
from models.data.corpus import LabelledText
from models.encoder import bundle, embedding, heads, regression
from models.encoder.embedding import ReportProgress, ignore_progress
from models.encoder.encoder import Encoder
from models.encoder.regression import Linear

NAME = "comment"
LABELS = [
    "joyful.praise", "joyful.thanks", "joyful.teasing", "asking.question", "asking.worry",
    "angry.complaint", "angry.irony", "angry.harm", "sad.sorrow", "sad.disappointment",
    "grieving.grief", "calm.statement", "calm.suggestion",
]  # fmt: skip
EXAMPLES = bundle.COMMENT / "examples.jsonl"
SET_APART = bundle.COMMENT / "set_apart.jsonl"


@dataclass(frozen=True)
class CommentHeadConfig:
    """Everything a run depends on besides the texts.

    Chosen by cross-validation over the examples: the last layer tells intents and little else.
    """

    taps: tuple[int, ...] = (7, 8, 9)
    c: float = 0.005  # as in scikit-learn's LogisticRegression
    folds: int = 5


@dataclass(frozen=True, kw_only=True)
class TrainedCommentHead:
    """The head, the temperature that calibrates it, and its figures."""

    head: Linear
    temperature: float
    metrics: dict[str, float]
    taps: tuple[int, ...]
    examples: int


@dataclass(frozen=True)
class CommentRows:
    """Embeddings (n, H * taps) and labels (n,) of comments, and their folds by a hash, (n,)."""

    embeddings: torch.Tensor
    labels: torch.Tensor
    folds: torch.Tensor


def train_comment_head(
    encoder: Encoder,
    config: CommentHeadConfig | None = None,
    progress: ReportProgress = ignore_progress,
) -> TrainedCommentHead:
    """Fit the head on the examples; the temperature is from cross-validation."""
    config = config or CommentHeadConfig()
    rows = _embed_comments(encoder, corpus.read_labelled_texts(EXAMPLES), config, progress)
    held_out = _cross_validate(rows, config)
    temperature = regression.fit_temperature(held_out, rows.labels)
    fitted = _fit_and_evaluate(encoder, rows, temperature, config)
    figures = {
        "cross_validated_accuracy": _measure_kinds(held_out, rows.labels),
        "cross_validated_mood_accuracy": _measure_moods(held_out / temperature, rows.labels),
    }
    return replace(fitted, metrics=figures | fitted.metrics)


def train_comment_head_beside(encoder: Encoder) -> TrainedCommentHead:
    """Fit the head over a changed encoder, with the temperature of the shipped one: quicker."""
    config = CommentHeadConfig()
    rows = _embed_comments(encoder, corpus.read_labelled_texts(EXAMPLES), config)
    temperature = heads.read_manifest(bundle.COMMENT).temperature
    return _fit_and_evaluate(encoder, rows, temperature, config)


def _fit_and_evaluate(
    encoder: Encoder, rows: CommentRows, temperature: float, config: CommentHeadConfig
) -> TrainedCommentHead:
    """The head fitted to all rows, with its figures on the comments that were set apart."""
    apart = _embed_comments(encoder, corpus.read_labelled_texts(SET_APART), config)
    head = _fit_head(rows, torch.ones(len(rows.labels), dtype=torch.bool), config)
    logits = head(apart.embeddings)
    metrics = {
        "set_apart": float(len(apart.labels)),
        "set_apart_accuracy": _measure_kinds(logits, apart.labels),
        "set_apart_mood_accuracy": _measure_moods(logits / temperature, apart.labels),
    }
    return TrainedCommentHead(
        head=head,
        temperature=temperature,
        metrics=metrics,
        taps=config.taps,
        examples=len(rows.labels),
    )


def _embed_comments(
    encoder: Encoder,
    comments: Sequence[LabelledText],
    config: CommentHeadConfig,
    progress: ReportProgress = ignore_progress,
) -> CommentRows:
    texts = [row.text for row in comments]
    return CommentRows(
        embedding.embed_texts(encoder, texts, progress, config.taps),
        torch.tensor([LABELS.index(row.label) for row in comments]),
        torch.tensor([corpus.assign_fold(text, config.folds) for text in texts]),
    )


def _cross_validate(rows: CommentRows, config: CommentHeadConfig) -> torch.Tensor:
    """Logits (n, C), each by a head that wasn't trained on the row's fold."""
    logits = torch.zeros(len(rows.labels), len(LABELS))
    for fold in range(config.folds):
        unseen = rows.folds == fold
        if unseen.any():
            logits[unseen] = _fit_head(rows, ~unseen, config)(rows.embeddings[unseen])
    return logits


def _fit_head(rows: CommentRows, which: torch.Tensor, config: CommentHeadConfig) -> Linear:
    return regression.fit_logistic(
        rows.embeddings[which], rows.labels[which], len(LABELS), config.c
    )


def _measure_kinds(logits: torch.Tensor, labels: torch.Tensor) -> float:
    return round(float((logits.argmax(1) == labels).float().mean()), 4)


def _measure_moods(logits: torch.Tensor, labels: torch.Tensor) -> float:
    """The share of comments whose mood, by the sum of its labels' probabilities, is right."""
    moods = [label.partition(".")[0] for label in LABELS]
    names = list(dict.fromkeys(moods))
    member = torch.tensor([[float(mood == name) for name in names] for mood in moods])
    return round(
        float(((logits.softmax(1) @ member).argmax(1) == member[labels].argmax(1)).float().mean()),
        4,
    )
