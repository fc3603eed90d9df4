"""What a route asks of a worker: failures are heard at once, and nobody works for nobody."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.api import worker_client
from app.db.engines import Probe
from app.delivery.reply_channel import ReplyChannel
from app.delivery.user_queue import UserQueues
from app.deps import AppState
from app.errors import Overloaded
from app.inference.fakes import FakeClassifier
from app.inference.ports import Classification, ClassificationFailed
from app.jobs import ClassifyTexts
from app.redis import keys
from app.settings import Timing
from tests import pace
from tests.conftest import Open
from tests.postgres import PostgresServer
from tests.service import Service, client, until, working

TEXTS = {"texts": ["什么时候发货"]}


@dataclass
class BrokenClassifier(FakeClassifier):
    """Raises what no room expects."""

    async def classify(self, texts: Sequence[str]) -> list[Classification | ClassificationFailed]:
        if "坏" in texts:
            raise ZeroDivisionError("a bug")
        return await super().classify(texts)


async def no_request_waits(running: Service) -> bool:
    return not await running.redis.xlen(keys.REQUEST_STREAM)


async def a_request_waits(running: Service) -> bool:
    return not await no_request_waits(running)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/v1/intents", {"texts": ["坏"]}),
        ("POST", "/api/v1/replies", {"openid": "mei", "text": "坏"}),
        ("POST", "/api/v1/knowledge/search", {"queries": ["坏"]}),
        ("POST", "/api/v1/knowledge/entries", {"entries": [{"question": "坏", "answer": "好"}]}),
    ],
)
async def test_a_failure_of_the_worker_is_heard_at_once(
    open_service: Open, method: str, path: str, body: dict[str, object]
) -> None:
    async with (
        open_service(classifier=BrokenClassifier()) as running,
        client(running) as http,
    ):
        started = time.monotonic()
        answer = await http.request(method, path, json=body)
        seconds = time.monotonic() - started
        later = await http.post("/api/v1/intents", json=TEXTS)

    assert answer.status_code == 500
    assert answer.json()["detail"].startswith(
        "the worker failed at it; its log says why at request="
    )
    assert "ZeroDivision" not in answer.text
    assert seconds < pace.seconds(5)
    assert later.status_code == 200


async def test_a_request_that_the_worker_cannot_read_is_heard_at_once(huiyin: Service) -> None:
    fields = {"job": '{"type": "of tomorrow"}', "type": "x", "waiter": "api 7", "until": "9e9"}

    await huiyin.redis.xadd(keys.REQUEST_STREAM, fields)

    async def is_answered() -> bool:
        return bool(await huiyin.redis.xlen(keys.reply_stream("api")))

    await until(is_answered)
    [(_, answer)] = await huiyin.redis.xrange(keys.reply_stream("api"))
    assert (answer["t"], json.loads(answer["a"])["status"]) == ("7", 503)
    await until(lambda: no_request_waits(huiyin))


async def test_requests_of_a_dead_worker_are_dropped_whether_withdrawn_or_not(
    open_service: Open,
) -> None:
    fields = {"job": "{}", "type": "x", "waiter": "api 7", "until": "9e9"}
    async with open_service(workers=0) as running:
        stream, group = keys.REQUEST_STREAM, keys.GROUP
        await running.redis.xgroup_create(stream, group, "0", mkstream=True)
        withdrawn, _ = [await running.redis.xadd(stream, fields) for _ in range(2)]
        await running.redis.xreadgroup(group, "dead", {stream: ">"})
        await running.redis.xdel(stream, withdrawn)

        async def has_dropped_them() -> bool:
            return not (await running.redis.xpending(stream, group))["pending"]

        async with working(running.worker()):
            await until(has_dropped_them)

        assert await no_request_waits(running)


@pytest.mark.timeout(60)
async def test_an_outage_of_the_database_is_heard_at_once(
    own_postgres: PostgresServer, open_service: Open
) -> None:
    entry = {"entries": [{"question": "几点开门", "answer": "九点"}]}
    async with (
        open_service(database_url=own_postgres.url()) as running,
        client(running) as http,
    ):
        await http.post("/api/v1/intents", json=TEXTS)
        async with own_postgres.away():
            started = time.monotonic()
            answer = await http.post("/api/v1/knowledge/entries", json=entry)
            seconds = time.monotonic() - started

    assert (answer.status_code, answer.json()) == (
        503,
        {
            "detail": "the database can't be reached; try again shortly",
            "code": "database_unavailable",
        },
    )
    assert seconds < pace.seconds(8)


@pytest.mark.parametrize("patience", [0.4, 0.8])
async def test_a_caller_who_hangs_up_takes_the_request_along(
    open_service: Open, patience: float
) -> None:
    async with open_service(workers=0) as running, client(running) as http:
        timeout = httpx.Timeout(10, read=patience)
        callers = [
            asyncio.create_task(http.post("/api/v1/intents", json=TEXTS, timeout=timeout))
            for _ in range(3)
        ]
        await until(lambda: a_request_waits(running))
        outcomes = await asyncio.gather(*callers, return_exceptions=True)
        await until(lambda: no_request_waits(running))
        async with working(running.worker()):
            answered = await http.post("/api/v1/intents", json=TEXTS)

    assert {type(each) for each in outcomes} == {httpx.ReadTimeout}
    assert answered.status_code == 200
    assert running.classifier.classified_texts == [["什么时候发货"]]


async def test_a_caller_whose_time_is_over_takes_the_request_along(open_service: Open) -> None:
    async with (
        open_service(workers=0, timing=Timing(rest_within=0.3)) as running,
        client(running) as http,
    ):
        answer = await http.post("/api/v1/intents", json=TEXTS)
        waiting = await running.redis.xlen(keys.REQUEST_STREAM)

    assert (answer.status_code, waiting) == (503, 0)


async def test_a_worker_skips_what_nobody_waits_for_any_more(open_service: Open) -> None:
    async with open_service(workers=0) as running, client(running) as http:
        job = ClassifyTexts(waiter="dead 7", texts=["没人等"])
        for until_ in (time.time() - 1, time.time() - 3600):
            fields = {"type": "classify", "waiter": job.waiter, "until": str(until_)}
            await running.redis.xadd(keys.REQUEST_STREAM, {"job": job.model_dump_json()} | fields)
        async with working(running.worker()):
            answer = await http.post("/api/v1/intents", json=TEXTS)

    assert answer.status_code == 200
    assert running.classifier.classified_texts == [["什么时候发货"]]


async def test_requests_that_wait_are_bounded_by_bytes(api_only: Service, tmp_path: Path) -> None:
    answers = ReplyChannel(redis=api_only.redis)
    at = AppState(
        settings=api_only.settings,
        accounts={},
        redis=api_only.redis,
        user_queues=UserQueues(api_only.redis),
        reply_channel=answers,
        engine=api_only.engine,
        database_probe=Probe(api_only.engine),
    )
    answers.requested_bytes = worker_client.WAITING_BYTES - 100

    with pytest.raises(Overloaded) as refused:
        await worker_client.call_worker(
            at, lambda waiter: ClassifyTexts(waiter=waiter, texts=["发" * 100])
        )

    assert str(refused.value) == "too much is waiting for a worker; try again in a few seconds"
    assert answers.requested_bytes == worker_client.WAITING_BYTES - 100
    assert await api_only.redis.xlen(keys.REQUEST_STREAM) == 0
