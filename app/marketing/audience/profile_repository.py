"""Profiles in the database. A computation replaces all profiles of an account."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read, patient
from app.db.tables import follower_profiles
from app.marketing.audience.values import GONE, SegmentSize, UnknownFollower

ROWS = 5_000  # of one statement
COLUMNS = tuple(column.name for column in follower_profiles.c)
_LISTS = ("active_hours", "moods", "intents", "interests")  # as JSON
_TYPES = {
    "account": "text", "pseudonym": "text", "intent": "text", "stage": "text",
    "is_following": "boolean", **dict.fromkeys(_LISTS, "text"),
}  # fmt: skip
_INTEGERS = {
    "active_days", "messages", "views", "clicks", "shares", "conversions", "peak_hour",
}  # fmt: skip


def _write_upsert() -> str:
    """One statement for any number of rows: an array a column."""
    types = {
        name: _TYPES.get(name, "integer" if name in _INTEGERS else "double precision")
        for name in COLUMNS
    }
    arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in types.items())
    values = ", ".join(f"{name}::jsonb" if name in _LISTS else name for name in COLUMNS)
    names = ", ".join(COLUMNS)
    changes = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[2:])
    return (
        f"INSERT INTO follower_profiles ({names}) SELECT {values}"  # noqa: S608
        f" FROM unnest({arrays}) AS r({names})"
        f" ON CONFLICT (account, pseudonym) DO UPDATE SET {changes}"
    )


_UPSERT = text(_write_upsert())
# Of followers who were erased while the profiles were computed.
_FORGET = text(
    "DELETE FROM follower_profiles AS p USING anonyms AS a WHERE p.account = :account"
    " AND a.account = p.account AND a.pseudonym = p.pseudonym AND p.computed <= a.until"
)


@dataclass(frozen=True, slots=True)
class FollowerProfiles:
    """The table `follower_profiles`."""

    engine: AsyncEngine

    async def replace(
        self, account: str, computed: float, columns: Mapping[str, Sequence[Any]]
    ) -> None:
        """Store the profiles of an account, a list a column, in place of all that are older."""
        count = len(columns["pseudonym"])
        async with patient(self.engine).begin() as connection:
            for start in range(0, count, ROWS):
                rows = {name: list(columns[name][start : start + ROWS]) for name in COLUMNS[1:]
                        if name != "computed"}  # fmt: skip
                size = len(rows["pseudonym"])
                rows |= {"account": [account] * size, "computed": [computed] * size}
                for name in _LISTS:
                    rows[name] = [json.dumps(each, ensure_ascii=False) for each in rows[name]]
                await connection.execute(_UPSERT, rows)
            older = and_(
                follower_profiles.c.account == account, follower_profiles.c.computed < computed
            )
            await connection.execute(delete(follower_profiles).where(older))
            await connection.execute(_FORGET, {"account": account})

    async def get(self, account: str, pseudonym: str) -> dict[str, Any]:
        """A follower's profile. Raises UnknownFollower."""
        query = select(follower_profiles).where(
            follower_profiles.c.account == account, follower_profiles.c.pseudonym == pseudonym
        )
        async with connect_to_read(self.engine) as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise UnknownFollower(
                "这位粉丝还没有画像：没有行为记录，或画像还没有计算"
                "（POST /api/v1/audience/jobs/profiles）"
            )
        return dict(row._mapping)

    async def count(self, account: str, condition: ColumnElement[bool]) -> SegmentSize:
        """How many of those who follow meet a condition, and how many there are."""
        query = select(
            func.count().filter(condition), func.count(),
            func.count(follower_profiles.c.churn_risk), func.count(follower_profiles.c.intent),
        ).where(_is_of(account))  # fmt: skip
        async with connect_to_read(self.engine) as connection:
            counts = tuple((await connection.execute(query)).one())
        followers, total, with_risk, with_intent = counts
        return SegmentSize(
            followers=followers, of=total, with_risk=with_risk, with_intent=with_intent
        )

    async def list_pseudonyms(
        self,
        account: str,
        condition: ColumnElement[bool],
        *,
        after: str = "",
        limit: int | None = None,
    ) -> list[str]:
        """Those who follow and meet a condition, in the order of their pseudonyms.

        Of a page: those behind the pseudonym `after`, at most `limit`.
        """
        query = (
            select(follower_profiles.c.pseudonym)
            .where(_is_of(account), condition, follower_profiles.c.pseudonym > after)
            .order_by(follower_profiles.c.pseudonym)
            .limit(limit)
        )
        async with connect_to_read(self.engine) as connection:
            return list((await connection.execute(query)).scalars())

    async def read_columns(self, account: str, names: Sequence[str]) -> list[tuple[Any, ...]]:
        """The pseudonym and the columns of all who follow, in the order of the pseudonyms."""
        columns = [follower_profiles.c[name] for name in ("pseudonym", *names)]
        query = select(*columns).where(_is_of(account)).order_by(follower_profiles.c.pseudonym)
        async with connect_to_read(self.engine) as connection:
            return [tuple(row) for row in await connection.execute(query)]

    async def list_intents(self, account: str) -> list[str]:
        """The intents of those who follow, sorted."""
        intent = follower_profiles.c.intent
        query = select(intent).where(_is_of(account), intent.is_not(None)).distinct()
        async with connect_to_read(self.engine) as connection:
            return sorted((await connection.execute(query)).scalars())

    async def summarize(self, account: str) -> dict[str, Any]:
        """How many followers each stage has, who left apart, and when profiles were computed."""
        columns = follower_profiles.c
        query = (
            select(columns.stage, func.count(), func.max(columns.computed), func.sum(columns.value))
            .where(columns.account == account)
            .group_by(columns.stage)
        )
        async with connect_to_read(self.engine) as connection:
            rows = (await connection.execute(query)).all()
        return {
            "computed": max((computed for _, _, computed, _ in rows), default=None),
            "followers": sum(count for stage, count, _, _ in rows if stage != GONE),
            "stages": {stage: count for stage, count, _, _ in rows if stage != GONE},
            "gone": sum(count for stage, count, _, _ in rows if stage == GONE),
            "value": sum(value for *_, value in rows),
        }


def _is_of(account: str) -> ColumnElement[bool]:
    return and_(follower_profiles.c.account == account, follower_profiles.c.is_following)
