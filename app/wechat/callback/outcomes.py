"""When callbacks were last accepted, or refused and why: the doctor tells by it a wrong token.

The token of the settings and that of the platform's page can be compared in no other way.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from app.redis import keys
from app.redis.client import RedisClient

# wrong_signature: the token differs; stale: signed more than ten minutes ago; undecryptable: the
# AES key differs, or is not set; unreadable: a plain body in safe mode, or no XML.
CallbackOutcome = Literal["accepted", "wrong_signature", "stale", "undecryptable", "unreadable"]


@dataclass(frozen=True, slots=True)
class CallbackOutcomes:
    """Outcomes of this process's callbacks; `flush` writes them where the doctor reads them."""

    redis: RedisClient
    clock: Callable[[], float] = time.time
    unwritten: dict[tuple[str, CallbackOutcome], float] = field(default_factory=dict)

    def record(self, account: str, outcome: CallbackOutcome) -> None:
        """Remember an outcome; no I/O, since the platform waits."""
        self.unwritten[account, outcome] = self.clock()

    async def flush(self) -> None:
        """Write what was recorded since the last time. Raises RedisError; nothing is lost then."""
        outcomes = dict(self.unwritten)
        if not outcomes:
            return
        async with self.redis.pipeline() as pipeline:
            for (account, outcome), at in outcomes.items():
                pipeline.hset(keys.callback_outcomes(account), outcome, str(at))
                pipeline.expire(keys.callback_outcomes(account), keys.CALLBACK_OUTCOMES_FOR)
            await pipeline.execute()
        for key, at in outcomes.items():
            if self.unwritten.get(key) == at:
                del self.unwritten[key]


async def read_outcomes(redis: RedisClient, account: str) -> Mapping[CallbackOutcome, float]:
    """When each outcome last happened, seconds since 1970; of the last week."""
    fields = await redis.hgetall(keys.callback_outcomes(account))
    return {cast("CallbackOutcome", outcome): float(at) for outcome, at in fields.items()}
