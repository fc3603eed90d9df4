"""How many exposures an experiment needs, and how many days of the account's traffic they are."""

from math import ceil

from app.marketing.experiments.alternation import FEWEST_DAYS
from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.plans.traffic import Traffic
from app.marketing.experiments.stats import sequential
from app.marketing.experiments.stats.analysis import Method
from app.marketing.experiments.stats.power import days_left, required_exposures, smallest_lift
from app.marketing.experiments.stats.values import BadCounts
from app.marketing.experiments.values import PlannedRun

MOST_DAYS = 90  # nobody waits longer: seasons change, and followers come and go
ANYTIME_COST = 2.0  # exposures by those of a fixed horizon, at 80 % power
FOUR_WEEKS = 28
LOOKS_COUNTED = 20  # ninety looks cost one percent more, and take seconds to plan


def plan_run(plan: ExperimentPlan, traffic: Traffic) -> PlannedRun:
    """Plan the run of an experiment. Raises BadCounts for rates that can't be, and where nothing
    is compared.

    Several variants share the error rate. The planned looks are daily ones.
    """
    if not plan.compared_variants:
        raise BadCounts(
            "only the control has a share: nothing is compared, so that there is nothing to plan."
            " Give another variant a share, or start without a plan",
            "只有对照组的比例大于 0，没有可比较的：请给其他方案分配比例，或不做计划直接开始",
        )
    alpha = plan.alpha / len(plan.compared_variants)
    exposures = required_exposures(traffic.base_rate, plan.lift, alpha=alpha, power=plan.power)
    spread = _spread_shares(plan.shares)
    daily = traffic.daily_exposures * plan.share * (1 - plan.holdout)
    first_days = _count_days(exposures * spread, daily)
    looks = min(max(first_days or MOST_DAYS, 1), MOST_DAYS)
    cost = spread * _find_cost(plan.method, looks, alpha, plan.power)
    needed = round(exposures * cost)
    in_four_weeks = round(daily * FOUR_WEEKS / cost)
    return PlannedRun(
        exposures=needed,
        days=_allow_days(plan, _count_days(needed, daily)),
        base_rate=traffic.base_rate,
        daily_exposures=daily,
        looks=looks,
        smallest_lift=smallest_lift(traffic.base_rate, in_four_weeks, alpha=alpha)
        if in_four_weeks
        else None,
        source=traffic.source,
        followers=_count_followers(plan, traffic),
    )


def size_variants(
    method: Method, base_rate: float, lift: float, *, alpha: float, power: float = 0.8
) -> int:
    """Exposures of each of two equal variants that find a relative lift. Raises BadCounts.

    alpha: of this comparison. For `sequential` with 20 looks.
    """
    exposures = required_exposures(base_rate, lift, alpha=alpha, power=power)
    return ceil(exposures * _find_cost(method, LOOKS_COUNTED, alpha, power))


def _spread_shares(shares: tuple[float, ...]) -> float:
    """Exposures of all variants by those that one of two equal variants needs.

    The worst comparison with the control decides: 1/n0 + 1/n1 is what a test sees of sample sizes.
    """
    control, *treatments = shares
    return max(0.5 * (1 / control + 1 / share) for share in treatments if share)


def _find_cost(method: Method, looks: int, alpha: float, power: float) -> float:
    """The largest number of exposures by that of a fixed horizon."""
    match method:
        case "sequential":
            return sequential.plan_looks(min(looks, LOOKS_COUNTED), alpha, power).largest
        case "anytime":
            return ANYTIME_COST
        case "fixed" | "bayesian":
            return 1.0


def _allow_days(plan: ExperimentPlan, days: int | None) -> int | None:
    """Days of the run: where days alternate, each variant needs its own to be compared."""
    if plan.unit != "day" or days is None:
        return days
    fewest = FEWEST_DAYS * (1 + len(plan.compared_variants))
    return max(days, fewest) if fewest <= MOST_DAYS else None


def _count_followers(plan: ExperimentPlan, traffic: Traffic) -> int | None:
    """Those of the traffic who may take part; None where days are compared, or not measured."""
    if plan.unit == "day" or traffic.followers is None:
        return None
    return round(traffic.followers * plan.share * (1 - plan.holdout))


def _count_days(exposures: float, daily: float) -> int | None:
    return days_left(0, max(1, round(exposures)), daily, MOST_DAYS)
