"""Click rates from a prediction and measured counts: a beta-binomial model with a shared level.

A text's log-odds of a click are x + L + e. x: what the click model predicts. L ~ N(0, level²): what
audience, placement and day add, the same for all texts of one list. e ~ N(0, text²): what the model
doesn't know of the text. Both variances are the click model's, from its 90 % interval and its error
between texts shown side by side.

1. Counts of the *other* texts estimate L: each gives y - x with variance text² + 1/(clicks + ½) +
   1/(misses + ½) for y = ln((clicks + ½) / (misses + ½)), combined with N(0, level²) by inverse
   variance (Gelman et al., Bayesian Data Analysis, 3rd ed., 2.5 and 5.4).
2. The prior of the text is the Beta(a, b) whose logit has the mean x + L and the variance text² +
   Var(L): digamma(a) - digamma(b) and trigamma(a) + trigamma(b). It is worth a + b impressions.
   Counts that lie over four standard deviations from it contradict it: its variance is then so
   large that they lie four from it, and the interval holds the measured rate.
3. Its own counts make it Beta(a + clicks, b + misses), exactly (ibid., 2.4).

Texts are ordered by the lower end of their interval, so that few impressions don't win by luck:
3 clicks of 10 don't beat 3 % of 100,000. No I/O; imports scipy.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy.optimize import root
from scipy.special import betaincinv, digamma, polygamma

NORMAL_90 = 1.6449  # a normal variable lies within this many standard deviations with 90 %
LEAST_ERROR = 0.02  # of log-odds: no prediction is surer, whatever the model says
CONFLICT = 4.0  # standard deviations between a prediction and counts that contradict it
MOST_VARIANCE = 9.0  # of a contradicted prediction's log-odds: it is worth a few impressions
SURE = 0.95  # P(one text is better) from which two texts can be told apart


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEvidence:
    """What is known of a text: log-odds of a click with their errors, and measured counts.

    text_error: standard deviation between texts shown side by side. total_error: with the level.
    """

    log_odds: float
    text_error: float
    total_error: float
    impressions: int = 0
    clicks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickPosterior:
    """A text's click rate as Beta(a, b). prior_impressions: what the prediction is worth.

    level: what the counts of others add to its predicted log-odds. level_variance: of the part of
    its log-odds that it shares with texts without counts. contradicting_rate: the measured rate
    where it contradicts the prediction.
    """

    a: float
    b: float
    prior_impressions: float
    level_variance: float
    level: float = 0.0
    contradicting_rate: float | None = None

    @property
    def rate(self) -> float:
        """The rate at the mean log-odds: the predicted one without counts."""
        return 1 / (1 + math.exp(-self._log_odds))

    @property
    def interval(self) -> tuple[float, float]:
        """The central 90 % interval, with the measured rate where that contradicts the prediction
        (1,000 clicks of 1,000).
        """
        low, high = (float(betaincinv(self.a, self.b, share)) for share in (0.05, 0.95))
        if self.contradicting_rate is None:
            return low, high
        return min(low, self.contradicting_rate), max(high, self.contradicting_rate)

    @property
    def counts_weight(self) -> float:
        """The share of the measured counts in the rate, 0 to 1; the rest is the prediction's."""
        return 1 - self.prior_impressions / (self.a + self.b)

    def beats(self, other: "ClickPosterior") -> float:
        """P(this text has the higher click rate): normal, with the exact moments of the log-odds.

        What both share of the level cancels out.
        """
        shared = math.sqrt(self.level_variance * other.level_variance)
        shared *= (1 - self.counts_weight) * (1 - other.counts_weight)
        variance = self._variance + other._variance - 2 * shared
        spread = math.sqrt(max(variance, LEAST_ERROR**2))
        return (1 + math.erf((self._log_odds - other._log_odds) / spread / math.sqrt(2))) / 2

    @property
    def _log_odds(self) -> float:
        return float(digamma(self.a) - digamma(self.b))

    @property
    def _variance(self) -> float:
        return float(polygamma(1, self.a) + polygamma(1, self.b))


def combine_evidence(texts: Sequence[TextEvidence]) -> list[ClickPosterior]:
    """The posterior of each text, in order."""
    levels = _estimate_levels(texts)
    return [_combine_one(text, *level) for text, level in zip(texts, levels, strict=True)]


def order_by_low(posteriors: Sequence[ClickPosterior]) -> list[int]:
    """Indices, those first whose rate is surely high; equal ones in their order."""
    lows = [posterior.interval[0] for posterior in posteriors]
    return sorted(range(len(lows)), key=lambda at: -lows[at])


def match_beta(log_odds: float, variance: float) -> tuple[float, float]:
    """The a and b of the Beta whose logit has this mean and variance."""

    def compare(logs: Sequence[float]) -> list[float]:
        a, b = (math.exp(min(max(each, -20.0), 40.0)) for each in logs)
        return [
            float(digamma(a) - digamma(b)) - log_odds,
            math.log((polygamma(1, a) + polygamma(1, b)) / variance),
        ]

    rate = 1 / (1 + math.exp(-log_odds))
    size = 1 / (rate * (1 - rate) * variance)
    solution = root(compare, [math.log(rate * size), math.log((1 - rate) * size)])
    a, b = (math.exp(each) for each in solution.x)
    return a, b


def _combine_one(text: TextEvidence, level: float, level_variance: float) -> ClickPosterior:
    log_odds, variance = text.log_odds + level, _text_error(text) ** 2 + level_variance
    widened = _widen_by_counts(text, log_odds, variance)
    a, b = match_beta(log_odds, widened)
    return ClickPosterior(
        a=a + text.clicks,
        b=b + text.impressions - text.clicks,
        prior_impressions=a + b,
        level_variance=level_variance,
        level=level,
        contradicting_rate=text.clicks / text.impressions if widened > variance else None,
    )


def _widen_by_counts(text: TextEvidence, log_odds: float, variance: float) -> float:
    """The variance of a prediction by which its text's counts are no surprise."""
    if not text.impressions:
        return variance
    measured, sampling_variance = _measure_log_odds(text)
    expected = ((measured - log_odds) / CONFLICT) ** 2 - sampling_variance
    return max(variance, min(expected, MOST_VARIANCE))


def _estimate_levels(texts: Sequence[TextEvidence]) -> list[tuple[float, float]]:
    """For each text the mean and variance of the level, by the counts of all others."""
    votes = [_vote_for_level(text) for text in texts]
    total = sum(weight for _, weight in votes)
    weighted = sum(level * weight for level, weight in votes)
    estimates = []
    for text, (level, weight) in zip(texts, votes, strict=True):
        prior_variance = max(text.total_error**2 - text.text_error**2, 0.0)
        if not prior_variance:
            estimates.append((0.0, 0.0))
            continue
        precision = 1 / prior_variance + max(total - weight, 0.0)
        estimates.append(((weighted - level * weight) / precision, 1 / precision))
    return estimates


def _vote_for_level(text: TextEvidence) -> tuple[float, float]:
    """How much higher than predicted the text was clicked, in log-odds, and the weight of that."""
    if not text.impressions:
        return 0.0, 0.0
    measured, sampling_variance = _measure_log_odds(text)
    return measured - text.log_odds, 1 / (_text_error(text) ** 2 + sampling_variance)


def _measure_log_odds(text: TextEvidence) -> tuple[float, float]:
    """The log-odds that counts show, with half a click and half a miss more, and their variance."""
    hits, misses = text.clicks + 0.5, text.impressions - text.clicks + 0.5
    return math.log(hits / misses), 1 / hits + 1 / misses


def _text_error(text: TextEvidence) -> float:
    return max(text.text_error, LEAST_ERROR)
