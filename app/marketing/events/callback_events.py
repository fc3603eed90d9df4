"""Events of what the platform tells us: follows, messages, menu taps, scans, unfollows.

Texts of messages aren't stored again: the record of turns has them.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from app.jobs import MessageJob, MessageKind
from app.marketing.events.repository import Events
from app.marketing.events.values import EventKind, MarketingEvent, Scalar
from app.privacy.pseudonym import make_pseudonym

_KINDS: Mapping[MessageKind, EventKind] = {
    "subscribe": EventKind.FOLLOW, "scan": EventKind.SCAN, "click": EventKind.MENU,
    "text": EventKind.MESSAGE, "voice": EventKind.MESSAGE, "image": EventKind.MESSAGE,
    "video": EventKind.MESSAGE, "location": EventKind.MESSAGE, "link": EventKind.MESSAGE,
    "file": EventKind.MESSAGE, "mini_program": EventKind.MESSAGE,
    "unsupported": EventKind.MESSAGE,
}  # fmt: skip
# What the text of a message names, where it isn't a text of the follower's.
_NAMES: Mapping[MessageKind, str] = {"subscribe": "scene", "scan": "scene", "click": "key"}
_LONGEST = 500  # characters of a property

EventRecord = dict[str, Any]  # a MarketingEvent as JSON values


@dataclass(frozen=True, slots=True)
class CallbackEvents:
    """Makes events of callbacks and stores them. `key` is that of pseudonyms."""

    events: Events
    key: str

    def build_record(
        self, message: MessageJob, intent: str | None, sentiment: str | None
    ) -> EventRecord | None:
        """The event of a message, as JSON values; None for a tap on a notice of ours."""
        kind = _KINDS.get(message.kind)
        if kind is None:
            return None
        properties: dict[str, Scalar] = {}
        if kind is EventKind.MESSAGE:
            values = {"type": message.kind, "intent": intent, "sentiment": sentiment}
            properties = {name: value for name, value in values.items() if value}
        elif message.text:
            properties = {_NAMES[message.kind]: message.text[:_LONGEST]}
        return asdict(self._build_event(message, kind, properties))

    async def write(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Store records of `build_record`; one that is stored stays unchanged."""
        await self.events.write(
            MarketingEvent(**dict(record) | {"kind": EventKind(record["kind"])})
            for record in records
        )

    async def record_unfollow(self, account: str, openid: str, delivery: str, now: float) -> None:
        """Store that a follower left."""
        message = MessageJob(
            id=delivery, account=account, openid=openid, kind="unsupported", received=now
        )
        await self.events.write([self._build_event(message, EventKind.UNFOLLOW, {})])

    def _build_event(
        self, message: MessageJob, kind: EventKind, properties: Mapping[str, Scalar]
    ) -> MarketingEvent:
        return MarketingEvent(
            account=message.account, id=hash_delivery(message.id, self.key), kind=kind,
            time=message.received, recorded=message.received,
            pseudonym=make_pseudonym(message.openid, self.key), properties=properties,
        )  # fmt: skip


def hash_delivery(delivery: str, key: str) -> str:
    """The id of a delivery's event. A hash, as the record of turns has the id beside the openid."""
    return hmac.new(key.encode(), f"event:{delivery}".encode(), hashlib.sha256).hexdigest()
