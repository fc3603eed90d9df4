"""Calibrates a trained classifier on its validation rows, and computes its figures on them."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from models import metrics
from models.data.labels import OUT_OF_SCOPE_LABELS
from models.encoder import regression
from models.metrics import OUT_OF_SCOPE_LABEL, Prediction
from models.training.labelled_rows import LabelledRows

FEWEST = 30  # rows from which a temperature is fitted
FIGURES = ("accuracy", "macro_f1", "ece")


@dataclass(frozen=True)
class ValidationResult:
    """Temperature, threshold and figures of a classifier on its validation rows."""

    temperature: float
    threshold: float  # confidence below which a text counts as out of scope
    metrics: dict[str, float]


def validate_logits(
    logits: torch.Tensor, check: LabelledRows, refuse_at_most: float
) -> ValidationResult:
    """Calibrate on the logits (n, C) of the n rows `check`.

    The threshold is the confidence that the share `refuse_at_most` of the in-scope rows is below.
    """
    enough = len(check.labels) >= FEWEST
    temperature = regression.fit_temperature(logits, check.labels) if enough else 1.0
    confidence, best = (logits / temperature).softmax(1).max(1)
    in_scope = _is_in_scope(check)
    threshold = float(confidence[in_scope].quantile(refuse_at_most)) if in_scope.any() else 0.0
    return ValidationResult(
        temperature, round(threshold, 3), _compute_metrics(check, in_scope, best, confidence)
    )


def compute_accuracy(logits: torch.Tensor, label_ids: torch.Tensor) -> float:
    """The share of rows whose largest logit (n, C) is their label's (n,)."""
    return float((logits.argmax(1) == label_ids).float().mean())


def _is_in_scope(check: LabelledRows) -> torch.Tensor:
    """(n,) bool, False for the rows of a label that stands for no class."""
    in_scope = torch.tensor([name not in OUT_OF_SCOPE_LABELS for name in check.names])
    return in_scope[check.labels]


def _compute_metrics(
    check: LabelledRows, in_scope: torch.Tensor, best: torch.Tensor, confidence: torch.Tensor
) -> dict[str, float]:
    """The FIGURES and the number of rows, with `validation_` before each name."""
    predictions = _list_predictions(check, in_scope, best, confidence)
    figures = metrics.figures(predictions) if predictions else {}
    rounded = {
        f"validation_{name}": round(float(value), 4)
        for name, value in figures.items()
        if name in FIGURES and value is not None
    }
    return rounded | {"validation_n": len(predictions)}


def _list_predictions(
    check: LabelledRows, in_scope: torch.Tensor, best: torch.Tensor, confidence: torch.Tensor
) -> Sequence[Prediction]:
    rows = zip(
        check.labels.tolist(), in_scope.tolist(), best.tolist(), confidence.tolist(), strict=True
    )
    return [
        Prediction(
            truth=check.names[label] if is_in_scope else OUT_OF_SCOPE_LABEL,
            answer=check.names[answer],
            confidence=likely,
        )
        for label, is_in_scope, answer, likely in rows
    ]
