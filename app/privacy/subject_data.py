"""What is kept of a person, a follower: shows, erases and expires all of it.

`app.privacy.repository` finds the rows of the database, `keys.of_follower` the keys of Redis; both
have a rule that a new table or key joins. RETENTION is how long it is kept at least.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.delivery import record_queue
from app.delivery.record_queue import TurnRecords, parse_record
from app.delivery.user_queue import UserQueues
from app.privacy.repository import RETENTION, Followers
from app.redis import keys
from app.redis.client import RedisClient

AT_ONCE = 100  # dead letters read


@dataclass(frozen=True, slots=True)
class SubjectData:
    """Covers the Redis keys of `keys.of_follower` and the tables of `Followers`."""

    redis: RedisClient
    followers: Followers

    @property
    def _turn_records(self) -> TurnRecords:
        return TurnRecords(self.redis)

    async def read(self, account: str, openid: str) -> dict[str, Any]:
        """All data as JSON values: rows by table, session, queued jobs, unwritten records, dead
        letters.
        """
        user = keys.user(account, openid)
        session = await self.redis.get(keys.session(user))
        return {
            "account": account,
            "openid": openid,
            "database": await self.followers.export_rows(account, openid),
            "session": json.loads(session) if session else None,
            "queued_jobs": [
                _read_job(job) for job in await self.redis.lrange(keys.user_queue(user), 0, -1)
            ],
            "unwritten_records": [
                parse_record(each) for each in await self._turn_records.find(account, openid)
            ],
            "dead_letters": [
                json.loads(job) for _, job in await self._dead_letters(account, openid)
            ],
            "notice_shown": await self.redis.get(keys.notice_shown(user)),
        }

    async def list_turns(self, account: str, openid: str) -> list[dict[str, Any]]:
        """The follower's turns, oldest first, with those that are not in the database yet."""
        # Redis first: a record that is written meanwhile is then found twice, and not never.
        records = await self._turn_records.find(account, openid)
        rows_by_table = await self.followers.export_rows(account, openid)
        unwritten_rows = [parse_record(record)["turn"] for record in records]
        turns = {row["id"]: row for row in (*unwritten_rows, *rows_by_table.get("turns", ()))}
        return sorted(turns.values(), key=lambda row: float(row["received"]))

    async def erase(self, account: str, openid: str, now: float, by: str) -> None:
        """Erase all data up to `now`; `by` is the id of the delivery that asked for it.

        Runs as a turn of the follower, so that none of their turns writes meanwhile. Jobs still in
        the user queue are processed afterwards. Safe to repeat.
        """
        user = keys.user(account, openid)
        await UserQueues(self.redis).erase_user(user, now, by)
        await self.redis.delete(*keys.of_follower(user))
        await self._turn_records.erase(account, openid)
        if dead := await self._dead_letters(account, openid):
            await self.redis.xdel(keys.DEAD_LETTERS, *(entry for entry, _ in dead))
        await self.followers.erase(account, openid, now)

    async def drop_old(self, now: float, keep: timedelta = RETENTION) -> int:
        """Delete data older than `keep`; returns how much. Runs once an hour."""
        before = int((now - keep.total_seconds()) * 1000)
        dead = await self.redis.xtrim(keys.DEAD_LETTERS, minid=before, approximate=False)
        return int(dead) + await self.followers.drop_old(now, keep)

    async def _dead_letters(self, account: str, openid: str) -> list[tuple[str, str]]:
        """The follower's dead letters, as pairs of entry id and job (JSON)."""
        theirs, after = [], "-"
        while entries := await self.redis.xrange(keys.DEAD_LETTERS, after, "+", AT_ONCE):
            theirs += [
                (entry, fields["job"])
                for entry, fields in entries
                if record_queue.parse_follower(fields["job"]) == (account, openid)
            ]
            after = "(" + entries[-1][0]
        return theirs


def _read_job(job: str) -> Any:
    """The queued job as JSON values; one that can't be read, as the text that is stored."""
    try:
        return json.loads(job)
    except ValueError:
        return job
