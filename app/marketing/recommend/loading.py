"""Reads what an index is built from: events of items, and who was erased."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import anonyms, events
from app.marketing.events.snapshots import ActivityReader
from app.marketing.events.values import EventKind
from app.marketing.recommend.item_events import READ_KINDS, ItemEvent, parse_place

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_EVENTS = 1_000_000  # the latest ones of an account
KINDS = sorted(kind.value for kind in READ_KINDS | {EventKind.EXPOSURE})
_COLUMNS = ("id", "kind", "pseudonym", "item", "time", "recorded", "recommendation", "strategy")
_LATEST = f"""
SELECT {", ".join(_COLUMNS)}, json_extract_string(properties, '$.place') AS place FROM activity
WHERE item <> '' AND pseudonym <> '' AND kind IN ({", ".join(f"'{kind}'" for kind in KINDS)})
ORDER BY time DESC LIMIT {MOST_EVENTS}
"""  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEventFeed:
    """Reads events of an account: all of them once, then the new ones."""

    engine: AsyncEngine
    reader: ActivityReader

    async def load_events(self, account: str) -> list[ItemEvent]:
        """The latest MOST_EVENTS, sealed days too; the earliest first."""
        async with self.reader.read_activity(
            account, columns=(*_COLUMNS, "properties")
        ) as connection:
            return await asyncio.to_thread(_read_latest, connection)

    async def load_new_events(self, account: str, since: float) -> list[ItemEvent]:
        """Those recorded from `since` on, in seconds since 1970."""
        query = (
            select(
                *(events.c[name] for name in _COLUMNS),
                events.c.properties["place"].as_string().label("place"),
            )
            .where(
                events.c.account == account,
                events.c.recorded >= since,
                events.c.kind.in_(KINDS),
                events.c.item != "",
                events.c.pseudonym != "",
            )
            .order_by(events.c.time)
        )
        async with connect_to_read(self.engine) as connection:
            return [_read_row(row) for row in await connection.execute(query)]

    async def list_erased(self, account: str) -> list[str]:
        """The pseudonyms of followers who were erased of late."""
        query = select(anonyms.c.pseudonym).where(anonyms.c.account == account)
        async with connect_to_read(self.engine) as connection:
            return list((await connection.execute(query)).scalars())


def _read_latest(connection: "DuckDBPyConnection") -> list[ItemEvent]:
    return [_read_row(row) for row in reversed(connection.execute(_LATEST).fetchall())]


def _read_row(row: Iterable[Any]) -> ItemEvent:
    values = dict(zip((*_COLUMNS, "place"), row, strict=True))
    kind, place = EventKind(values["kind"]), parse_place(values["place"])
    return ItemEvent(**values | {"kind": kind, "place": place})
