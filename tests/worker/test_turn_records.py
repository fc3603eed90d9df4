"""Records of turns reach the database, whatever one of them is like; erasure reaches them."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from sqlalchemy import select

from app.db import tables
from app.delivery.record_queue import TurnRecords
from app.inference.fake_clicks import FakeClickPredictor, FakeClickTrainer
from app.inference.fakes import FakeClassifier
from app.kit.http_clients import open_async_client
from app.observability import metrics
from app.privacy.repository import Followers
from app.privacy.subject_data import SubjectData
from app.redis import keys
from app.resources import open_database, redis_client
from app.worker.assembly import assemble
from app.worker.shared_parts import Models
from app.worker.turn_records import TurnRecorder
from tests.privacy.test_repository import turn
from tests.service import CMS_KEY, settings_for

MEI = ("shop", "mei")


class Room:
    """A worker's records over a real Redis and a real database."""

    def __init__(self, records: TurnRecorder, redis: Any, engine: Any) -> None:
        self.records, self.redis, self.engine = records, redis, engine
        self.dossiers = SubjectData(redis, Followers(engine, CMS_KEY))

    async def put(self, *names: str, **changed: Any) -> None:
        for name in names:
            await self.redis.rpush(keys.RECORDS, record(name, **changed))

    async def turn_ids(self) -> list[str]:
        async with self.engine.connect() as connection:
            return sorted((await connection.execute(select(tables.turns.c.id))).scalars())

    async def buried(self) -> list[str]:
        return [fields["job"] for _, fields in await self.redis.xrange(keys.DEAD_LETTERS)]

    async def waiting(self) -> int:
        return int(await self.redis.llen(keys.RECORDS))


def record(
    name: str, source_id: str = "", generation: dict[str, Any] | None = None, **changed: Any
) -> str:
    row = turn(name, **changed)
    whose = {key: row[key] for key in ("account", "openid", "received")}
    citation = whose | {"id": f"{name}#{source_id}", "turn": name, "source_id": source_id}
    content = {
        "turn": row,
        "citations": [citation] if source_id else [],
        "generation": generation,
    }
    return json.dumps(content, ensure_ascii=False)


@pytest.fixture
async def room(redis_url: str, database_url: str, tmp_path: Path) -> AsyncIterator[Room]:
    settings = settings_for(redis_url, tmp_path, database_url=database_url)
    async with redis_client(redis_url) as redis, open_database(settings) as engine:
        yield Room(made_records(settings, redis, engine), redis, engine)


def made_records(settings: Any, redis: "Redis", engine: Any) -> TurnRecorder:
    models = Models(FakeClassifier(), FakeClassifier(), FakeClickPredictor(), FakeClickTrainer())
    parts = assemble(settings, redis, engine, open_async_client(), models)
    return parts.worker.turns.recorder


@pytest.mark.parametrize(
    "bad",
    [
        "no JSON",
        "[]",
        '{"turn": {}}',
        json.dumps({"turn": {"id": "x"}, "citations": [], "generation": None}),
        record("bad", received="yesterday"),
        record("bad", text=None),
        record("bad", generation={"delivery": "bad"}),
        record("bad", source_id="a").replace('"source_id": "a"', '"source_id": null'),
    ],
)
async def test_a_record_that_is_refused_does_not_hold_up_the_others(room: Room, bad: str) -> None:
    refused = metrics.RECORDS_REFUSED._value.get()
    await room.put("1", "2")
    await room.redis.rpush(keys.RECORDS, bad)
    await room.put("3")

    await room.records.write()

    assert await room.turn_ids() in (["1", "2", "3"], ["1", "2", "3", "bad"])
    assert (await room.buried(), await room.waiting()) == ([bad], 0)
    assert metrics.RECORDS_REFUSED._value.get() == refused + 1
    assert metrics.RECORDS_WAITING._value.get() == 0


async def test_records_that_version_0_1_queued_are_written(room: Room) -> None:
    row = turn("1")
    row |= {"said": row.pop("text"), "mood": row.pop("sentiment")}
    citation = {"id": "1#a", "turn": "1", "cited": "a", "account": "shop", "openid": "mei"}
    old = {"turn": row, "cited": [citation | {"received": 1.0}], "made": None}
    await room.redis.rpush(keys.RECORDS, json.dumps(old))

    await room.records.write()

    async with room.engine.connect() as connection:
        source_ids = list(await connection.scalars(select(tables.citations.c.source_id)))
        texts = list(await connection.scalars(select(tables.turns.c.text)))
    assert (texts, source_ids) == ([turn("1")["text"]], ["a"])


@pytest.mark.parametrize("length", [64, 65, 128])
async def test_what_the_platform_and_the_workshop_let_through_fits(room: Room, length: int) -> None:
    await room.put("1", source_id="键" * length, intent="意" * length * 4, model="m" * length * 4)
    await room.put("2", text="好\0", answer="x" * 100_000)

    await room.records.write()

    assert (await room.turn_ids(), await room.buried()) == (["1", "2"], [])


async def test_how_many_records_wait_and_for_how_long_is_measured(room: Room) -> None:
    await room.put(*"123", received=time.time() - 50)
    await room.redis.rename(keys.RECORDS, "{huiyin}:aside")
    await room.records.write()
    empty = metrics.RECORDS_WAITING._value.get(), metrics.RECORDS_AGE._value.get()
    await room.redis.rename("{huiyin}:aside", keys.RECORDS)
    await room.records.write()

    assert empty == (0, 0)
    assert metrics.RECORDS_WAITING._value.get() == 0


async def test_an_erasure_takes_out_the_records_that_wait(room: Room) -> None:
    await room.put("1", openid="li")
    for number in range(2, 1203, 3):
        await room.put(str(number), openid="mei")
        await room.put(str(number + 1), openid="li")
        await room.put(str(number + 2), openid="mei", account="cafe")

    data = await room.dossiers.read(*MEI)
    await room.dossiers.erase(*MEI, time.time(), by="f")
    left = [json.loads(each)["turn"] for each in await room.redis.lrange(keys.RECORDS, 0, -1)]

    assert len(data["unwritten_records"]) == 401
    assert [each["turn"]["id"] for each in data["unwritten_records"][:2]] == ["2", "5"]
    assert len(left) == 803
    assert {(row["account"], row["openid"]) for row in left} == {("shop", "li"), ("cafe", "mei")}


async def test_an_erasure_between_reading_and_removing_takes_no_neighbour_along(
    room: Room,
) -> None:
    waiting = TurnRecords(room.redis)
    await room.put("1", openid="li")
    await room.put("2", openid="mei")
    await room.put("3", openid="li")
    in_hand = await waiting.read()
    await room.put("4", openid="li")

    await room.dossiers.erase(*MEI, time.time(), by="f")
    await waiting.remove(in_hand)
    await waiting.remove(in_hand)  # another worker had them in hand too

    assert await waiting.read() == [record("4", openid="li")]


@pytest.mark.parametrize("days", [0, 1, 6])
async def test_a_record_that_is_written_late_does_not_bring_erased_data_back(
    room: Room, days: float
) -> None:
    await room.dossiers.erase(*MEI, time.time(), by="f")
    mark = keys.erased_at(keys.user(*MEI))
    left = await room.redis.pttl(mark)
    await room.redis.pexpire(mark, int(left - days * 86_400_000))
    await room.put("1", openid="mei", source_id="a", received=time.time() - 1)
    await room.put("2", openid="mei", received=time.time() + 1)  # follows again
    await room.redis.rpush(keys.RECORDS, record("3", openid="mei", received="yesterday"))

    await room.records.write()

    assert (await room.turn_ids(), await room.buried()) == (["2"], [])


async def test_dead_letters_of_records_are_shown_and_erased_with_the_follower(room: Room) -> None:
    await room.put("1", openid="mei", received="yesterday")
    await room.put("2", openid="li", received="yesterday")
    await room.redis.rpush(keys.RECORDS, "no JSON")
    await room.records.write()

    data = await room.dossiers.read(*MEI)
    await room.dossiers.erase(*MEI, time.time(), by="f")

    assert [each["turn"]["id"] for each in data["dead_letters"]] == ["1"]
    assert await room.buried() == [record("2", openid="li", received="yesterday"), "no JSON"]


async def test_two_workers_write_the_same_records_once(room: Room) -> None:
    await room.put(*(str(number) for number in range(1200)))

    await asyncio.gather(room.records.write(), room.records.write(), room.records.write())

    assert (len(await room.turn_ids()), await room.waiting()) == (1200, 0)
    assert await room.buried() == []
