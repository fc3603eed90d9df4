"""Plans an experiment: how many exposures, how many days, and whether it will get there."""

from dataclasses import dataclass
from math import ceil, log

from scipy import stats

from app.marketing.experiments.stats.values import BadCounts, refuse_bad_alpha


@dataclass(frozen=True, slots=True, kw_only=True)
class DurationPlan:
    """Exposures of each variant and the days that they take at the account's traffic."""

    exposures: int
    days: int


def required_exposures(
    base_rate: float, lift: float, *, alpha: float = 0.05, power: float = 0.8
) -> int:
    """Exposures of each of two equal variants that find a relative lift with this power.

    Two-sided test of two proportions, unpooled variance under the alternative (Fleiss 1981).
    Raises BadCounts.
    """
    refuse_bad_alpha(alpha)
    other = base_rate * (1 + lift)
    if not 0 < base_rate < 1 or not 0 < other < 1 or other == base_rate:
        raise BadCounts(
            f"a base rate of {base_rate:g} and a lift of {lift:g} give {other:g}:"
            " both rates must differ and lie between 0 and 1",
            f"基础转化率 {base_rate:g} 加上提升 {lift:g} 是 {other:g}：两个转化率要不同，"
            "并且都在 0 和 1 之间",
        )
    if not alpha < power < 1:
        raise BadCounts(
            f"a power of {power:g}; it lies between alpha and 1, such as 0.8",
            f"power 是 {power:g}，应在 alpha 和 1 之间，例如 0.8",
        )
    mean = (base_rate + other) / 2
    null = (2 * mean * (1 - mean)) ** 0.5 * float(stats.norm.isf(alpha / 2))
    alternative = (base_rate * (1 - base_rate) + other * (1 - other)) ** 0.5
    root = (null + alternative * float(stats.norm.ppf(power))) / (other - base_rate)
    return ceil(float(root**2))


def plan_duration(
    exposures: int, variants: int, daily_exposures: float, *, inflation: float = 1.0
) -> DurationPlan:
    """Days until each of `variants` equal variants has `exposures` times `inflation`.

    Raises BadCounts where the account has no traffic.
    """
    if daily_exposures <= 0:
        raise BadCounts(
            "the account has no exposures a day: nothing can be planned",
            "账号每天没有曝光，做不了计划",
        )
    needed = ceil(exposures * inflation)
    return DurationPlan(exposures=needed, days=ceil(needed * variants / daily_exposures))


def days_left(
    exposures: int, needed: int, daily_exposures: float, most_days: int = 90
) -> int | None:
    """Days until `needed` exposures; None where that takes more than `most_days`: it will not
    get there."""
    if exposures >= needed:
        return 0
    if daily_exposures <= 0:
        return None
    days = ceil((needed - exposures) / daily_exposures)
    return days if days <= most_days else None


def smallest_lift(base_rate: float, exposures: int, *, alpha: float = 0.05) -> float:
    """About the smallest relative lift that this many exposures a variant find with power 0.8."""
    low, high = 1e-4, (1 - base_rate) / base_rate * 0.99
    for _ in range(60):
        middle = (low * high) ** 0.5
        if required_exposures(base_rate, middle, alpha=alpha) > exposures:
            low = middle
        else:
            high = middle
        if log(high / low) < 1e-4:
            break
    return high
