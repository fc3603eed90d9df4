"""Wilson's interval of a share of texts, https://doi.org/10.1080/01621459.1927.10502953.

It is valid for few texts too, where a bootstrap of 4 right out of 4 would have width 0.
"""

from scipy.stats import binomtest

from models.metrics.bootstrap import Array, Interval


def interval(hits: Array) -> Interval | None:
    """Wilson's 95 % interval of a share: 1 for a hit, 0 for none, (n,); None without a text."""
    if not len(hits):
        return None
    wilson_ends = binomtest(int(hits.sum()), len(hits)).proportion_ci(method="wilson")
    return float(wilson_ends.low), float(wilson_ends.high)
