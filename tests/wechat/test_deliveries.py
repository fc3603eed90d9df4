"""Several deliveries of one message are one job and one reply."""

import asyncio
import json

import pytest

from app.sessions import keys
from tests.conftest import Open
from tests.service import HASTY, SHIPPED, SHIPPING, GatedClassifier, Service, until
from tests.simulator import messages
from tests.simulator.phone import Phone
from tests.simulator.wechat import Delivery


def said(deliveries: list[Delivery]) -> list[str]:
    """What the deliveries carried; `success` where nothing."""
    return sorted(d.reply.content if d.reply else d.body.decode() for d in deliveries)


async def test_twenty_deliveries_at_once_through_two_apis_are_one_job_and_one_reply(
    open_service: Open,
) -> None:
    async with open_service(apis=2, workers=2) as running, running.wechat() as wechat:
        deliveries = await Phone(wechat, "mei").deliver_at_once(messages.text(SHIPPING), 20)

    assert said(deliveries) == ["success"] * 19 + [SHIPPED]
    assert running.classifier.seen == [[SHIPPING]]


async def test_an_event_delivered_five_times_at_once_is_answered_once(open_service: Open) -> None:
    async with open_service(apis=2) as running, running.wechat() as wechat:
        deliveries = await Phone(wechat, "mei").deliver_at_once(messages.subscribe(), 5)

    assert [text.startswith("您好，欢迎关注") for text in said(deliveries)] == [False] * 4 + [True]


async def test_an_event_delivered_twice_in_a_row_is_answered_once(huiyin: Service) -> None:
    async with huiyin.wechat() as wechat:
        stamped = wechat.stamp(messages.subscribe(), "mei")
        deliveries = [await wechat.deliver(stamped), await wechat.deliver(stamped)]

    assert [delivery.reply is not None for delivery in deliveries] == [True, False]


async def test_two_events_of_the_same_second_are_two(huiyin: Service) -> None:
    async with huiyin.wechat() as wechat:
        stamped = [wechat.stamp(messages.click(key), "mei") for key in ("a", "b")]
        deliveries = [await wechat.deliver(each | {"CreateTime": 1700000000}) for each in stamped]

    assert [delivery.reply is not None for delivery in deliveries] == [True, True]


async def test_a_copy_sent_right_after_the_answer_is_answered_with_success(
    huiyin: Service,
) -> None:
    async with huiyin.wechat() as wechat:
        stamped = wechat.stamp(messages.text(SHIPPING), "mei")
        deliveries = [await wechat.deliver(stamped) for _ in range(3)]

    assert [delivery.reply is not None for delivery in deliveries] == [True, False, False]
    assert huiyin.classifier.seen == [[SHIPPING]]


async def test_a_copy_of_five_seconds_later_is_given_the_answer_that_got_lost(
    huiyin: Service,
) -> None:
    async with huiyin.wechat() as wechat:
        stamped = wechat.stamp(messages.text(SHIPPING), "mei")
        first = await wechat.deliver(stamped)
        await asyncio.sleep(5)
        second = await wechat.deliver(stamped)

    assert said([first, second]) == [SHIPPED, SHIPPED]
    assert huiyin.classifier.seen == [[SHIPPING]]


async def test_the_second_delivery_carries_the_answer_of_a_slow_worker(open_service: Open) -> None:
    slow = GatedClassifier()
    async with (
        open_service(classifier=slow, apis=2, timing=HASTY) as running,
        running.wechat(hang_up_after=1.0) as wechat,
    ):
        saying = asyncio.create_task(Phone(wechat, "mei").say(SHIPPING))
        await asyncio.sleep(1.3)
        slow.gate.set()
        outcome = await saying

    assert outcome.reply is not None
    assert (outcome.reply.content, outcome.answered_in) == (SHIPPED, 2)
    assert [delivery.cut for delivery in outcome.deliveries] == [True, False]
    assert slow.seen == [[SHIPPING]]


async def test_the_third_delivery_is_told_nothing_rather_than_left_to_a_fault(
    open_service: Open,
) -> None:
    async with (
        open_service(workers=0, timing=HASTY) as running,
        running.wechat(hang_up_after=1.0) as wechat,
    ):
        outcome = await Phone(wechat, "mei").say(SHIPPING)

    assert [delivery.body for delivery in outcome.deliveries] == [b"", b"", b"success"]
    assert not outcome.fault


@pytest.mark.timeout(30)
async def test_an_answer_no_delivery_carried_rides_on_the_next_message(open_service: Open) -> None:
    slow = GatedClassifier()
    async with (
        open_service(classifier=slow, timing=HASTY) as running,
        running.wechat(hang_up_after=1.0) as wechat,
    ):
        missed = await Phone(wechat, "mei").say(SHIPPING)
        slow.gate.set()
        await until(lambda: made(running))
        await sixteen_seconds_pass(running)
        await until(lambda: held(running))

        outcomes = [await Phone(wechat, "mei").say(SHIPPING) for _ in range(2)]

    assert missed.reply is None
    assert [outcome.reply and outcome.reply.content for outcome in outcomes] == [
        f"{SHIPPED}\n\n{SHIPPED}",
        SHIPPED,
    ]


async def made(running: Service) -> bool:
    return bool(await running.redis.zcard(keys.UNCLAIMED))


async def held(running: Service) -> bool:
    return bool(await running.redis.llen(keys.held("default:mei")))


async def sixteen_seconds_pass(running: Service) -> None:
    """What is to be looked at then is to be looked at now."""
    for id_ in await running.redis.zrange(keys.UNCLAIMED, 0, -1):
        await running.redis.zadd(keys.UNCLAIMED, {id_: 1})


async def test_an_answer_that_was_carried_is_not_kept(huiyin: Service) -> None:
    async with huiyin.wechat() as wechat:
        outcome = await Phone(wechat, "mei").say(SHIPPING)
        await until(lambda: nothing_unclaimed(huiyin))

    assert outcome.reply is not None
    assert not await held(huiyin)


async def nothing_unclaimed(running: Service) -> bool:
    return not await made(running)


async def test_the_delivery_remembers_why_it_was_answered_so(huiyin: Service) -> None:
    async with huiyin.wechat() as wechat:
        stamped = wechat.stamp(messages.text(SHIPPING), "mei")
        await wechat.deliver(stamped)

    name = keys.delivery(f"wx0123456789abcdef:{stamped['MsgId']}")
    why = json.loads(await huiyin.redis.hget(name, "why"))
    assert (why["intent"], why["source"], why["model"]) == (
        "ask_ship_time",
        "knowledge_missing",
        "fake-1",
    )
