"""Answers that no delivery carried, against the platform's stand-in."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import select, update

from app.accounts import Account
from app.db import tables
from app.delivery.outbox import Outbox, OutboxMessage
from app.delivery.undelivered import UndeliveredReplies
from app.kit.http_clients import open_async_client
from app.messages.texts import MEDIA_GONE, TOO_LATE_TO_TRANSFER
from app.messages.values import ImageCard, Message, Text, TransferToAgent, as_plain_text, to_json
from app.redis import keys
from app.resources import open_database
from app.simulator.accounts.state import PlatformAccount
from app.simulator.families.customer_messages import SEND
from app.simulator.families.tokens import STABLE_TOKEN
from app.simulator.platform import Platform
from app.wechat.client.core import build_client
from app.wechat.client.families.customer_service import CustomerServiceMessages
from app.wechat.client.follower_quota import QuotaLedger
from app.wechat.client.request_values.customer_messages import CustomContent
from app.wechat.outbox_sender import OutboxSender
from tests.service import settings_for, shipped_text
from tests.support.serve import serving

VERIFIED = Account(name="shop", appid="wx1", token="token", secret="secret", verified=True)
UNVERIFIED = Account(name="shop", appid="wx1", token="token")
LONG = "您的订单在路上，预计明天送到，请留意电话。" * 80  # 5,040 bytes


@dataclass(frozen=True)
class OutboxSetup:
    """An outbox with one answer that no delivery carried."""

    outbox: OutboxSender
    redis: Redis
    parcels: Outbox

    async def left(self) -> list[str]:
        """What waits for the follower's next message."""
        messages = await self.parcels.read_pending([("shop", "oMei")])
        return [as_plain_text(parcel.message) for parcel in messages.get(("shop", "oMei"), [])]

    async def drop_reasons(self) -> list[str]:
        """Why each message of the outbox was given up; "" for one that was sent or waits."""
        async with self.parcels.engine.connect() as connection:
            return list((await connection.execute(select(tables.outbox.c.drop_reason))).scalars())

    async def reservations_age(self) -> None:
        """Every reservation is older than a minute."""
        async with self.parcels.engine.begin() as connection:
            await connection.execute(update(tables.outbox).values(reserved_at=1.0))

    async def time_passes(self) -> None:
        """What is to be tried again later is due, in another day and minute of budgets."""
        async for name in self.redis.scan_iter(keys.budgets("*", "*")):
            await self.redis.delete(name)
        async with self.parcels.engine.begin() as connection:
            due = tables.outbox.c.due
            await connection.execute(update(tables.outbox).where(due.is_not(None)).values(due=1.0))


@contextlib.asynccontextmanager
async def an_outbox(
    redis_url: str,
    database_url: str,
    account: Account,
    platform: Platform,
    answer: str | Message = "您好，订单在路上。",
) -> AsyncIterator[OutboxSetup]:
    async with (
        open_database(settings_for(redis_url, Path(), database_url=database_url)) as engine,
        serving(platform.app) as base,
        open_async_client(base_url=base) as http,
        Redis.from_url(redis_url, decode_responses=True) as redis,
    ):
        await redis.flushdb()
        reply = Text(content=answer) if isinstance(answer, str) else answer
        fields = {"reply": to_json(reply), "user": "shop:oMei", "n": "3"}
        await redis.hset(keys.delivery("wx1:7"), mapping=fields)  # type: ignore[arg-type]
        await redis.zadd(keys.UNDELIVERED, {"wx1:7": time.time() - 1})
        parcels = Outbox(engine)
        yield OutboxSetup(
            OutboxSender(
                undelivered_replies=UndeliveredReplies(redis),
                outbox=parcels,
                ledger=QuotaLedger(redis),
                messages=CustomerServiceMessages(build_client(http, redis)),
                accounts={"shop": account},
                text=shipped_text,
            ),
            redis,
            parcels,
        )


def a_platform() -> Platform:
    platform = Platform([PlatformAccount(appid="wx1", secret="secret")])
    platform.interacted("oMei", "message")
    return platform


def texts(platform: Platform) -> list[str]:
    return [message["text"]["content"] for message in platform.sent["oMei"]]


async def test_a_verified_account_sends_it_once_though_two_workers_look(
    redis_url: str, database_url: str
) -> None:
    platform = a_platform()

    async with an_outbox(redis_url, database_url, VERIFIED, platform) as setup:
        await asyncio.gather(setup.outbox.send_due(), setup.outbox.send_due())
        left = await setup.redis.zcard(keys.UNDELIVERED), await setup.left()

    assert (texts(platform), left) == (["您好，订单在路上。"], (0, []))


async def test_while_redis_is_away_nothing_is_lost(redis_url: str, database_url: str) -> None:
    platform = a_platform()

    async with (
        an_outbox(redis_url, database_url, VERIFIED, platform) as setup,
        Redis.from_url("redis://127.0.0.1:1/0", decode_responses=True) as nobody,
        open_async_client() as http,
    ):
        cut_off = replace(
            setup.outbox, messages=CustomerServiceMessages(build_client(http, nobody))
        )
        with pytest.raises(RedisError):
            await cut_off.send_due()
        before = texts(platform)
        await setup.outbox.send_due()

    assert (before, texts(platform)) == ([], ["您好，订单在路上。"])


async def test_an_unverified_account_keeps_it_for_the_next_message(
    redis_url: str, database_url: str
) -> None:
    platform = a_platform()

    async with an_outbox(redis_url, database_url, UNVERIFIED, platform) as setup:
        await setup.outbox.send_due()
        left = await setup.left()

    assert (texts(platform), left) == ([], ["您好，订单在路上。"])


async def test_who_did_not_ask_again_has_heard_the_answer(
    redis_url: str, database_url: str
) -> None:
    platform = a_platform()

    async with an_outbox(redis_url, database_url, VERIFIED, platform) as setup:
        await setup.redis.hset(keys.delivery("wx1:7"), mapping={"n": "1", "on": "1"})
        await setup.outbox.send_due()
        left = await setup.left(), await setup.redis.zcard(keys.UNDELIVERED)

    assert (texts(platform), left) == ([], ([], 0))


async def test_a_delivery_that_is_not_known_any_more_is_not_looked_at_for_ever(
    redis_url: str,
    database_url: str,
) -> None:
    async with an_outbox(redis_url, database_url, VERIFIED, a_platform()) as setup:
        await setup.redis.delete(keys.delivery("wx1:7"))
        await setup.outbox.send_due()
        left = await setup.redis.zcard(keys.UNDELIVERED)

    assert left == 0


@pytest.mark.parametrize("code", [45047, 45015, 48001, 40164, 50002])
async def test_what_the_platform_refuses_is_kept(
    redis_url: str, database_url: str, code: int
) -> None:
    platform = a_platform()
    platform.fail_next(SEND, code)

    async with an_outbox(redis_url, database_url, VERIFIED, platform) as setup:
        await setup.outbox.send_due()
        await setup.time_passes()
        await setup.outbox.send_due()
        left = await setup.left()

    assert (texts(platform), left, platform.calls[SEND]) == ([], ["您好，订单在路上。"], 1)


@pytest.mark.parametrize("code", [45009, 45011])
async def test_what_is_refused_for_now_is_sent_later(
    redis_url: str, database_url: str, code: int
) -> None:
    platform = a_platform()
    platform.fail_next(SEND, code)

    async with an_outbox(redis_url, database_url, VERIFIED, platform) as setup:
        for _ in range(2):
            await setup.outbox.send_due()
        tried = platform.calls[SEND]
        await setup.time_passes()
        await setup.outbox.send_due()
        left = await setup.left()

    assert (tried, texts(platform), left) == (1, ["您好，订单在路上。"], [])


@pytest.mark.parametrize("code", [40003, 43004, 43019])
async def test_who_is_gone_is_not_written_to_again(
    redis_url: str, database_url: str, code: int
) -> None:
    platform = a_platform()
    platform.fail_next(SEND, code)

    async with an_outbox(redis_url, database_url, VERIFIED, platform) as setup:
        await setup.outbox.send_due()
        left, reasons = await setup.left(), await setup.drop_reasons()

    assert (texts(platform), left, reasons) == ([], [], ["unreachable"])


async def test_the_rest_of_a_long_answer_to_who_is_gone_is_never_tried_again(
    redis_url: str, database_url: str
) -> None:
    platform = a_platform()
    platform.fail_next(SEND, 43004)

    async with an_outbox(redis_url, database_url, VERIFIED, platform, LONG) as setup:
        await setup.outbox.send_due()
        await setup.parcels.tidy(time.time() + 61)
        left = await setup.left()

    assert (texts(platform), left) == ([], [])


async def test_an_answer_without_a_character_that_can_be_sent_is_dropped(
    redis_url: str, database_url: str
) -> None:
    platform = a_platform()

    async with an_outbox(redis_url, database_url, VERIFIED, platform, "\x01\x02") as setup:
        await setup.outbox.send_due()
        due, reasons = await setup.parcels.read_due(time.time()), await setup.drop_reasons()

    assert (platform.sent["oMei"], due, reasons) == ([], [], ["empty"])


async def test_a_stale_token_is_renewed_once_and_a_busy_platform_asked_again(
    redis_url: str,
    database_url: str,
) -> None:
    platform = a_platform()
    platform.fail_next(SEND, 40001)
    platform.fail_next(SEND, -1)

    async with an_outbox(redis_url, database_url, VERIFIED, platform) as setup:
        await setup.outbox.send_due()

    assert (texts(platform), platform.calls[STABLE_TOKEN]) == (["您好，订单在路上。"], 2)


async def test_a_token_refused_twice_is_not_asked_for_again(
    redis_url: str, database_url: str
) -> None:
    platform = a_platform()
    platform.fail_next(SEND, 40001, times=2)

    async with an_outbox(redis_url, database_url, VERIFIED, platform) as setup:
        for _ in range(2):
            await setup.outbox.send_due()
        left = await setup.left()

    assert (platform.calls[STABLE_TOKEN], left) == (2, ["您好，订单在路上。"])


async def test_an_api_that_is_down_loses_nothing(redis_url: str, database_url: str) -> None:
    platform = a_platform()
    async with (
        open_async_client(base_url="http://127.0.0.1:1") as http,
        an_outbox(redis_url, database_url, VERIFIED, platform) as setup,
    ):
        down = CustomerServiceMessages(build_client(http, setup.redis))
        await replace(setup.outbox, messages=down).send_due()
        while_down = await setup.left()
        await setup.time_passes()
        await setup.outbox.send_due()

    assert (while_down, texts(platform)) == (["您好，订单在路上。"], ["您好，订单在路上。"])


async def test_a_long_answer_goes_out_in_several_messages(
    redis_url: str, database_url: str
) -> None:
    platform = a_platform()

    async with an_outbox(redis_url, database_url, VERIFIED, platform, LONG) as setup:
        await setup.outbox.send_due()
        left, reasons = await setup.left(), await setup.drop_reasons()

    assert (len(texts(platform)), left, reasons) == (3, [], [""])
    assert "".join(texts(platform)) == LONG


async def test_only_what_the_platform_did_not_take_is_kept(
    redis_url: str, database_url: str
) -> None:
    platform = a_platform()
    platform.fail_next(SEND, 0)
    platform.fail_next(SEND, 45047)

    async with an_outbox(redis_url, database_url, VERIFIED, platform, LONG) as setup:
        await setup.outbox.send_due()
        left = await setup.left()

    assert (len(texts(platform)), len(left)) == (1, 1)
    assert texts(platform)[0] + left[0] == LONG


async def test_what_is_over_the_quota_is_kept_without_asking_the_platform(
    redis_url: str, database_url: str
) -> None:
    platform = a_platform()

    async with an_outbox(redis_url, database_url, VERIFIED, platform, LONG * 3) as setup:
        async with setup.redis.pipeline() as pipe:
            setup.outbox.ledger.record_activity(pipe, "shop:oMei", "text", time.time())
            await pipe.execute()
        await setup.outbox.send_due()
        left = await setup.left()

    assert (len(texts(platform)), platform.calls[SEND], len(left)) == (5, 5, 1)
    assert "".join(texts(platform)) + left[0] == LONG * 3


@dataclass(frozen=True)
class DiesAtTheSecond(CustomerServiceMessages):
    """A worker that is gone before its second message."""

    sent: list[Message | CustomContent] = field(default_factory=list)

    async def send(
        self,
        account: Account,
        openid: str,
        message: Message | CustomContent,
        *,
        kf_account: str = "",
    ) -> None:
        if self.sent:
            raise asyncio.CancelledError
        self.sent.append(message)
        await super().send(account, openid, message)


async def test_what_a_worker_died_on_is_taken_as_sent_and_the_rest_goes_out(
    redis_url: str,
    database_url: str,
) -> None:
    platform = a_platform()

    async with an_outbox(redis_url, database_url, VERIFIED, platform, LONG) as setup:
        dying = replace(setup.outbox, messages=DiesAtTheSecond(setup.outbox.messages.client))
        with pytest.raises(asyncio.CancelledError):
            await dying.send_due()
        await setup.outbox.send_due()
        meanwhile = len(texts(platform))
        await setup.parcels.tidy(time.time() + 61)
        await setup.outbox.send_due()

    assert (meanwhile, len(texts(platform))) == (1, 2)
    assert LONG.startswith(texts(platform)[0])
    assert LONG.endswith(texts(platform)[1])


@dataclass(frozen=True)
class FailsForLei(CustomerServiceMessages):
    """Raises for one of two followers."""

    error: Exception

    async def send(
        self,
        account: Account,
        openid: str,
        message: Message | CustomContent,
        *,
        kf_account: str = "",
    ) -> None:
        if openid == "oLei":
            raise self.error
        await super().send(account, openid, message)


async def send_with_failure_for_lei(setup: OutboxSetup, error: Exception) -> None:
    """Send a message to oLei, which fails with `error`, together with the one to oMei."""
    message = OutboxMessage(
        id="wx1:6", account="shop", openid="oLei", message=Text(content="在的。"),
        created=time.time() - 9, due=1.0,
    )  # fmt: skip
    await setup.parcels.put([message])
    failing = FailsForLei(setup.outbox.messages.client, error)
    await replace(setup.outbox, messages=failing).send_due()


async def test_a_message_that_fails_waits_for_the_next_one_and_the_others_are_sent(
    redis_url: str, database_url: str
) -> None:
    platform = a_platform()

    async with an_outbox(redis_url, database_url, VERIFIED, platform) as setup:
        await send_with_failure_for_lei(setup, ValueError("a bug"))
        await setup.outbox.send_due()
        pending = await setup.parcels.read_pending([("shop", "oLei"), ("shop", "oMei")])

    assert texts(platform) == ["您好，订单在路上。"]
    assert [(m.id, m.due, m.tries) for each in pending.values() for m in each] == [
        ("wx1:6", None, 1)
    ]


async def test_while_redis_fails_for_one_message_the_others_are_sent_and_noted(
    redis_url: str, database_url: str
) -> None:
    platform = a_platform()

    async with an_outbox(redis_url, database_url, VERIFIED, platform) as setup:
        with pytest.raises(RedisError):
            await send_with_failure_for_lei(setup, RedisError("away"))
        pending = await setup.parcels.read_pending([("shop", "oLei"), ("shop", "oMei")])

    assert texts(platform) == ["您好，订单在路上。"]
    assert [(m.id, m.due, m.tries, m.sent_with) for each in pending.values() for m in each] == [
        ("wx1:6", 1.0, 0, None)
    ]


async def test_a_picture_that_is_gone_is_told_in_words(redis_url: str, database_url: str) -> None:
    platform = a_platform()
    platform.fail_next(SEND, 40007)
    picture = ImageCard(type="image", media_id="GONE")

    async with an_outbox(redis_url, database_url, VERIFIED, platform, picture) as setup:
        await setup.outbox.send_due()
        left = await setup.left()

    assert (texts(platform), left) == ([MEDIA_GONE.first], [])


async def test_a_picture_goes_out_as_a_picture(redis_url: str, database_url: str) -> None:
    platform = a_platform()
    picture = ImageCard(type="image", media_id="MEDIA")

    async with an_outbox(redis_url, database_url, VERIFIED, platform, picture) as setup:
        await setup.outbox.send_due()

    assert platform.sent["oMei"] == [
        {"touser": "oMei", "msgtype": "image", "image": {"media_id": "MEDIA"}}
    ]


async def test_what_is_older_than_a_week_is_not_sent(redis_url: str, database_url: str) -> None:
    async with an_outbox(redis_url, database_url, UNVERIFIED, a_platform()) as setup:
        await setup.outbox.send_due()
        late = await setup.parcels.tidy(time.time() + 8 * 24 * 3600)
        left = await setup.left()

    assert (late, left) == (1, [])


async def test_a_transfer_that_no_delivery_carried_asks_for_another_message(
    redis_url: str,
    database_url: str,
) -> None:
    platform, at_desk = a_platform(), replace(VERIFIED, desk="wechat")

    async with an_outbox(redis_url, database_url, at_desk, platform, TransferToAgent()) as setup:
        await setup.outbox.send_due()

    assert texts(platform) == [TOO_LATE_TO_TRANSFER.first]


@pytest.mark.parametrize(("is_queued", "left"), [(True, ["您好，订单在路上。"]), (False, [])])
async def test_a_reservation_counts_as_sent_only_when_its_turn_can_not_be_tried_again(
    redis_url: str, database_url: str, is_queued: bool, left: list[str]
) -> None:
    async with an_outbox(redis_url, database_url, UNVERIFIED, a_platform()) as setup:
        await setup.outbox.send_due()  # moves the reply to the outbox
        await setup.parcels.reserve({"wx1:7": None}, "wx1:8")
        await setup.reservations_age()
        if is_queued:
            user_queue = keys.user_queue(keys.user("shop", "oMei"))
            await setup.redis.rpush(user_queue, '{"id": "wx1:8"}')
        await setup.outbox.tidy()

        assert await setup.left() == left
