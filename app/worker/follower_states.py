"""Loads what a turn must know of its follower: handoff, rate limit, consent notice."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from app.inbox.service import Handoff, Handoffs
from app.jobs import MessageJob
from app.privacy.consent import Consent
from app.sessions.rate_limit import RateLimiter, RateVerdict
from app.worker.pending_turn import LoadedJob


@dataclass(frozen=True, slots=True)
class FollowerState:
    """A follower at the moment of a turn."""

    handoff: Handoff | None  # None: the bot has the conversation
    rate: RateVerdict
    notice_shown: bool  # the consent notice; True also where the service shows none


@dataclass(frozen=True, slots=True)
class FollowerStates:
    """Loads the states of a batch's followers. `shows_notice`: the setting `consent`."""

    handoffs: Handoffs
    rate_limiter: RateLimiter
    consent: Consent
    shows_notice: bool

    async def load_states(
        self, users: Sequence[str], turn_jobs: Sequence[LoadedJob]
    ) -> list[FollowerState]:
        """The state of each user (`keys.user`), in order. Counts each message for its rate limit.

        A message that is loaded again counts once. Raises UNAVAILABLE where Redis has lost the
        handoffs and the database is away.
        """
        handoffs = await self.handoffs.active_handoffs(users, time.time())
        notices_shown = await self.consent.notice_shown(users)
        rates = await self._count_messages(users, turn_jobs)
        return [
            FollowerState(handoff, rates.get(job.id, "ok"), notice_shown or not self.shows_notice)
            for handoff, job, notice_shown in zip(handoffs, turn_jobs, notices_shown, strict=True)
        ]

    async def _count_messages(
        self, users: Sequence[str], turn_jobs: Sequence[LoadedJob]
    ) -> dict[str, RateVerdict]:
        """The verdict of each message by its id; other jobs have none."""
        messages = [
            (user, job.id)
            for user, job in zip(users, turn_jobs, strict=True)
            if isinstance(job, MessageJob)
        ]
        verdicts = await self.rate_limiter.count(messages)
        return {id_: verdict for (_, id_), verdict in zip(messages, verdicts, strict=True)}
