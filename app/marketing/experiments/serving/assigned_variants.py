"""A follower's variant while they wait: from memory, and for bandits with one bounded question.

A bandit's follower keeps what they were shown first, which only the database knows.
"""

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from app.db.engines import UNAVAILABLE
from app.marketing.experiments.assigning import find_assignment
from app.marketing.experiments.first_exposures import FirstExposures
from app.marketing.experiments.values import StoredExperiment

ASK_WITHIN = 0.2  # seconds that a follower waits for what a bandit knows of them
# By experiment and pseudonym; without the bandits that weren't read.
FirstVariants = Mapping[str, Mapping[str, str]]

log = structlog.get_logger()


async def read_first_variants(
    exposures: FirstExposures, experiments: Sequence[StoredExperiment], pseudonyms: Sequence[str]
) -> FirstVariants:
    """What the bandits among the experiments have shown followers first. Never raises for a
    database that is away or slow: its bandits are left out.
    """
    bandits = [each for each in experiments if each.plan.kind == "bandit"]
    if not bandits:
        return {}
    try:
        async with asyncio.timeout(ASK_WITHIN):
            return {
                each.id: await exposures.find_first_variants(each, pseudonyms) for each in bandits
            }
    except (*UNAVAILABLE, TimeoutError) as error:
        log.warning("bandits_not_asked", experiments=len(bandits), error=type(error).__name__)
        return {}


def find_variant(
    experiment: StoredExperiment, pseudonym: str, now: float, first_variants: FirstVariants
) -> str:
    """The follower's variant; "" for who takes no part, and where a bandit wasn't read."""
    first_variant = ""
    if experiment.plan.kind == "bandit":
        if experiment.id not in first_variants:
            return ""
        first_variant = first_variants[experiment.id].get(pseudonym, "")
    return find_assignment(experiment, pseudonym, now, first_variant).variant
