"""Reads users' outbox messages for a batch, without a long wait when the database is away."""

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

MessagesByUser = dict[str, tuple[OutboxMessage, ...]]  # by `keys.user`


@dataclass(slots=True)
class OutboxReader:
    """Reads outbox messages, and marks those as sent that were packed with a reply."""

    outbox: Outbox
    _away_until: float = 0.0  # time.monotonic

    async def read_in_time(self, users: Sequence[str]) -> MessagesByUser | None:
        """Unsent messages by user, oldest first; only users who have some.

        None if the database does not answer within READ_WITHIN: turns run without it.
        """
        if time.monotonic() < self._away_until:
            return None
        try:
            async with asyncio.timeout(READ_WITHIN):
                pending = await self.outbox.read_pending([keys.split_user(user) for user in users])
                return {keys.user(*whose): tuple(messages) for whose, messages in pending.items()}
        except (*UNAVAILABLE, TimeoutError) as error:
            _warn_of_outage(error)
            self._away_until = time.monotonic() + PAUSE
            return None

    async def mark_sent(self, delivery_ids: Sequence[str]) -> None:
        """Mark the messages packed with these deliveries' replies as sent; an outage is logged."""
        if not delivery_ids:
            return
        try:
            await self.outbox.mark_sent(delivery_ids)
        except UNAVAILABLE as error:  # `Outbox.tidy` does it after a minute
            _warn_of_outage(error)


def _warn_of_outage(error: Exception) -> None:
    metrics.FAILURES.labels("database").inc()
    log.warning("outbox_unavailable", error=str(error) or "no answer in time")
