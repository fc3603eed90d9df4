"""Assigns followers of a running experiment and records what they were shown."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.marketing.events.repository import Events
from app.marketing.events.values import EventKind, MarketingEvent
from app.marketing.experiments.assigning import VariantAssignment, assign_variant
from app.marketing.experiments.first_exposures import FirstExposures
from app.marketing.experiments.values import StoredExperiment, WrongVariant
from app.privacy.pseudonym import get_digits, make_pseudonym


@dataclass(frozen=True, slots=True)
class VariantAssigner:
    """Finds a follower's variant; an exposure is an event. `key` is that of pseudonyms."""

    exposures: FirstExposures
    events: Events
    key: str
    clock: Callable[[], float] = time.time

    async def assign(self, experiment: StoredExperiment, openid: str) -> VariantAssignment:
        """The follower's variant. In a bandit, who was exposed keeps what they saw.

        Raises WrongExperimentState unless the experiment runs.
        """
        pseudonym = make_pseudonym(openid, self.key)
        first_variant = ""
        if experiment.plan.kind == "bandit":
            first_variants = await self.exposures.find_first_variants(experiment, [pseudonym])
            first_variant = first_variants.get(pseudonym, "")
        return assign_variant(experiment, pseudonym, self.clock(), first_variant)

    async def record_exposure(
        self, experiment: StoredExperiment, openid: str, variant: str
    ) -> MarketingEvent:
        """Record that the follower was shown a variant; the first time counts.

        Raises WrongVariant for another one than theirs, WrongExperimentState.
        """
        assignment = await self.assign(experiment, openid)
        if assignment.variant != variant:
            theirs = repr(assignment.variant) if assignment.variant else "no variant"
            his = f"分到“{assignment.variant}”" if assignment.variant else "没有参加"
            raise WrongVariant(
                f"the follower is assigned to {theirs}, not to {variant!r}: show what the"
                " assignment says",
                chinese=f"这位粉丝{his}，不是“{variant}”：请按分配结果展示",
            )
        pseudonym = make_pseudonym(openid, self.key)
        event = make_exposure(experiment, pseudonym, variant, self.clock())
        await self.events.write([event])
        return event


def make_exposure(
    experiment: StoredExperiment, pseudonym: str, variant: str, time: float
) -> MarketingEvent:
    """The event of a follower's exposure, with the variant's item."""
    event = build_exposure(experiment.account, experiment.id, variant, pseudonym, time)
    return replace(event, item=experiment.plan.find_item(variant))


def build_exposure(
    account: str,
    experiment: str,
    variant: str,
    pseudonym: str,
    time: float,
) -> MarketingEvent:
    """The event of an exposure: its id is the same each time, so the first one stays."""
    return MarketingEvent(
        account=account,
        id=f"exposure:{experiment}:{get_digits(pseudonym)}",
        kind=EventKind.EXPOSURE,
        time=time,
        recorded=time,
        pseudonym=pseudonym,
        experiment=experiment,
        variant=variant,
    )
