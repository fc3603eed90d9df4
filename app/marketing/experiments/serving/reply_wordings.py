"""Experiments on replies: the variants of a message's follower, and the record of an exposure.

A follower of whom a bandit doesn't know what they were shown first gets the usual words.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.dialogue.wording.variant_wordings import VariantWording
from app.jobs import MessageJob
from app.marketing.events.callback_events import hash_delivery
from app.marketing.experiments.exposing import build_exposure
from app.marketing.experiments.first_exposures import FirstExposures
from app.marketing.experiments.serving.assigned_variants import (
    FirstVariants,
    find_variant,
    read_first_variants,
)
from app.marketing.experiments.serving.running import RunningExperiments
from app.privacy.pseudonym import make_pseudonym

# An exposure is after its message: the message itself is none of its conversions.
AFTER_MESSAGE = 0.001  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyWordings:
    """Finds the wordings of messages' followers. `key` is that of pseudonyms."""

    running: RunningExperiments
    exposures: FirstExposures
    key: str
    clock: Callable[[], float] = time.time

    async def find(self, messages: Sequence[MessageJob]) -> list[tuple[VariantWording, ...]]:
        """The wordings of each message's follower; () for who takes part in no experiment."""
        experiments = {
            experiment.id: experiment
            for message in messages
            for experiment in self.running.list(message.account, "reply")
        }
        if not experiments:
            return [()] * len(messages)
        pseudonyms = [make_pseudonym(message.openid, self.key) for message in messages]
        first_variants = await read_first_variants(
            self.exposures, list(experiments.values()), pseudonyms
        )
        return [
            self._find_wordings(message, pseudonym, first_variants)
            for message, pseudonym in zip(messages, pseudonyms, strict=True)
        ]

    def _find_wordings(
        self, message: MessageJob, pseudonym: str, first_variants: FirstVariants
    ) -> tuple[VariantWording, ...]:
        """One wording a target: where two experiments have one, the earlier of them decides."""
        wordings: dict[str, VariantWording] = {}
        for experiment in self.running.list(message.account, "reply"):
            variant = find_variant(experiment, pseudonym, self.clock(), first_variants)
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


def build_exposure_record(message: MessageJob, wording: VariantWording, key: str) -> dict[str, Any]:
    """The event of a wording that the follower read, as JSON values. Its id is of the turn and the
    experiment, however often the message is delivered. `key`: of pseudonyms.
    """
    event = build_exposure(
        message.account,
        wording.experiment,
        wording.variant,
        make_pseudonym(message.openid, key),
        wording.assigned,
    )
    id_ = hash_delivery(f"{message.id} {wording.experiment}", key)
    return asdict(replace(event, id=id_, properties={"turn": hash_delivery(message.id, key)}))
