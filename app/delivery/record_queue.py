"""The queue in Redis of turn records that are yet to be written to the database."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.redis import keys
from app.redis.client import RedisClient
from app.redis.scripts import Script

AT_ONCE = 500  # records
# Names in records that version 0.1 queued.
COLUMNS_OF_VERSION_0_1 = {"said": "text", "mood": "sentiment", "cited": "source_id"}

# `hashes`: SHA-1 of the oldest records, in order. A record that another worker or an erasure has
# removed already is skipped.
REMOVE_RECORDS = Script(
    "remove_records",
    keys=("records",),
    args=("*hashes",),
    body="""
for _, hash in ipairs(hashes) do
  local oldest = redis.call('LINDEX', records, 0)
  if not oldest then return end
  if redis.sha1hex(oldest) == hash then redis.call('LPOP', records) end
end
""",
)


@dataclass(frozen=True, slots=True)
class TurnRecords:
    """The list of waiting records, oldest first. Each is JSON with the row of the turn in `turn`.

    Several workers may read the same records. A record is removed by its content, so that an
    erasure in between never makes a worker remove the record after it.
    """

    redis: RedisClient

    async def read(self) -> list[str]:
        """The oldest records, at most AT_ONCE, as JSON."""
        return list(await self.redis.lrange(keys.RECORDS, 0, AT_ONCE - 1))

    async def remove(self, records: Sequence[str]) -> None:
        """Remove records that the database has; `records` as `read` returned them."""
        hashes = [hashlib.sha1(each.encode()).hexdigest() for each in records]  # noqa: S324
        await REMOVE_RECORDS.run(self.redis, records=keys.RECORDS, hashes=hashes)

    async def bury(self, record: str, error: str) -> str:
        """Add a record that the database refuses to the dead letters; returns the entry's id."""
        fields = {"job": record, "error": error}
        return str(await self.redis.xadd(keys.DEAD_LETTERS, fields, maxlen=keys.DEAD_LETTERS_KEPT))

    async def count(self) -> int:
        """The number of waiting records."""
        return int(await self.redis.llen(keys.RECORDS))

    async def find(self, account: str, openid: str) -> list[str]:
        """The waiting records of one follower, oldest first."""
        # From the end: records are removed at the beginning, which moves no index from the end.
        records: dict[str, None] = {}
        stop = -1
        while page := await self.redis.lrange(keys.RECORDS, stop - AT_ONCE + 1, stop):
            theirs = [each for each in page if parse_follower(each) == (account, openid)]
            records |= dict.fromkeys(reversed(theirs))
            stop -= AT_ONCE
        return list(reversed(records))

    async def erase(self, account: str, openid: str) -> int:
        """Remove the records of one follower; returns how many there were."""
        records = await self.find(account, openid)
        for record in records:
            await self.redis.lrem(keys.RECORDS, 0, record)
        return len(records)


def parse_record(record: str) -> dict[str, Any]:
    """A record's `turn`, `citations`, `generation`, `scan`, `event` (these may be None) and
    `exposures` as JSON values, with the columns' names of today. Raises ValueError, KeyError,
    TypeError or AttributeError for what is no record.
    """
    content = json.loads(record)
    return {
        "turn": _rename_columns(content["turn"]),
        "citations": [
            _rename_columns(row)
            for row in (content["citations"] if "citations" in content else content["cited"])
        ],
        "generation": content.get("generation") or content.get("made"),
        "scan": content.get("scan"),
        "event": content.get("event"),
        "exposures": content.get("exposures", []),
    }


def _rename_columns(row: Mapping[str, Any]) -> dict[str, Any]:
    return {COLUMNS_OF_VERSION_0_1.get(name, name): value for name, value in row.items()}


def parse_follower(job: str) -> tuple[str | None, str | None]:
    """Account and openid of a record or job (JSON); None for what can't be read."""
    try:
        fields = json.loads(job)
        fields = fields.get("turn", fields)
        return fields.get("account"), fields.get("openid")
    except (ValueError, AttributeError):
        return None, None
