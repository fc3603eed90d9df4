"""From logits to probabilities, and the probabilities from which an answer is given or offered."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

NEAR_WRONG = 0.08  # share of near questions that may get a wrong answer, given as certain
NEAR_OFFERED = 0.3  # that may get an answer or a menu of choices


@dataclass(frozen=True)
class Outcome:
    """A question's best candidate."""

    kind: str  # answerable, near, open, manners
    logit: float
    right: bool


@dataclass(frozen=True)
class Calibrated:
    """What the manifest keeps."""

    temperature: float
    bias: float
    sure: float
    possible: float
    metrics: dict[str, float]


def calibrate(outcomes: Sequence[Outcome]) -> Calibrated:
    """Platt scaling (https://www.cs.cornell.edu/~caruana/niculescu.scldbst.crc.rev4.pdf) over the
    best candidates of shops that nothing was trained on, and the two thresholds.
    """
    logits = np.array([each.logit for each in outcomes])
    right = np.array([each.right for each in outcomes], float)
    slope, bias = _platt(logits, right)
    probabilities = 1 / (1 + np.exp(-(slope * logits + bias)))
    near = np.sort(probabilities[[each.kind == "near" for each in outcomes]])[::-1]
    sure = float(near[int(NEAR_WRONG * len(near))])
    possible = min(sure, float(near[int(NEAR_OFFERED * len(near))]))
    answerable = np.array([each.kind == "answerable" for each in outcomes])
    said = answerable & (probabilities > sure)
    metrics = {
        "questions": float(len(outcomes)),
        "answerable_ranked_first": float(right[answerable].mean()),
        "answerable_right": float((said & (right > 0)).sum() / answerable.sum()),
        "answerable_wrong": float((said & (right == 0)).sum() / answerable.sum()),
        "answerable_right_at_a_fifth_of_near": float(
            (right[answerable] * (probabilities[answerable] > near[len(near) // 5])).mean()
        ),
        "near_answered": float((near > sure).mean()),
        "others_answered": _share(outcomes, probabilities, sure, {"open", "manners"}),
    }
    return Calibrated(
        round(1 / slope, 4), round(float(bias), 4), round(sure, 4), round(possible, 4),
        {name: round(value, 4) for name, value in metrics.items()},
    )  # fmt: skip


def _platt(logits: np.ndarray, right: np.ndarray) -> tuple[float, float]:
    """Slope and bias by Newton's method."""
    slope, bias = 1.0, 0.0
    design = np.stack([logits, np.ones_like(logits)], 1)
    for _ in range(50):
        p = 1 / (1 + np.exp(-(design @ [slope, bias])))
        gradient = design.T @ (p - right) + [1e-3 * (slope - 1), 0]
        hessian = (design * (p * (1 - p))[:, None]).T @ design + 1e-3 * np.eye(2)
        slope, bias = np.array([slope, bias]) - np.linalg.solve(hessian, gradient)
    return float(slope), float(bias)


def _share(
    outcomes: Sequence[Outcome], probabilities: np.ndarray, sure: float, kinds: set[str]
) -> float:
    chosen = np.array([each.kind in kinds for each in outcomes])
    return float((probabilities[chosen] > sure).mean()) if chosen.any() else 0.0
