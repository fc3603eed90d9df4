"""What is kept of a follower, over HTTP: shown and erased, with a worker behind it."""

import asyncio

from sqlalchemy import text

from app.redis import keys
from app.settings import Limits, Timing
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.service import SHIPPED, SHIPPING, GatedClassifier, Service, client, until

DATA = "/api/v1/followers/mei/data"
USER = keys.user("default", "mei")
STUCK = (  # a row that is referred to can't be deleted
    "CREATE TABLE holds (turn VARCHAR REFERENCES turns (id))",
    "INSERT INTO holds SELECT id FROM turns",
)


async def recorded(running: Service, texts: list[str]) -> None:
    async def there() -> bool:
        return await running.follower_messages() == texts

    await until(there)


async def test_what_was_said_is_shown_then_erased(huiyin: Service) -> None:
    async with huiyin.wechat() as wechat, client(huiyin) as http:
        await Phone(wechat, "mei").say(SHIPPING)
        await Phone(wechat, "li").say("好")
        await recorded(huiyin, sorted(["好", SHIPPING]))

        export = (await http.get(DATA, params={"account": "default"})).json()
        erased = await http.delete(DATA)
        left = (await http.get(DATA)).json()

    [turn] = export["database"]["turns"]
    assert (turn["text"], turn["answer"]) == (SHIPPING, SHIPPED)
    [spoken] = export["session"]["turns"]
    assert (spoken["text"], spoken["answer"]) == (SHIPPING, SHIPPED)
    assert (erased.status_code, erased.content) == (204, b"")
    assert (left["database"], left["session"], await huiyin.follower_messages()) == (
        {},
        None,
        ["好"],
    )


async def test_an_erasure_waits_for_the_turn_under_way_and_takes_it_along(
    open_service: Open,
) -> None:
    slow = GatedClassifier()
    async with open_service(classifier=slow) as running, client(running) as http:
        async with running.wechat() as wechat, asyncio.TaskGroup() as group:
            group.create_task(Phone(wechat, "mei").say(SHIPPING))

            async def is_under_way() -> bool:
                return bool(slow.history)

            await until(is_under_way)
            erasing = group.create_task(http.delete(DATA))

            async def is_queued() -> bool:
                return await running.mail("mei") == len(["the turn", "the erasure"])

            await until(is_queued)
            waited = not erasing.done()
            slow.gate.set()
        session = await running.redis.get(keys.session(USER))

    assert (waited, erasing.result().status_code, session) == (True, 204, None)
    assert await running.follower_messages() == []


async def test_what_could_not_be_erased_is_not_called_erased(open_service: Open) -> None:
    limits = Limits(tries=1)
    async with open_service(limits=limits) as running, client(running) as http:
        async with running.wechat() as wechat:
            await Phone(wechat, "mei").say(SHIPPING)
        await recorded(running, [SHIPPING])
        async with running.engine.begin() as connection:
            for statement in STUCK:
                await connection.execute(text(statement))

        refused = await http.delete(DATA)

    assert (refused.status_code, refused.json()) == (
        503,
        {"detail": "not all of it could be erased; please ask again", "code": "overloaded"},
    )
    assert await running.follower_messages() == [SHIPPING]


async def test_without_a_worker_it_is_said_and_done_later(open_service: Open) -> None:
    timing = Timing(rest_within=0.2)
    async with open_service(workers=0, timing=timing) as running, client(running) as http:
        refused = await http.delete(DATA)

        assert (refused.status_code, await running.mail("mei")) == (503, 1)
        assert refused.json() == {
            "detail": "no worker has done it yet; one will, as soon as it runs",
            "code": "overloaded",
        }


async def test_nobody_gets_in_without_the_key_or_for_an_account_nobody_described(
    api_only: Service,
) -> None:
    async with client(api_only, key=None) as stranger, client(api_only) as http:
        refused = [
            (await stranger.get(DATA)).status_code,
            (await stranger.delete(DATA)).status_code,
            (await http.get(DATA, params={"account": "cafe"})).status_code,
            (await http.delete(DATA, params={"account": "cafe"})).status_code,
            (await http.get("/api/v1/followers/a%20b/data")).status_code,
        ]

    assert refused == [401, 401, 404, 404, 422]
