"""The shares of a bandit's next batch, from the rewards so far and what was predicted."""

from collections.abc import Sequence

from app.marketing.experiments.bandits import MatureReward
from app.marketing.experiments.plans.bandit_settings import FallingSharpness
from app.marketing.experiments.stats.bandit import (
    WEAK,
    Arm,
    SharpnessSchedule,
    allocate_shares,
    decay,
)
from app.marketing.experiments.values import StoredExperiment


def compute_shares(
    experiment: StoredExperiment, rewards: Sequence[MatureReward]
) -> tuple[float, ...]:
    """The share of each variant in the order of the plan: its chance to be best, above a floor."""
    plan = experiment.plan
    arms = [_make_arm(experiment, rewards, at) for at in range(len(plan.variants))]
    return allocate_shares(arms, plan.bandit.floor, _read_sharpness(plan.bandit.sharpness))


def _read_sharpness(planned: float | FallingSharpness) -> float | SharpnessSchedule:
    if isinstance(planned, FallingSharpness):
        return SharpnessSchedule(**planned.model_dump())
    return planned


def _make_arm(experiment: StoredExperiment, rewards: Sequence[MatureReward], at: int) -> Arm:
    variant, settings = experiment.plan.variants[at], experiment.plan.bandit
    exposures = conversions = 0.0
    for reward in rewards:
        if reward.variant == variant.name:
            weight = _weigh(reward.age, settings.half_life_days)
            exposures += weight
            conversions += weight * reward.has_converted
    predicted, strength = _find_prior(experiment, at)
    return Arm(exposures=exposures, conversions=conversions, predicted=predicted, strength=strength)


def _weigh(age: float, half_life: float | None) -> float:
    """What an exposure of this age in days counts."""
    one = Arm(exposures=1, conversions=0)
    return one.exposures if half_life is None else decay(one, age, half_life).exposures


def _find_prior(experiment: StoredExperiment, at: int) -> tuple[float | None, float]:
    """The expected rate of a variant and the exposures it counts as: the plan's own, or what the
    click model predicted when the experiment was planned.
    """
    variant, settings = experiment.plan.variants[at], experiment.plan.bandit
    if variant.predicted is not None:
        return variant.predicted, settings.strength
    prior = experiment.run.priors[at] if experiment.run and experiment.run.priors else None
    return (prior.rate, prior.strength) if prior else (None, WEAK)
