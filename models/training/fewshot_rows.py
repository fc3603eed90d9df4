"""Fits rows for new classes to a head whose own rows don't change."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import torch
from torch.nn.functional import cross_entropy, linear
from tqdm import tqdm

from models.encoder import regression
from models.encoder.regression import Linear

STRENGTHS = (0.003, 0.01, 0.03, 0.1)  # C, as in scikit-learn's LogisticRegression
WEIGHTS = (100.0, 300.0, 1000.0, 3000.0)  # of a new class's examples in total; of an old one: 1
CHANGED_AT_MOST = 0.01  # share of old classes' examples that change class; held out: twice that
STEPS = 100  # L-BFGS has converged by then


@dataclass(frozen=True, kw_only=True)
class FewshotExamples:
    """Examples of all old classes (label 0) and of the new classes (labels 1 to K)."""

    x: torch.Tensor  # (n, H) embeddings
    labels: torch.Tensor  # (n,)
    total: torch.Tensor  # (n,) log-sum-exp of the old classes' logits
    best: torch.Tensor  # (n,) largest of the old classes' logits
    folds: torch.Tensor  # (n,) fold of each example
    temperature: float  # divides all logits

    @classmethod
    def of(
        cls,
        x: torch.Tensor,
        labels: torch.Tensor,
        old: torch.Tensor,
        temperature: float,
        folds: torch.Tensor,
    ) -> "FewshotExamples":
        """From embeddings `x` (n, H) and the old head's logits of them, `old` (n, C)."""
        cool = old / temperature
        return cls(
            x=x,
            labels=labels,
            total=cool.logsumexp(1),
            best=cool.max(1).values,
            folds=folds,
            temperature=temperature,
        )

    def select(self, is_chosen: torch.Tensor) -> "FewshotExamples":
        """The rows where `is_chosen` (n,) is true."""
        return FewshotExamples(
            x=self.x[is_chosen],
            labels=self.labels[is_chosen],
            total=self.total[is_chosen],
            best=self.best[is_chosen],
            folds=self.folds[is_chosen],
            temperature=self.temperature,
        )


@dataclass(frozen=True)
class Setting:
    """The settings of a fit, chosen by cross-validation."""

    c: float
    weight: float

    def __str__(self) -> str:
        return f"C={self.c}, an intent's examples weigh {self.weight:.0f}"


@dataclass(frozen=True)
class FewshotRowsResult:
    """The new rows and their figures on held-out examples."""

    rows: Linear  # (K, H)
    setting: Setting
    predicted_classes: torch.Tensor  # (n,) class of each example, predicted when held out
    metrics: dict[str, float]


def choose_best_setting(material: FewshotExamples, classes: int) -> FewshotRowsResult:
    """Fit with all settings; return that with the smallest held-out loss of the new classes among
    those that change at most CHANGED_AT_MOST of the old examples, else that which changes fewest.
    """
    settings = [Setting(*both) for both in product(STRENGTHS, WEIGHTS)]
    bar = tqdm(settings, desc="cross-validate", disable=None, leave=False)
    ranked_results = [_try_setting(material, classes, setting) for setting in bar]
    return min(ranked_results, key=lambda each: each[0])[1]


def _try_setting(
    material: FewshotExamples, classes: int, setting: Setting
) -> tuple[tuple[float, float], FewshotRowsResult]:
    """The result of a setting and its rank, smaller is better: the share of changed old examples
    (CHANGED_AT_MOST at least), then the loss of the new ones.
    """
    rows, scores = (
        fit_rows(material, classes, setting),
        _held_out_logits(material, classes, setting),
    )
    held_out_classes, now = (
        _predict_classes(material, scores),
        _predict_classes(material, rows(material.x) / material.temperature),
    )
    old = material.labels == 0
    metrics = {
        "own_held_out_accuracy": _share_of(held_out_classes[~old] == material.labels[~old]),
        "shipped_held_out_changed": _share_of(held_out_classes[old] != 0),
        "shipped_changed": _share_of(now[old] != 0),
    }
    changed_share = max(metrics["shipped_changed"], metrics["shipped_held_out_changed"] / 2)
    rank = max(changed_share, CHANGED_AT_MOST), _mean_loss(material.select(~old), scores[~old])
    return rank, FewshotRowsResult(rows, setting, held_out_classes, metrics)


def fit_rows(material: FewshotExamples, classes: int, setting: Setting) -> Linear:
    """Fit the new classes' rows by the cross entropy of all classes.

    The old classes count as one, by their log-sum-exp: the new rows don't depend on which old class
    an example has.
    """
    mean, spread = material.x.mean(0), material.x.std(0)
    x = (material.x - mean) / spread
    weights = _example_weights(material.labels, setting.weight)
    weight = x.new_zeros(classes, x.shape[1], requires_grad=True)
    bias = x.new_zeros(classes, requires_grad=True)

    def loss() -> torch.Tensor:
        logits = _join_logits(material.total, linear(x, weight, bias) / material.temperature)
        errors = cross_entropy(logits, material.labels, reduction="none")
        return ((errors * weights).sum() + weight.square().sum() / (2 * setting.c)) / len(x)

    regression.minimise(loss, [weight, bias], max_iter=STEPS)
    return Linear.from_standardised(weight, bias, mean, spread)


def _held_out_logits(material: FewshotExamples, classes: int, setting: Setting) -> torch.Tensor:
    """Tempered logits (n, K) of the new classes, each row from a fit without its fold."""
    scores = torch.empty(len(material.x), classes)
    for inside in _training_masks(material.folds):
        rows = fit_rows(material.select(inside), classes, setting)
        scores[~inside] = rows(material.x[~inside]) / material.temperature
    return scores


def _training_masks(folds: torch.Tensor) -> Iterator[torch.Tensor]:
    return (folds != fold for fold in range(int(folds.max()) + 1))


def _mean_loss(new: FewshotExamples, scores: torch.Tensor) -> float:
    """Mean cross entropy, each new class weighted equally."""
    errors = cross_entropy(_join_logits(new.total, scores), new.labels, reduction="none")
    weights = _example_weights(new.labels, 1)
    return float((errors * weights).sum() / weights.sum())


def _share_of(those: torch.Tensor) -> float:
    return round(float(those.float().mean()), 4)


def _predict_classes(material: FewshotExamples, scores: torch.Tensor) -> torch.Tensor:
    """Predicted class of each example, (n,); 0 for any old class."""
    return _join_logits(material.best, scores).argmax(1)


def _join_logits(old: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
    """Logits `old` (n,) and new classes' `scores` (n, K) -> (n, 1 + K)."""
    return torch.cat([old[:, None], scores], 1)


def _example_weights(labels: torch.Tensor, weight: float) -> torch.Tensor:
    """Weights (n,): 1 for an old example; examples of a new class share `weight` evenly."""
    counts = torch.bincount(labels)[labels]
    return torch.where(labels == 0, 1.0, weight / counts)
