"""What the outbox holds of users, read without making them wait for a database that is away."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from app.db.engines import UNAVAILABLE
from app.delivery.outbox import Outbox, OutboxMessage
from app.observability import metrics
from app.redis import keys

READ_WITHIN = 1.0  # seconds: followers wait for it, and WeChat hangs up after five
PAUSE = 1.0  # seconds after a failure, in which nobody waits for the next one

log = structlog.get_logger()

Pending = dict[str, tuple[OutboxMessage, ...]]  # by `keys.user`


@dataclass(slots=True)
class OutboxReader:
    """Reads pending answers, and settles those that were included in another."""

    outbox: Outbox
    _away_until: float = 0.0  # time.monotonic

    async def read(self, users: Sequence[str]) -> Pending:
        """Of each user who has some, oldest first. Raises UNAVAILABLE."""
        pending = await self.outbox.read_pending([keys.split_user(user) for user in users])
        return {keys.user(*whose): tuple(messages) for whose, messages in pending.items()}

    async def read_in_time(self, users: Sequence[str]) -> Pending | None:
        """None where the database is away: most answers need nothing of it, and go out."""
        if time.monotonic() < self._away_until:
            return None
        try:
            async with asyncio.timeout(READ_WITHIN):
                return await self.read(users)
        except (*UNAVAILABLE, TimeoutError) as error:
            _warn_of_outage(error)
            self._away_until = time.monotonic() + PAUSE
            return None

    async def mark_sent(self, delivery_ids: Sequence[str]) -> None:
        """What these answers took along has arrived with them."""
        if not delivery_ids:
            return
        try:
            await self.outbox.mark_sent(delivery_ids)
        except UNAVAILABLE as error:  # the outbox settles it by itself after a minute
            _warn_of_outage(error)


def _warn_of_outage(error: Exception) -> None:
    metrics.FAILURES.labels("database").inc()
    log.warning("outbox_unavailable", error=str(error) or "no answer in time")
