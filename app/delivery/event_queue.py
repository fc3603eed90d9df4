"""The queue in Redis of events that api processes record: taps on menus and links.

They come from outside and without a turn, so they are few commands each, and their number is
bounded; a worker writes them to the database.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.delivery.record_queue import REMOVE_RECORDS
from app.redis import keys
from app.redis.client import RedisClient

MOST_WAITING = 200_000  # events: some 100 MB
AT_ONCE = 1_000  # events


@dataclass(frozen=True, slots=True)
class EventQueue:
    """The list of waiting events, oldest first, each an object as JSON.

    As in TurnRecords, several workers may read the same ones: writing one twice changes nothing.
    """

    redis: RedisClient

    async def put(self, event: Mapping[str, Any]) -> bool:
        """Add an event; False where too many wait, and this one is lost. Raises RedisError."""
        if int(await self.redis.llen(keys.EVENTS)) >= MOST_WAITING:
            return False
        await self.redis.rpush(keys.EVENTS, json.dumps(event, ensure_ascii=False))
        return True

    async def read(self) -> list[str]:
        """The oldest events, at most AT_ONCE, as JSON."""
        return list(await self.redis.lrange(keys.EVENTS, 0, AT_ONCE - 1))

    async def remove(self, waiting: Sequence[str]) -> None:
        """Remove events that the database has; `waiting` as `read` returned them."""
        hashes = [hashlib.sha1(each.encode()).hexdigest() for each in waiting]  # noqa: S324
        await REMOVE_RECORDS.run(self.redis, records=keys.EVENTS, hashes=hashes)
