"""Trains the care head, which recognises texts from somebody in a crisis, over any encoder.

Trained on the hand-written examples in models/care: crises of each kind, and harmless look-alikes
(笑死, 过敏能用吗); and on ordinary messages.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from models.data import corpus
from models.data.corpus import LabelledText
from models.encoder import bundle, embedding, regression
from models.encoder.embedding import ReportProgress, ignore_progress
from models.encoder.encoder import Encoder
from models.encoder.regression import Linear

NAME = "care"
NONE = "none"
LABELS = [
    NONE, "suicide", "self_harm", "violence", "child_distress", "food_poisoning",
    "adverse_reaction",
]  # fmt: skip
EXAMPLES = bundle.CARE / "examples.jsonl"


@dataclass(frozen=True, kw_only=True)
class CareHeadConfig:
    """Everything a run depends on besides the texts."""

    # Layers that are read beside the last one, which tells intents and little else: on a set of
    # veiled crises and talk with the same words, both unseen, the AUC is .92 with them, else .83.
    middle: tuple[int, ...] = (7, 8, 9)
    c: float = 0.01  # as in scikit-learn's LogisticRegression
    ordinary_weight: float = 0.1  # weight of an ordinary message; of an example: 1
    folds: int = 5
    # Largest shares of look-alikes and of ordinary messages above the threshold; most of them have
    # no letter of danger and are no crisis for app/safety/care.py.
    lookalikes: float = 0.02
    ordinary: float = 0.002


@dataclass(frozen=True)
class TrainedCareHead:
    """The head, the score from which it reports a crisis, and its cross-validated figures."""

    head: Linear
    threshold: float
    metrics: dict[str, float]
    taps: tuple[int, ...]


@dataclass(frozen=True)
class CareRows:
    """Training rows: pooled embeddings (n, H * taps), labels (n,), and which rows are examples."""

    embeddings: torch.Tensor
    labels: torch.Tensor
    examples: torch.Tensor  # (n,) bool; the others are ordinary messages
    folds: torch.Tensor  # (n,) by a hash of the text


def train_care_head(
    encoder: Encoder,
    ordinary: Sequence[str],
    config: CareHeadConfig | None = None,
    progress: ReportProgress = ignore_progress,
) -> TrainedCareHead:
    """Fit the head on examples and ordinary messages; the threshold is from cross-validation."""
    config = config or CareHeadConfig()
    rows = read_care_rows(encoder, ordinary, config, progress)
    likely = cross_validate(rows, config)
    scores = 1 - likely[:, LABELS.index(NONE)]
    threshold = round(_choose_threshold(rows, scores, config), 3)
    everything = torch.ones(len(rows.labels), dtype=torch.bool)
    return TrainedCareHead(
        _fit_head(rows, everything, config),
        threshold,
        _cross_validated_figures(rows, likely, threshold),
        _choose_taps(encoder, config),
    )


def read_care_rows(
    encoder: Encoder,
    ordinary: Sequence[str],
    config: CareHeadConfig,
    progress: ReportProgress = ignore_progress,
) -> CareRows:
    """Embed the examples and the ordinary messages; messages equal to an example are left out."""
    examples = corpus.read_labelled_texts(EXAMPLES)
    example_texts = {row.text for row in examples}
    others = [
        LabelledText(text, NONE) for text in dict.fromkeys(ordinary) if text not in example_texts
    ]
    rows = [*examples, *others]
    texts = [row.text for row in rows]
    return CareRows(
        embedding.embed_texts(encoder, texts, progress, _choose_taps(encoder, config)),
        torch.tensor([LABELS.index(row.label) for row in rows]),
        torch.tensor([at < len(examples) for at in range(len(rows))]),
        torch.tensor([corpus.assign_fold(text, config.folds) for text in texts]),
    )


def cross_validate(rows: CareRows, config: CareHeadConfig) -> torch.Tensor:
    """Probabilities (n, C), each by a head that wasn't trained on the row's fold."""
    likely = torch.zeros(len(rows.labels), len(LABELS))
    for fold in range(config.folds):
        unseen = rows.folds == fold
        if unseen.any():
            likely[unseen] = _fit_head(rows, ~unseen, config)(rows.embeddings[unseen]).softmax(1)
    return likely


def _choose_taps(encoder: Encoder, config: CareHeadConfig) -> tuple[int, ...]:
    """The middle layers and the last, whose part of the embedding the other heads read."""
    return (*config.middle, len(encoder.layers))


def _fit_head(rows: CareRows, which: torch.Tensor, config: CareHeadConfig) -> Linear:
    weights = torch.where(rows.examples, 1.0, config.ordinary_weight)[which]
    return regression.fit_logistic(
        rows.embeddings[which], rows.labels[which], len(LABELS), config.c, weights
    )


def _choose_threshold(rows: CareRows, scores: torch.Tensor, config: CareHeadConfig) -> float:
    harmless = rows.labels == LABELS.index(NONE)
    lookalikes, ordinary = scores[harmless & rows.examples], scores[harmless & ~rows.examples]
    bounds = [float(lookalikes.quantile(1 - config.lookalikes))]
    if len(ordinary):
        bounds.append(float(ordinary.quantile(1 - config.ordinary)))
    return max(bounds)


def _cross_validated_figures(
    rows: CareRows, likely: torch.Tensor, threshold: float
) -> dict[str, float]:
    scores = 1 - likely[:, LABELS.index(NONE)]
    crisis = rows.labels != LABELS.index(NONE)
    lookalike, ordinary = ~crisis & rows.examples, ~crisis & ~rows.examples
    kinds = likely[:, 1:].argmax(1) + 1
    above = scores >= threshold
    ranked = (scores[crisis][:, None] > scores[lookalike][None]).float().mean()
    figures = {
        "crises": float(crisis.sum()),
        "lookalikes": float(lookalike.sum()),
        "ordinary": float(ordinary.sum()),
        "auc_of_crises_over_lookalikes": float(ranked),
        "crises_found_by_the_head_alone": float(above[crisis].float().mean()),
        "kind_right": float((kinds == rows.labels)[crisis].float().mean()),
        "lookalikes_taken_for_crises": float(above[lookalike].float().mean()),
        "ordinary_taken_for_crises": float(above[ordinary].float().mean()) if ordinary.any() else 0,
    }
    return {f"cross_validated_{name}": round(value, 5) for name, value in figures.items()}
