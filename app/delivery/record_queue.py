"""Records of turns that wait in Redis to be written into the database."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.delivery import lua
from app.redis import keys, scripts

AT_ONCE = 500  # records


@dataclass(frozen=True, slots=True)
class TurnRecords:
    """The list of waiting records, oldest first. Each is JSON with the row of the turn in `turn`.

    Several workers may read the same records. Each is removed by its content, so that one which an
    erasure took out meanwhile makes nobody remove its neighbour.
    """

    redis: Any  # redis.asyncio.Redis that decodes; its stubs would have us check for bytes

    async def read(self) -> list[str]:
        """The oldest ones."""
        return list(await self.redis.lrange(keys.RECORDS, 0, AT_ONCE - 1))

    async def remove(self, records: Sequence[str]) -> None:
        """They are in the database. `records` are the oldest ones, as `read` gave them."""
        hashes = [hashlib.sha1(each.encode()).hexdigest() for each in records]  # noqa: S324
        await scripts.run(self.redis, lua.REMOVE_RECORDS, [keys.RECORDS], hashes)

    async def bury(self, record: str, error: str) -> str:
        """The database will never take it: it goes to the dead letters. The entry's id there."""
        fields = {"job": record, "error": error}
        return str(await self.redis.xadd(keys.DEAD_LETTERS, fields, maxlen=keys.DEAD_LETTERS_KEPT))

    async def count(self) -> int:
        """How many wait."""
        return int(await self.redis.llen(keys.RECORDS))

    async def find(self, account: str, openid: str) -> list[str]:
        """Those of one follower, oldest first."""
        # From the end: what is written meanwhile leaves at the beginning, and moves nothing there.
        records: dict[str, None] = {}
        stop = -1
        while page := await self.redis.lrange(keys.RECORDS, stop - AT_ONCE + 1, stop):
            theirs = [each for each in page if parse_follower(each) == (account, openid)]
            records |= dict.fromkeys(reversed(theirs))
            stop -= AT_ONCE
        return list(reversed(records))

    async def erase(self, account: str, openid: str) -> int:
        """Remove those of one follower; how many there were."""
        records = await self.find(account, openid)
        for record in records:
            await self.redis.lrem(keys.RECORDS, 0, record)
        return len(records)


def parse_follower(job: str) -> tuple[str | None, str | None]:
    """Account and openid of a record, or of another job as JSON; None where it can't be read."""
    try:
        fields = json.loads(job)
        fields = fields.get("turn", fields)
        return fields.get("account"), fields.get("openid")
    except (ValueError, AttributeError):
        return None, None
