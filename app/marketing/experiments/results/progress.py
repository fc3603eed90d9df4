"""How far an experiment is: looks made, days left, or that it will not get there."""

from dataclasses import dataclass

from app.marketing.experiments.alternation import FEWEST_DAYS, number_day
from app.marketing.experiments.exposed_activity import DAY
from app.marketing.experiments.results.observation import Observation
from app.marketing.experiments.stats import power
from app.marketing.experiments.values import StoredExperiment

RECENT_DAYS = 7  # whose traffic the rest of the run is judged by
MOST_DAYS = 90
SMALL_PART = 0.1  # of the plan, up to which an experiment is told as just begun


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgress:
    """Exposures so far and planned.

    `days_left` None: unknown, it will not get there, or it has ended.
    """

    exposures: int
    planned: int | None
    days_left: int | None
    sentence: str  # for the operator, in Chinese


def measure_progress(experiment: StoredExperiment, observation: Observation) -> RunProgress:
    """How far the experiment is at the time of the observation."""
    exposures = len(observation.exposed)
    planned = experiment.run.exposures if experiment.run else None
    days = None
    if planned and experiment.ended is None:
        days = _count_days_left(experiment, observation, planned)
        if days is not None and experiment.plan.unit == "day":
            days = max(days, _count_missing_days(experiment, observation))
    return RunProgress(
        exposures=exposures,
        planned=planned,
        days_left=days,
        sentence=_describe(experiment, observation, planned, days),
    )


def _count_days_left(
    experiment: StoredExperiment, observation: Observation, planned: int
) -> int | None:
    exposures = len(observation.exposed)
    if experiment.run and _has_just_begun(experiment, observation):
        return power.days_left(exposures, planned, experiment.run.daily_exposures, MOST_DAYS)
    days = min(_measure_age(experiment, observation), RECENT_DAYS)
    since = observation.now - days * DAY
    recent = sum(1 for follower in observation.exposed if follower.first >= since)
    return power.days_left(exposures, planned, recent / days, MOST_DAYS)


def _count_missing_days(experiment: StoredExperiment, observation: Observation) -> int:
    """Days that the variants still need before days are compared: each day belongs to one."""
    days_by_variant: dict[str, set[int]] = {}
    for follower in observation.exposed:
        days_by_variant.setdefault(follower.variant, set()).add(number_day(follower.first))
    control = experiment.plan.variant_names[0]
    return sum(
        max(0, FEWEST_DAYS - len(days_by_variant.get(name, ())))
        for name in (control, *experiment.plan.compared_variants)
    )


def _has_just_begun(experiment: StoredExperiment, observation: Observation) -> bool:
    """Whether there is less than a day of exposures: too little to judge the traffic by."""
    return _measure_age(experiment, observation) < 1


def _measure_age(experiment: StoredExperiment, observation: Observation) -> float:
    """Days since the first exposure; since the start where there is none."""
    began = experiment.started or observation.now
    if observation.exposed:
        began = observation.exposed[0].first
    return (observation.now - began) / DAY


def _describe(
    experiment: StoredExperiment,
    observation: Observation,
    planned: int | None,
    days: int | None,
) -> str:
    exposures = len(observation.exposed)
    if experiment.ended is not None:
        return f"实验已结束，共 {exposures:,} 位粉丝看到。"
    if planned is None:
        return f"已有 {exposures:,} 位粉丝看到；没有计划样本数。"
    share = f"已完成计划的 {exposures / planned:.0%}（{exposures:,} / {planned:,}）"
    if days == 0:
        return f"{share}，计划的样本已经够了。"
    is_new = _has_just_begun(experiment, observation)
    if is_new:
        is_small = exposures < SMALL_PART * planned
        share = f"{'实验刚开始' if is_small else '开始曝光还不到一天'}，{share}"
    traffic = "计划时的流量" if is_new else "目前的流量"
    if days is None:
        return f"{share}。按{traffic}，{MOST_DAYS} 天内达不到计划。{_advise(experiment)}"
    cause = f"，按{traffic}"
    if exposures >= planned:
        cause = f"。按天轮换时每个方案至少要有 {FEWEST_DAYS} 天，"
    return f"{share}{cause}大约还需 {days} 天。"


def _advise(experiment: StoredExperiment) -> str:
    """What can be done where the traffic is too small. A running plan can't be changed."""
    if experiment.plan.share == 1:
        return "参与比例已经是 100%，不能再提高：可以停止实验，另做一个只求发现更大提升的计划。"
    return (
        f"现在只有 {experiment.plan.share:.0%} 的粉丝参与：可以停止实验，另做一个参与比例更高、"
        "或只求发现更大提升的计划。"
    )
