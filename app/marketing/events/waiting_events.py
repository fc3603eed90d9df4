"""Events of menus and links: recorded by api processes, written by a worker."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import structlog
from redis.exceptions import RedisError

from app.accounts import Account
from app.db.engines import UNAVAILABLE, is_bad_row
from app.delivery.event_queue import EventQueue
from app.marketing.events.callback_events import hash_delivery
from app.marketing.events.repository import Events
from app.marketing.events.values import EventKind, MarketingEvent
from app.observability import metrics
from app.privacy.pseudonym import make_pseudonym
from app.wechat.callback import values
from app.wechat.callback.events import MenuMiniProgram, MenuView
from app.wechat.callback.jobs import make_delivery_id

_LONGEST = 500  # characters of an address

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class EventTaker:
    """Takes an event in an api process: into the queue, else straight into the database.

    Never raises: who taps must not wait for our stores. A lost event is counted.
    """

    queue: EventQueue
    events: Events

    async def take(self, event: MarketingEvent) -> None:
        """Record the event."""
        try:
            is_taken = await self.queue.put(asdict(event))
        except (RedisError, OSError):
            is_taken = await self._write(event)
        if not is_taken:
            metrics.EVENTS_LOST.inc()

    async def _write(self, event: MarketingEvent) -> bool:
        try:
            await self.events.write([event])
        except UNAVAILABLE as error:
            log.error("event_lost", kind=event.kind, error=str(error))
            return False
        return True


@dataclass(frozen=True, slots=True)
class MenuViewRecorder:
    """Records that a link or mini program of the menu was opened. `key`: of pseudonyms."""

    taker: EventTaker
    key: str
    clock: Callable[[], float] = time.time

    async def record_view(self, account: Account, message: values.Message) -> None:
        """Record the message if it is such an event; the copies of one are one event."""
        if not isinstance(message, MenuView | MenuMiniProgram):
            return
        now = self.clock()
        event = MarketingEvent(
            account=account.name,
            id=hash_delivery(make_delivery_id(account, message), self.key),
            kind=EventKind.MENU,
            time=now,
            recorded=now,
            pseudonym=make_pseudonym(message.openid, self.key),
            properties={"key": message.key[:_LONGEST]},
        )
        await self.taker.take(event)


@dataclass(frozen=True, slots=True)
class EventWriter:
    """Writes waiting events to the database, in a worker."""

    queue: EventQueue
    events: Events

    async def write(self) -> None:
        """Write all that wait. Raises UNAVAILABLE. What the database refuses is logged and left
        out.
        """
        while waiting := await self.queue.read():
            await self._write_some(waiting)
            await self.queue.remove(waiting)

    async def _write_some(self, waiting: Sequence[str]) -> None:
        try:
            await self.events.write([_parse_event(each) for each in waiting])
        except Exception as error:
            if not _is_refusal(error):
                raise
            if len(waiting) > 1:
                for each in waiting:
                    await self._write_some([each])
            else:
                metrics.EVENTS_LOST.inc()
                log.error("event_refused", error=type(error).__name__)


def _parse_event(waiting: str) -> MarketingEvent:
    fields: dict[str, Any] = json.loads(waiting)
    return MarketingEvent(**fields | {"kind": EventKind(fields["kind"])})


def _is_refusal(error: Exception) -> bool:
    return isinstance(error, KeyError | TypeError | ValueError) or is_bad_row(error)
