"""Scores predictions by what experiments achieved, and corrects the next ones."""

from collections.abc import Sequence
from dataclasses import dataclass

PRIOR_WEIGHT = 3.0  # outcomes that the belief in uncorrected predictions counts as
_LEAST_SCALE, _LARGEST_SCALE = 0.1, 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionOutcome:
    """A prediction and what its experiment found; both are relative lifts."""

    proposal: str
    subject: str
    title: str
    predicted: float
    low: float  # of the prediction's interval
    high: float
    achieved: float
    achieved_low: float | None = None
    achieved_high: float | None = None

    @property
    def is_inside(self) -> bool:
        """Whether the achieved lift is in the predicted interval."""
        return self.low <= self.achieved <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictorScore:
    """How good predictions were. error: mean absolute difference of lifts. None without outcomes.

    inside: share of achieved lifts in the predicted intervals; 0.9 is what they promise.
    right_sign: share of predictions whose sign was right. scale: what the next ones are
    multiplied by.
    """

    outcomes: int
    error: float | None
    bias: float | None  # mean of predicted minus achieved
    inside: float | None
    right_sign: float | None
    scale: float


def score_predictions(outcomes: Sequence[PredictionOutcome]) -> PredictorScore:
    """The score of all outcomes; the scale is a ridge regression of achieved on predicted lifts.

    The ridge holds the scale near 1 while there are few outcomes.
    """
    count = len(outcomes)
    if not count:
        return PredictorScore(
            outcomes=0, error=None, bias=None, inside=None, right_sign=None, scale=1.0
        )
    differences = [each.predicted - each.achieved for each in outcomes]
    return PredictorScore(
        outcomes=count,
        error=sum(map(abs, differences)) / count,
        bias=sum(differences) / count,
        inside=sum(each.is_inside for each in outcomes) / count,
        right_sign=sum(each.predicted * each.achieved > 0 for each in outcomes) / count,
        scale=_fit_scale(outcomes),
    )


def _fit_scale(outcomes: Sequence[PredictionOutcome]) -> float:
    squares = sum(each.predicted**2 for each in outcomes)
    if not squares:
        return 1.0
    prior = PRIOR_WEIGHT * squares / len(outcomes)
    products = sum(each.predicted * each.achieved for each in outcomes)
    return min(max((products + prior) / (squares + prior), _LEAST_SCALE), _LARGEST_SCALE)
