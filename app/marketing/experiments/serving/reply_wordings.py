"""Experiments on replies: the variants of a message's follower, and the record of an exposure.

An experiment with unit follower and kind ab is assigned from memory. A bandit asks the database
what a follower was shown first, for a bounded time: without an answer they get the usual words.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from app.db.engines import UNAVAILABLE
from app.dialogue.wording.variant_wordings import VariantWording
from app.jobs import MessageJob
from app.marketing.events.callback_events import hash_delivery
from app.marketing.experiments.assigning import find_assignment
from app.marketing.experiments.exposing import build_exposure
from app.marketing.experiments.exposures import ExposureLog
from app.marketing.experiments.serving.running import RunningExperiments
from app.marketing.experiments.values import StoredExperiment
from app.privacy.pseudonym import make_pseudonym

ASK_WITHIN = 0.2  # seconds that a turn waits for what a bandit's follower was shown first
# An exposure is after its message: the message itself is none of its conversions.
AFTER_MESSAGE = 0.001  # seconds

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyWordings:
    """Finds the wordings of messages' followers. `key` is that of pseudonyms."""

    running: RunningExperiments
    exposures: ExposureLog
    key: str
    clock: Callable[[], float] = time.time

    async def find(self, messages: Sequence[MessageJob]) -> list[tuple[VariantWording, ...]]:
        """The wordings of each message's follower; () for who takes part in no experiment."""
        followers = {
            message.id: make_pseudonym(message.openid, self.key)
            for message in messages
            if self.running.list(message.account, "reply")
        }
        if not followers:
            return [()] * len(messages)
        first_variants = await self._read_first_variants(messages, followers)
        return [self._find_wordings(message, followers, first_variants) for message in messages]

    def _find_wordings(
        self,
        message: MessageJob,
        followers: Mapping[str, str],
        first_variants: Mapping[str, Mapping[str, str]],
    ) -> tuple[VariantWording, ...]:
        """One wording a target: where two experiments have one, the earlier of them decides."""
        wordings: dict[str, VariantWording] = {}
        for experiment in self.running.list(message.account, "reply"):
            pseudonym = followers[message.id]
            variant = self._find_variant(experiment, pseudonym, first_variants)
            text = experiment.plan.find_content(variant)
            if text:
                wording = VariantWording(
                    target=experiment.plan.target,
                    text=text,
                    experiment=experiment.id,
                    variant=variant,
                    assigned=max(self.clock(), message.received + AFTER_MESSAGE),
                )
                wordings.setdefault(wording.target, wording)
        return tuple(wordings.values())

    def _find_variant(
        self,
        experiment: StoredExperiment,
        pseudonym: str,
        first_variants: Mapping[str, Mapping[str, str]],
    ) -> str:
        """The follower's variant; "" for none, also where a bandit's past isn't known."""
        first_variant = ""
        if experiment.plan.kind == "bandit":
            if experiment.id not in first_variants:
                return ""
            first_variant = first_variants[experiment.id].get(pseudonym, "")
        return find_assignment(experiment, pseudonym, self.clock(), first_variant).variant

    async def _read_first_variants(
        self, messages: Sequence[MessageJob], followers: Mapping[str, str]
    ) -> dict[str, Mapping[str, str]]:
        """By bandit and pseudonym, what was shown first; without a bandit that wasn't read."""
        bandits = {
            experiment.id: experiment
            for account in {message.account for message in messages}
            for experiment in self.running.list(account, "reply")
            if experiment.plan.kind == "bandit"
        }
        pseudonyms = sorted(set(followers.values()))
        try:
            async with asyncio.timeout(ASK_WITHIN):
                return {
                    name: await self.exposures.find_first_variants(experiment, pseudonyms)
                    for name, experiment in bandits.items()
                }
        except (*UNAVAILABLE, TimeoutError) as error:
            log.warning("bandits_not_asked", experiments=len(bandits), error=type(error).__name__)
            return {}


def build_exposure_record(message: MessageJob, wording: VariantWording, key: str) -> dict[str, Any]:
    """The event of a wording that the follower read, as JSON values, with the hash of the turn's
    delivery. Its id is the same in each turn, so the first one stays. `key`: of pseudonyms.
    """
    event = build_exposure(
        message.account,
        wording.experiment,
        wording.variant,
        make_pseudonym(message.openid, key),
        wording.assigned,
        properties={"turn": hash_delivery(message.id, key)},
    )
    return asdict(event)
