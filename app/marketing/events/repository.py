"""Events in the database. The same id with the same content is stored once."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, select, text
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.conditions import is_any_of
from app.db.engines import connect_to_read, patient
from app.db.tables import anonyms, events, sealed_days
from app.marketing.events.batches import RecordedBatch, RowFault, refuse_batch
from app.marketing.events.values import EventKind, MarketingEvent
from app.privacy.pseudonym import is_trial

COLUMNS = tuple(column.name for column in events.c)
_NUMBERS = {"time", "recorded", "value"}
CONFLICT = (
    "the id was stored before with other content: give each event an id of its own",
    "这个编号以前存过，内容不同：每条事件要有自己的编号",
)


def _write_insert() -> str:
    """One statement for any number of rows: an array a column."""
    types = {name: "double precision" if name in _NUMBERS else "text" for name in COLUMNS}
    arrays = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in types.items())
    values = ", ".join(f"{name}::jsonb" if name == "properties" else name for name in COLUMNS)
    names = ", ".join(COLUMNS)
    return (
        f"INSERT INTO events ({names}) SELECT {values} FROM unnest({arrays}) AS r({names})"  # noqa: S608
        " ON CONFLICT DO NOTHING RETURNING id"
    )


_INSERT = text(_write_insert())
# Of followers who were erased while their events waited to be written.
_ANONYMISE = text(
    "UPDATE events AS e SET pseudonym = a.anonym, unit = '', properties = '{}'::jsonb"
    " FROM anonyms AS a WHERE a.until >= :oldest AND e.account = a.account"
    " AND e.pseudonym = a.pseudonym AND e.recorded <= a.until"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """Which events of an account are listed; "" and None: all. Times in seconds since 1970."""

    kind: EventKind | None = None
    pseudonym: str = ""
    item: str = ""
    campaign: str = ""
    experiment: str = ""
    since: float | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Events:
    """The table `events`: the days that aren't sealed yet."""

    engine: AsyncEngine

    async def record(
        self, account: str, batch: Sequence[tuple[int, MarketingEvent]], *, keep_rest: bool
    ) -> RecordedBatch:
        """Store the events of an account, each with its place in the batch.

        An id that was stored before with other content is a fault. Raises BadRows for a fault
        unless `keep_rest`; then none is stored.
        """
        async with patient(self.engine).begin() as connection:
            return await record_batch(connection, account, batch, keep_rest=keep_rest)

    async def write(self, rows: Iterable[MarketingEvent]) -> None:
        """Store events whose ids are ours; one that is stored stays unchanged.

        Those of the playground's visitors are left out: they are no followers.
        """
        followers_rows = (event for event in rows if not is_trial(event.pseudonym))
        ordered = sorted(followers_rows, key=lambda event: (event.account, event.id))
        if ordered:
            async with self.engine.begin() as connection:
                await insert_events(connection, ordered)

    async def has_sealed_days(self, account: str) -> bool:
        """Whether events of the account are in files, too."""
        query = select(sealed_days.c.day).where(sealed_days.c.account == account).limit(1)
        async with connect_to_read(self.engine) as connection:
            return await connection.scalar(query) is not None

    async def list_page(
        self, account: str, filters: EventFilter, *, offset: int = 0, limit: int = 100
    ) -> list[MarketingEvent]:
        """A page of the events, the latest first."""
        query = _select_events(account, filters).offset(offset).limit(limit)
        async with connect_to_read(self.engine) as connection:
            return [read_event(row) for row in await connection.execute(query)]


async def record_batch(
    connection: AsyncConnection,
    account: str,
    batch: Sequence[tuple[int, MarketingEvent]],
    *,
    keep_rest: bool,
    received: float | None = None,
) -> RecordedBatch:
    """Store events within a transaction, as `Events.record` does.

    `received`: when events that waited arrived; those of who was erased since are anonymous.
    """
    if received is not None:
        batch = await _hide_erased(connection, account, batch, received)
    first_events, faults = _find_repeated(batch)
    if faults and not keep_rest:
        raise refuse_batch(faults)
    # Sorted, so that two batches with the same ids wait for one another in one order.
    rows = sorted((event for _, event in first_events.values()), key=lambda event: event.id)
    stored_ids = await insert_events(connection, rows)
    others = [each for name, each in first_events.items() if name not in stored_ids]
    faults += await _find_conflicts(connection, account, others)
    if faults and not keep_rest:
        raise refuse_batch(faults)
    repeated = len(batch) - len(stored_ids) - len(faults)
    ordered = sorted(faults, key=lambda fault: fault.row)
    return RecordedBatch(stored=len(stored_ids), repeated=repeated, faults=ordered)


async def insert_events(connection: AsyncConnection, rows: Sequence[MarketingEvent]) -> set[str]:
    """Insert events, sorted by id; the ids of those that weren't there."""
    if not rows:
        return set()
    result = await connection.execute(_INSERT, _list_columns(rows))
    inserted_ids = set(result.scalars())
    await connection.execute(_ANONYMISE, {"oldest": min(row.recorded for row in rows)})
    return inserted_ids


def read_event(row: Row[Any]) -> MarketingEvent:
    """The event of a row of the table."""
    return MarketingEvent(**dict(row._mapping) | {"kind": EventKind(row.kind)})


async def _hide_erased(
    connection: AsyncConnection,
    account: str,
    batch: Sequence[tuple[int, MarketingEvent]],
    since: float,
) -> list[tuple[int, MarketingEvent]]:
    """The events, anonymous where their follower was erased since a time."""
    query = select(anonyms.c.pseudonym, anonyms.c.anonym).where(
        anonyms.c.account == account, anonyms.c.until >= since
    )
    names = {row.pseudonym: row.anonym for row in await connection.execute(query)}
    return [
        (place, replace(event, pseudonym=names[event.pseudonym], unit="", properties={}))
        if event.pseudonym in names
        else (place, event)
        for place, event in batch
    ]


def _list_columns(rows: Sequence[MarketingEvent]) -> dict[str, list[Any]]:
    columns = {name: [getattr(row, name) for row in rows] for name in COLUMNS}
    dumps = json.JSONEncoder(ensure_ascii=False).encode
    columns["properties"] = [dumps(dict(each)) if each else "{}" for each in columns["properties"]]
    return columns


_REPEATED = ("an earlier row has the same id with other content", "前面有一行的编号相同，内容不同")


def _find_repeated(
    batch: Sequence[tuple[int, MarketingEvent]],
) -> tuple[dict[str, tuple[int, MarketingEvent]], list[RowFault]]:
    """The first event of each id, and faults: an id that the batch has with other content, too."""
    # A row's number depends on how the rows came (a file has a header), so the reason names none.
    first_events: dict[str, tuple[int, MarketingEvent]] = {}
    faults = []
    for place, event in batch:
        _, first = first_events.setdefault(event.id, (place, event))
        if not _is_same(first, event):
            faults.append(RowFault(place, event.id, *_REPEATED))
    return first_events, faults


async def _find_conflicts(
    connection: AsyncConnection, account: str, others: Sequence[tuple[int, MarketingEvent]]
) -> list[RowFault]:
    """Faults: events whose id is stored with other content."""
    if not others:
        return []
    ids = is_any_of(events.c.id, [event.id for _, event in others])
    query = select(events).where(events.c.account == account, ids)
    stored = {row.id: read_event(row) for row in await connection.execute(query)}
    return [
        RowFault(place, event.id, *CONFLICT)
        for place, event in others
        if event.id in stored and not _is_same(stored[event.id], event)
    ]


def _is_same(first: MarketingEvent, second: MarketingEvent) -> bool:
    """Whether two events tell the same, whenever they reached us."""
    return first is second or replace(first, recorded=second.recorded) == second


def _select_events(account: str, filters: EventFilter) -> Select[Any]:
    query = select(events).where(events.c.account == account)
    for name in ("kind", "pseudonym", "item", "campaign", "experiment"):
        if value := getattr(filters, name):
            query = query.where(events.c[name] == value)
    if filters.since is not None:
        query = query.where(events.c.time >= filters.since)
    if filters.until is not None:
        query = query.where(events.c.time < filters.until)
    return query.order_by(events.c.time.desc(), events.c.id)
