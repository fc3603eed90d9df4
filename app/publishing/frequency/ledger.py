"""Who was sent which marketing message: one row a follower and message, under pseudonyms.

A message to all followers is one row for all of them: who began to follow later counts it, too.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Literal

from sqlalchemy import Select, and_, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import marketing_messages
from app.kit.clock import CHINA
from app.privacy.pseudonym import make_pseudonym

TO_ALL = "*"
MessageKind = Literal["mass", "template", "customer_service"]
_ROWS = 4_000  # of one statement: PostgreSQL takes 65,535 parameters
_columns = marketing_messages.c


def find_month(at: float) -> str:
    """China's month of a time in seconds since 1970, such as 203003."""
    return datetime.fromtimestamp(at, CHINA).strftime("%Y%m")


@dataclass(frozen=True, slots=True)
class FrequencyLedger:
    """The table `marketing_messages`. `source` names a message: it is counted once."""

    engine: AsyncEngine
    key: str  # of pseudonyms

    async def add_to_all(self, account: str, source: str, at: float) -> None:
        """Count a mass message to all followers."""
        await self._insert([self._make_row(account, TO_ALL, source, "mass", at)])

    async def add(
        self, account: str, openids: Iterable[str], source: str, kind: MessageKind, at: float
    ) -> int:
        """Count a message to each follower; returns how many rows are new."""
        rows = (
            self._make_row(account, make_pseudonym(openid, self.key), source, kind, at)
            for openid in openids
        )
        added = 0
        while some := list(islice(rows, _ROWS)):
            added += await self._insert(some)
        return added

    async def forget(self, account: str, source: str, openid: str | None = None) -> None:
        """Take back a message that reached nobody, or not this follower."""
        mine = and_(_columns.account == account, _columns.source == source)
        if openid is not None:
            mine = and_(mine, _columns.follower == make_pseudonym(openid, self.key))
        async with self.engine.begin() as connection:
            await connection.execute(delete(marketing_messages).where(mine))

    async def count(self, account: str, openid: str, at: float, *, but: str = "") -> int:
        """How many messages a follower got in the month of `at`, without the source `but`."""
        followers = _columns.follower.in_([TO_ALL, make_pseudonym(openid, self.key)])
        query = select(func.count()).where(_of_month(account, at), followers)
        async with connect_to_read(self.engine) as connection:
            return int((await connection.execute(query.where(_columns.source != but))).scalar_one())

    async def count_to_all(self, account: str, at: float, *, but: str = "") -> int:
        """How many messages to all followers there were in the month of `at`."""
        query = select(func.count()).where(
            _of_month(account, at), _columns.follower == TO_ALL, _columns.source != but
        )
        async with connect_to_read(self.engine) as connection:
            return int((await connection.execute(query)).scalar_one())

    async def count_capped(
        self, account: str, at: float, *, least: int, openids: Collection[str] | None = None
    ) -> int:
        """How many followers have `least` rows of their own in the month of `at`.

        `openids`: only of these; None: of all.
        """
        busy = _select_busy(account, at, least)
        async with connect_to_read(self.engine) as connection:
            followers = set((await connection.execute(busy)).scalars())
        if openids is None:
            return len(followers)
        return sum(make_pseudonym(openid, self.key) in followers for openid in openids)

    async def erase(self, account: str, openid: str) -> None:
        """Delete the rows of a follower who left; without a key there are none."""
        if not self.key:
            return
        mine = and_(
            _columns.account == account, _columns.follower == make_pseudonym(openid, self.key)
        )
        async with self.engine.begin() as connection:
            await connection.execute(delete(marketing_messages).where(mine))

    async def drop_old(self, now: float) -> None:
        """Delete the months before the last one: nothing counts them."""
        before = find_month(now - 62 * 86_400.0)
        async with self.engine.begin() as connection:
            await connection.execute(delete(marketing_messages).where(_columns.month <= before))

    def _make_row(
        self, account: str, follower: str, source: str, kind: MessageKind, at: float
    ) -> dict[str, Any]:
        return {
            "account": account, "follower": follower, "source": source, "kind": kind,
            "month": find_month(at), "at": at,
        }  # fmt: skip

    async def _insert(self, rows: Sequence[dict[str, Any]]) -> int:
        statement = insert(marketing_messages).values(rows).on_conflict_do_nothing()
        async with self.engine.begin() as connection:
            return (await connection.execute(statement)).rowcount


def _of_month(account: str, at: float) -> Any:
    return and_(_columns.account == account, _columns.month == find_month(at))


def _select_busy(account: str, at: float, least: int) -> Select[Any]:
    return (
        select(_columns.follower)
        .where(_of_month(account, at), _columns.follower != TO_ALL)
        .group_by(_columns.follower)
        .having(func.count() >= least)
    )
