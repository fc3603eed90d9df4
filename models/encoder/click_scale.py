"""What turns a score of the click model into a click rate: level, slope, spreads, and sources."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

NORMAL_90 = 1.6449  # standard deviations around the mean that hold 90 % of a normal distribution


@dataclass(frozen=True, kw_only=True)
class ClickSource:
    """Rows that the model was trained on. `account`: whose experiments they are; "": nobody's."""

    name: str
    account: str
    rows: int
    impressions: int
    languages: dict[str, int]  # language -> rows


@dataclass(frozen=True, kw_only=True)
class ClickRange:
    """A predicted click rate with its 90 % interval, and its log-odds."""

    log_odds: float
    rate: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class ClickScale:
    """Log-odds of a click = level + slope * score + effects of the features + errors.

    The errors are normal: `text_spread` is their standard deviation between texts that are shown
    side by side, `level_spread` what placements, audiences and days add to it.
    """

    level: float
    slope: float
    text_spread: float
    level_spread: float
    sources: tuple[ClickSource, ...] = ()
    effects: dict[str, dict[str, float]] = field(default_factory=dict)  # feature -> value -> effect

    def rounded(self) -> "ClickScale":
        """The scale with four decimals, as it is written."""
        return replace(
            self,
            level=round(self.level, 4),
            slope=round(self.slope, 4),
            text_spread=round(self.text_spread, 4),
            level_spread=round(self.level_spread, 4),
        )

    def to_range(self, score: float, features: Mapping[str, str]) -> ClickRange:
        """The rate of a text by its score; a value of a feature that is unknown has no effect."""
        shift = sum(self.effects.get(name, {}).get(value, 0.0) for name, value in features.items())
        log_odds = self.level + self.slope * score + shift
        width = NORMAL_90 * math.hypot(self.text_spread, self.level_spread)
        low, rate, high = (_to_rate(log_odds + step) for step in (-width, 0.0, width))
        return ClickRange(log_odds=log_odds, rate=rate, low=low, high=high)


def _to_rate(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds))
