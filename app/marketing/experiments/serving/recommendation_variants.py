"""Experiments on recommendations: how a follower in one is recommended items."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from app.marketing.experiments.first_exposures import FirstExposures
from app.marketing.experiments.plans.recommendation_settings import RecommendationSettings
from app.marketing.experiments.serving.assigned_variants import find_variant, read_first_variants
from app.marketing.experiments.serving.running import RunningExperiments


@dataclass(frozen=True, slots=True)
class RecommendationVariant:
    """A follower's variant: the id of the experiment, the variant's name, and its settings."""

    experiment: str
    variant: str
    settings: RecommendationSettings


USUAL = RecommendationVariant("", "", RecommendationSettings())
# Account, pseudonym, now -> the follower's variant.
FindRecommendationVariant = Callable[[str, str, float], Awaitable[RecommendationVariant]]


async def find_no_variant(_account: str, _pseudonym: str, _now: float) -> RecommendationVariant:
    """The variant of a service without experiments."""
    return USUAL


@dataclass(frozen=True, slots=True)
class RecommendationVariants:
    """Finds the variant of a follower among the running experiments."""

    running: RunningExperiments
    exposures: FirstExposures

    async def find(self, account: str, pseudonym: str, now: float) -> RecommendationVariant:
        """Of the experiment that started first; USUAL for who takes part in none."""
        experiments = self.running.list(account, "recommendation")
        first_variants = await read_first_variants(self.exposures, experiments, [pseudonym])
        for experiment in experiments:
            name = find_variant(experiment, pseudonym, now, first_variants)
            settings = experiment.plan.find_recommendation(name)
            if settings:
                return RecommendationVariant(experiment.id, name, settings)
        return USUAL
