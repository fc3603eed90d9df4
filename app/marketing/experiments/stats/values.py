"""What the statistics are asked and what they answer."""

from dataclasses import dataclass


class BadCounts(ValueError):
    """Input that no method can analyse; the message says which value is wrong and why.

    chinese: the same for operators; "" where only programmers meet it.
    """

    def __init__(self, message: str, chinese: str = "") -> None:
        super().__init__(message)
        self.chinese = chinese


@dataclass(frozen=True, slots=True)
class VariantCounts:
    """A variant's followers who were exposed, and those of them who converted."""

    name: str
    exposures: int
    conversions: int

    def __post_init__(self) -> None:
        if self.exposures < 0 or self.conversions < 0:
            raise BadCounts(
                f"variant {self.name!r} has a negative count",
                f"“{self.name}”的曝光或转化是负数，请改为 0 或以上",
            )
        if self.conversions > self.exposures:
            raise BadCounts(
                f"variant {self.name!r} has {self.conversions} conversions of {self.exposures}"
                " exposures: count each follower once",
                f"“{self.name}”的转化（{self.conversions}）多于曝光（{self.exposures}）："
                "每位粉丝只计一次转化",
            )

    @property
    def rate(self) -> float:
        """Conversions by exposures; 0 without exposures."""
        return self.conversions / self.exposures if self.exposures else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantComparison:
    """A variant against the control.

    p_value: None where the method has none. lift: relative, 0.1 is 10 % more; None where the
    control has no conversion. interval: bounds of the lift; None for a bound that the counts don't
    give. probability_better: the posterior probability of a higher rate than the control's, only of
    the Bayesian method. q_value: p_value with the share of false discoveries among all variants
    controlled.
    """

    significant: bool
    p_value: float | None
    lift: float | None
    interval: tuple[float | None, float | None]
    probability_better: float | None = None
    q_value: float | None = None


def refuse_bad_alpha(alpha: float) -> None:
    """Raises BadCounts unless alpha is an error rate between 0 and 1."""
    if not 0 < alpha < 1:
        raise BadCounts(
            f"alpha is {alpha}; it is an error rate between 0 and 1, such as 0.05",
            f"alpha 是 {alpha}，应在 0 和 1 之间，例如 0.05",
        )
