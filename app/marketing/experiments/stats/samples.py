"""The sample ratio: were followers assigned as configured?

Source: Fabijan et al. 2019 (KDD, 2156). The chi-square test at p < 0.001; where a variant at 0 %
was seen, the assignment leaks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats

from app.marketing.experiments.stats.values import BadCounts

THRESHOLD = 0.001
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class SampleRatio:
    """The check's result; `leaks` are indices of variants at 0 % that were seen."""

    ok: bool
    p_value: float
    leaks: tuple[int, ...]


def check_sample_ratio(exposures: Sequence[int], shares: Sequence[float]) -> SampleRatio:
    """Compare exposures with the configured shares. Raises BadCounts.

    Shares must sum to 1: they are never rescaled.
    """
    if len(exposures) != len(shares):
        raise BadCounts(
            f"{len(shares)} shares for {len(exposures)} variants",
            f"有 {len(exposures)} 个方案，却给了 {len(shares)} 个比例：请每个方案给一个",
        )
    if any(share < 0 for share in shares) or abs(sum(shares) - 1) > _TOLERANCE:
        raise BadCounts(
            f"the shares sum to {sum(shares):g}; they must be 0 or more and sum to 1",
            f"各方案的比例合计为 {sum(shares):g}，应都不小于 0，合计为 1",
        )
    leaks = tuple(at for at, n in enumerate(exposures) if n and not shares[at])
    active = [(n, share) for n, share in zip(exposures, shares, strict=True) if share]
    total = sum(n for n, _ in active)
    if not total or len(active) == 1:
        return SampleRatio(not leaks, 1.0, leaks)
    expected = [share * total for _, share in active]
    p_value = float(stats.chisquare([n for n, _ in active], expected, sum_check=False).pvalue)
    return SampleRatio(p_value >= THRESHOLD and not leaks, p_value, leaks)
