"""Old days become files: each event is kept once, whatever happens, and erasure reaches them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import tables
from app.marketing.events.repository import Events
from app.marketing.events.sealing import ANONYMS_FOR, LEFTOVER_AFTER, DaySealer
from app.marketing.events.snapshots import ActivityReader
from app.marketing.events.values import EventKind, MarketingEvent
from app.privacy.pseudonym import get_digits, make_pseudonym
from app.privacy.repository import Followers
from tests.service import CMS_KEY

NOW = 1_800_000_000.0
DAY = 86_400.0
MEI = make_pseudonym("mei", CMS_KEY)
VIEW = MarketingEvent(
    account="shop", id="new", kind=EventKind.VIEW, time=NOW, recorded=NOW, pseudonym=MEI,
    item='tea, "green"\nleaves', value=1.5, properties={"city": "杭州"},
)  # fmt: skip
OLD = replace(VIEW, id="old", time=NOW - 40 * DAY, recorded=NOW - 40 * DAY, value=None)


def make_sealer(engine: AsyncEngine, folder: Path, now: float = NOW) -> DaySealer:
    return DaySealer(
        engine=engine, folder=folder, open_days=35, clock=lambda: now, second_clock=read_now
    )


async def read_now(_: AsyncEngine) -> float:
    return NOW


async def read_rows(engine: AsyncEngine, folder: Path) -> Sequence[tuple[Any, ...]]:
    reader = ActivityReader(engine=engine, folder=folder)
    columns = "id, kind, pseudonym, time, item, unit, value, properties"
    async with reader.read_activity("shop") as connection:
        return connection.execute(f"SELECT {columns} FROM activity ORDER BY id").fetchall()


def make_tuple(event: MarketingEvent, properties: str = '{"city": "杭州"}') -> tuple[Any, ...]:
    return (
        event.id, event.kind.value, event.pseudonym, event.time, event.item, event.unit,
        event.value, properties,
    )  # fmt: skip


def list_files(folder: Path) -> list[Path]:
    return list(folder.glob("shop/*.parquet"))


async def count_open(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(select(func.count()).select_from(tables.events)) or 0)


async def test_an_old_day_moves_into_a_file_and_is_read_as_before(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    older = replace(OLD, id="older", time=OLD.time - DAY, properties={})
    await Events(engine).write([VIEW, OLD, older, replace(OLD, account="cafe")])
    before = await read_rows(engine, tmp_path)

    sealed_count = await make_sealer(engine, tmp_path).seal_due(["shop"])
    again = await make_sealer(engine, tmp_path).seal_due(["shop"])

    assert (sealed_count, again, await count_open(engine)) == (2, 0, 2)
    assert len(list_files(tmp_path)) == 2
    assert await read_rows(engine, tmp_path) == before
    assert before == [make_tuple(VIEW), make_tuple(OLD), make_tuple(older, "{}")]


async def test_where_the_database_analyses_no_day_is_sealed_and_the_erased_are_forgotten(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    await Events(engine).write([OLD])
    await Followers(engine, CMS_KEY).erase("shop", "mei", NOW)
    for now in (NOW, NOW + ANONYMS_FOR + 1):
        await replace(make_sealer(engine, tmp_path, now), open_days=None).run(["shop"])

    async with engine.connect() as connection:
        random_ids = (await connection.execute(select(tables.anonyms))).all()
    assert (random_ids, await count_open(engine), list_files(tmp_path)) == ([], 1, [])


async def test_a_crash_between_file_and_database_neither_loses_nor_doubles(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    await Events(engine).write([OLD])
    sealer = make_sealer(engine, tmp_path)
    async with engine.begin() as connection:  # the transaction fails after the file is written
        await connection.execute(text("ALTER TABLE sealed_days ADD CONSTRAINT c CHECK (false)"))
    with pytest.raises(Exception, match="violates check constraint"):
        await sealer.seal_due(["shop"])
    left_over = list_files(tmp_path)
    async with engine.begin() as connection:
        await connection.execute(text("ALTER TABLE sealed_days DROP CONSTRAINT c"))
    after_crash = await read_rows(engine, tmp_path)

    await sealer.seal_due(["shop"])
    await make_sealer(engine, tmp_path, NOW + 1e9).tidy()

    assert after_crash == [make_tuple(OLD)] == await read_rows(engine, tmp_path)
    assert len(left_over) == len(list_files(tmp_path)) == 1
    assert left_over != list_files(tmp_path)


async def test_late_events_of_a_sealed_day_are_added_once(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    await Events(engine).write([OLD])
    sealer = make_sealer(engine, tmp_path)
    await sealer.seal_due(["shop"])
    late = replace(OLD, id="late", kind=EventKind.CLICK)
    await Events(engine).write([replace(OLD, item="other"), late])

    await sealer.seal_due(["shop"])

    assert await read_rows(engine, tmp_path) == [make_tuple(late), make_tuple(OLD)]


async def test_events_are_deleted_with_their_files_after_the_days_they_are_kept(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    ancient = replace(OLD, id="ancient", time=NOW - 51 * DAY)
    await Events(engine).write([VIEW, OLD, ancient, replace(ancient, account="cafe")])
    await make_sealer(engine, tmp_path).run(["shop"])
    sealer = replace(make_sealer(engine, tmp_path), keep_days=50)
    of_database = replace(sealer, open_days=None)

    await sealer.run(["shop"])
    rows = await read_rows(engine, tmp_path)
    open_count = await count_open(engine)
    await of_database.run(["shop", "cafe"])
    await make_sealer(engine, tmp_path, NOW + 1e8).tidy()

    assert rows == [make_tuple(VIEW), make_tuple(OLD)] == await read_rows(engine, tmp_path)
    assert (open_count, await count_open(engine)) == (2, 1)
    assert [file.name[:10] for file in list_files(tmp_path)] == ["2026-12-06"]


async def test_a_clock_that_jumps_ahead_deletes_nothing(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    await Events(engine).write([VIEW, OLD])
    sealer = make_sealer(engine, tmp_path, NOW + 3 * 365 * DAY)

    deleted = await sealer.delete_old(["shop"])

    assert (deleted, await count_open(engine)) == (0, 2)


async def test_an_erasure_reaches_sealed_days_at_once_and_their_files_later(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    li = replace(OLD, id="li", pseudonym=make_pseudonym("li", CMS_KEY))
    old = replace(OLD, unit="phone-1", id=f"exposure:e:{get_digits(MEI)}")
    await Events(engine).write([VIEW, old, li])
    sealer = make_sealer(engine, tmp_path)
    await sealer.seal_due(["shop"])

    await Followers(engine, CMS_KEY).erase("shop", "mei", NOW)
    at_once = await read_rows(engine, tmp_path)
    rewritten = [await sealer.forget_erased() for _ in range(2)]
    await make_sealer(engine, tmp_path, NOW + max(ANONYMS_FOR, LEFTOVER_AFTER) + 1e8).tidy()

    anonym = at_once[0][2]
    assert anonym.startswith("x-")
    assert at_once == [
        make_tuple(replace(OLD, id=f"exposure:e:{get_digits(anonym)}", pseudonym=anonym), "{}"),
        make_tuple(li),
        make_tuple(replace(VIEW, pseudonym=anonym), "{}"),
    ]
    assert (rewritten, await read_rows(engine, tmp_path)) == ([1, 0], at_once)
    [file] = list_files(tmp_path)
    assert get_digits(MEI).encode() not in file.read_bytes()
    async with engine.connect() as connection:
        assert (await connection.execute(select(tables.anonyms))).all() == []
