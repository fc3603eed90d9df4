"""From a hand-over to a robot: real Redis, PostgreSQL and sockets; the clock is handed in."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from structlog.testing import capture_logs

from app.accounts import Account
from app.inbox.notice_queue import LEASE, QUIET, Notices
from app.inbox.repository import Conversations
from app.inbox.service import Handoffs
from app.inbox.states import NewConversation
from app.kit.http_clients import open_async_client
from app.notices import targets
from app.notices.notifier import Notifier
from app.notices.robots import Robots
from app.privacy.pseudonym import make_pseudonym
from app.redis import keys
from app.resources import open_database
from app.rules.rulebook import EMPTY
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.people import NOON, WISH, wish
from tests.service import client, settings_for, until
from tests.support.robots import MailServer, Robot

SHOP = Account(name="default", appid="wx1", token="token", brand="青禾茶铺")
A_SPACING = 6.0  # seconds between two messages to one target


@dataclass
class Clock:
    now: float = NOON

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Office:
    """Where hand-overs are queued, and who tells of them."""

    handoffs: Handoffs
    notifier: Notifier
    redis: Any
    clock: Clock

    async def open(self, *openings: NewConversation) -> list[str]:
        """Their conversations."""
        return [h.conversation for h in await self.handoffs.open(openings, self.clock.now)]

    async def step(self, seconds: float = 0.0) -> None:
        """After so many seconds, of which Redis hears too."""
        self.clock.now += seconds
        for target in self.notifier.targets:
            if seconds >= A_SPACING:
                await self.redis.delete(keys.notice_pace(target.id))
        await self.notifier.step()

    def restarted(self) -> "Office":
        """Another process, with all that Redis and the database remember."""
        notices = Notices(self.redis, self.notifier.queue.targets)
        notifier = replace(self.notifier, queue=notices)
        return replace(self, notifier=notifier, handoffs=replace(self.handoffs, notices=notices))


@asynccontextmanager
async def an_office(redis_url: str, database_url: str, notify: str) -> AsyncIterator[Office]:
    settings = settings_for(redis_url, Path(), database_url=database_url, notify=SecretStr(notify))
    notice_targets, clock = targets.read_targets(settings), Clock()
    async with (
        open_database(settings) as engine,
        Redis.from_url(redis_url, decode_responses=True) as redis,
        open_async_client() as http,
    ):
        notices = Notices(redis, tuple(target.id for target in notice_targets))
        conversations = Conversations(engine)
        notifier = Notifier(
            targets=notice_targets,
            queue=notices,
            conversations=conversations,
            robots=Robots(http),
            accounts={"default": SHOP},
            rules=lambda _: EMPTY,
            address="https://bot.example",
            key="a-key",
            clock=clock,
        )
        yield Office(Handoffs(redis, conversations, notices), notifier, redis, clock)


def texts(group: Robot) -> list[str]:
    return [body["text"]["content"] for body in group.bodies]


def named(text: str) -> list[str]:
    """The conversations that a text names."""
    return [line.rpartition("/")[2] for line in text.split("\n") if line.startswith("https://")]


async def test_agents_hear_once_that_somebody_waits(redis_url: str, database_url: str) -> None:
    group = Robot()
    async with (
        group.serving() as base,
        an_office(redis_url, database_url, f"wecom:{base}/x") as office,
    ):
        [conversation] = await office.open(WISH)
        await office.open(WISH)  # the turn is tried again
        for seconds in (0.0, 10.0, 400.0):
            await office.step(seconds)
            await office.handoffs.notice(office.clock.now)

    assert texts(group) == [
        "【等待人工】青禾茶铺：1 位用户在等\n\n"
        "账号：青禾茶铺（default）\n"
        f"用户：{make_pseudonym('mei', 'a-key')}｜11-25 00:00 起等待\n"
        "原因：用户要求人工\n"
        f"https://bot.example/api/v1/conversations/{conversation}"
    ]


async def test_no_openid_and_no_phone_number_goes_to_a_robot(
    redis_url: str, database_url: str
) -> None:
    group = Robot()
    openid = "oAbCdEfGhIjKlMnOpQrStUvWxYz1"
    handoff = replace(wish(openid), summary='资料：手机 13812345678\n用户：<at user_id="all">')
    async with (
        group.serving() as base,
        an_office(redis_url, database_url, f"wecom:{base}/x") as office,
    ):
        await office.open(handoff)
        await office.step()

    [text] = texts(group)
    assert '资料：手机 [手机号]\n用户：＜at user_id="all"＞' in text
    assert openid not in text


async def test_a_crowd_is_told_of_in_few_messages(redis_url: str, database_url: str) -> None:
    group = Robot()
    async with (
        group.serving() as base,
        an_office(redis_url, database_url, f"wecom:{base}/x") as office,
    ):
        await office.open(*(wish(f"o{number}") for number in range(30)))
        for _ in range(5):
            await office.step()
        at_once = len(group.bodies)
        await office.step(A_SPACING)
        await office.step(A_SPACING)

    assert at_once == 1
    assert [text.split("\n")[0] for text in texts(group)] == [
        "【等待人工】青禾茶铺：20 位用户在等",
        "【等待人工】青禾茶铺：10 位用户在等",
    ]


async def test_a_follower_is_told_of_again_only_after_a_while(
    redis_url: str, database_url: str
) -> None:
    group = Robot()
    async with (
        group.serving() as base,
        an_office(redis_url, database_url, f"wecom:{base}/x") as office,
    ):
        [first] = await office.open(WISH)
        await office.step()
        await office.handoffs.close(first, "小王", office.clock.now)
        [second] = await office.open(wish("mei", "wx1:2"))
        await office.step(A_SPACING)
        early = len(group.bodies)
        await office.step(QUIET.total_seconds())

    assert early == 1
    assert [named(text) for text in texts(group)] == [[first], [second]]


async def test_who_is_in_danger_is_told_of_at_once_and_first(
    redis_url: str, database_url: str
) -> None:
    group = Robot()
    async with (
        group.serving() as base,
        an_office(redis_url, database_url, f"wecom:{base}/x") as office,
    ):
        [first] = await office.open(WISH)
        await office.step()
        await office.handoffs.close(first, "小王", office.clock.now)
        danger = replace(wish("mei", "wx1:2"), reason="safety")
        [_, urgent] = await office.open(wish("lan"), danger)
        await office.step(A_SPACING)

    text = texts(group)[1]
    assert text.startswith("【紧急】【等待人工】青禾茶铺：2 位用户在等\n\n【紧急】账号：")
    assert named(text)[0] == urgent


async def test_whom_somebody_has_taken_nobody_is_called_for(
    redis_url: str, database_url: str
) -> None:
    group = Robot()
    async with (
        group.serving() as base,
        an_office(redis_url, database_url, f"wecom:{base}/x") as office,
    ):
        [first] = await office.open(WISH)
        await office.handoffs.take(first, "小王", office.clock.now)
        await office.step()
        left = await office.redis.zcard(keys.notices(office.notifier.targets[0].id))

    assert (group.bodies, left) == ([], 0)


async def test_what_a_robot_refuses_is_tried_again_later_and_after_a_restart(
    redis_url: str, database_url: str
) -> None:
    group = Robot([{"errcode": 45009}, {"errcode": 93000}, {"errcode": 0}])
    async with (
        group.serving() as base,
        an_office(redis_url, database_url, f"wecom:{base}/x") as office,
    ):
        [conversation] = await office.open(WISH)
        with capture_logs() as logs:
            await office.step()
        await office.step(3.0)
        paused = len(group.bodies)
        await office.step(60.0)
        await office.restarted().step(60.0)
        await office.restarted().step(60.0)

    assert paused == 1
    assert [named(text) for text in texts(group)] == [[conversation]] * 3
    [failed] = logs
    assert (failed["event"], failed["kind"], failed["again_in"]) == ("notice_failed", "wecom", 60.0)
    assert failed["error"] == "refused it with code 45009: too many messages a minute"
    assert failed["place"] == urlsplit(base).netloc
    assert base not in str(logs)


async def test_pauses_grow_with_each_failure(redis_url: str, database_url: str) -> None:
    async with an_office(redis_url, database_url, "wecom:http://127.0.0.1:9/x") as office:
        [conversation] = await office.open(WISH)
        queue, target = office.notifier.queue, office.notifier.targets[0].id

        pauses = [await queue.postpone(target, [conversation], NOON) for _ in range(8)]

    assert pauses == [5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 300.0, 300.0]


async def test_one_target_that_is_away_keeps_up_no_other(redis_url: str, database_url: str) -> None:
    group, post = Robot(), MailServer()
    async with group.serving() as base, post.serving() as port:
        mail = f"smtp://127.0.0.1:{port}?to=desk@shop.example&from=bot@shop.example"
        named_ = f"wecom:http://127.0.0.1:9/x feishu:{base}/y {mail}"
        group.answers = [{"code": 0}]
        async with an_office(redis_url, database_url, named_) as office:
            await office.open(WISH)
            await office.step()
            await office.step(A_SPACING)

    assert [len(group.bodies), len(post.mails)] == [1, 1]


async def test_what_a_dead_worker_had_taken_comes_back(redis_url: str, database_url: str) -> None:
    group = Robot()
    async with (
        group.serving() as base,
        an_office(redis_url, database_url, f"wecom:{base}/x") as office,
    ):
        [conversation] = await office.open(WISH)
        conversation_ids = await office.notifier.queue.take(office.notifier.targets[0].id, NOON)
        await office.step(A_SPACING)
        early = len(group.bodies)
        await office.step(LEASE.total_seconds())

    assert (conversation_ids, early) == ([conversation], 0)
    assert [named(text) for text in texts(group)] == [[conversation]]


async def test_what_redis_has_lost_is_queued_anew(redis_url: str, database_url: str) -> None:
    group = Robot()
    async with (
        group.serving() as base,
        an_office(redis_url, database_url, f"wecom:{base}/x") as office,
    ):
        [conversation] = await office.open(WISH)
        await office.redis.flushdb()
        await office.step()
        await office.handoffs.notice(office.clock.now)
        await office.step()

    assert [named(text) for text in texts(group)] == [[conversation]]


async def test_an_erased_follower_is_told_of_no_more(redis_url: str, database_url: str) -> None:
    group = Robot()
    async with (
        group.serving() as base,
        an_office(redis_url, database_url, f"wecom:{base}/x") as office,
    ):
        await office.open(WISH)
        await office.handoffs.erase("default", "mei", office.clock.now)
        await office.step()

    assert group.bodies == []


def conversations_of(bodies: Sequence[Any]) -> list[Any]:
    return [each for body in bodies for each in body["conversations"]]


@pytest.mark.timeout(40)
async def test_a_message_to_the_account_reaches_the_shops_webhook(open_service: Open) -> None:
    shop = Robot([{}])
    async with shop.serving() as base:
        notify = SecretStr(f"webhook:{base}/waiting#sixteen-and-more-letters")
        async with (
            open_service(notify=notify, public_url="https://bot.example/") as running,
            running.wechat() as wechat,
            client(running) as http,
        ):
            await Phone(wechat, "mei").say("转人工")

            async def is_told() -> bool:
                return bool(shop.bodies)

            await until(is_told)
            [waiting] = (await http.get("/api/v1/conversations")).json()["conversations"]

    [conversation] = conversations_of(shop.bodies)
    assert (
        conversation["id"],
        conversation["account"],
        conversation["reason"],
        conversation["urgent"],
    ) == (
        waiting["id"],
        "default",
        "asked",
        False,
    )
    assert conversation["link"] == f"https://bot.example/api/v1/conversations/{waiting['id']}"
