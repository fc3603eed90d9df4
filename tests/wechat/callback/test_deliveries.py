"""Several deliveries of one message are one job and one reply."""

import asyncio
import json

import pytest
from pydantic import SecretStr

from app.delivery.outbox import Outbox
from app.dialogue.wording import kind_texts
from app.messages import texts
from app.messages.phrases import as_shipped
from app.redis import keys
from app.simulator.callback.wechat import Delivery
from app.simulator.phones import messages
from app.simulator.phones.phone import Phone
from tests.conftest import Open
from tests.pace import seconds
from tests.service import HANGS_UP_AFTER, HASTY, SHIPPED, SHIPPING, GatedClassifier, Service, until

STILL_WRITING = as_shipped(texts.STILL_WRITING, link=texts.STILL_WRITING_LINK)


def contents(deliveries: list[Delivery]) -> list[str]:
    """What the deliveries carried; `success` where nothing."""
    return sorted(d.reply.content if d.reply else d.body.decode() for d in deliveries)


async def test_twenty_deliveries_at_once_through_two_apis_are_one_job_and_one_reply(
    open_service: Open,
) -> None:
    async with open_service(apis=2, workers=2) as running, running.wechat() as wechat:
        deliveries = await Phone(wechat, "mei").deliver_at_once(messages.text(SHIPPING), 20)

    assert contents(deliveries) == ["success"] * 19 + [SHIPPED]
    assert running.classifier.classified_texts == [[SHIPPING]]


async def test_an_event_delivered_five_times_at_once_is_answered_once(open_service: Open) -> None:
    async with open_service(apis=2) as running, running.wechat() as wechat:
        deliveries = await Phone(wechat, "mei").deliver_at_once(messages.subscribe(), 5)

    assert [text.startswith("您好，欢迎关注") for text in contents(deliveries)] == [False] * 4 + [
        True
    ]


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
    assert huiyin.classifier.classified_texts == [[SHIPPING]]


async def test_a_copy_of_five_seconds_later_is_given_the_answer_that_got_lost(
    huiyin: Service,
) -> None:
    async with huiyin.wechat() as wechat:
        stamped = wechat.stamp(messages.text(SHIPPING), "mei")
        first = await wechat.deliver(stamped)
        await asyncio.sleep(seconds(5))
        second = await wechat.deliver(stamped)

    assert contents([first, second]) == [SHIPPED, SHIPPED]
    assert huiyin.classifier.classified_texts == [[SHIPPING]]


async def test_the_second_delivery_carries_the_answer_of_a_slow_worker(open_service: Open) -> None:
    slow = GatedClassifier()
    async with (
        open_service(classifier=slow, apis=2, timing=HASTY) as running,
        running.wechat(hang_up_after=HANGS_UP_AFTER) as wechat,
    ):
        saying = asyncio.create_task(Phone(wechat, "mei").say(SHIPPING))
        await until(lambda: running.has_copies("mei", 2))
        slow.gate.set()
        outcome = await saying

    assert outcome.reply is not None
    assert (outcome.reply.content, outcome.answered_in) == (SHIPPED, 2)
    assert [delivery.cut for delivery in outcome.deliveries] == [True, False]
    assert slow.classified_texts == [[SHIPPING]]


async def test_the_third_delivery_is_told_how_to_get_the_answer(open_service: Open) -> None:
    async with (
        open_service(workers=0, timing=HASTY) as running,
        running.wechat(hang_up_after=HANGS_UP_AFTER) as wechat,
    ):
        outcome = await Phone(wechat, "mei").say(SHIPPING)

    assert [delivery.body for delivery in outcome.deliveries[:2]] == [b"", b""]
    assert outcome.reply is not None
    assert outcome.reply.content == STILL_WRITING


async def test_a_verified_account_says_nothing_since_it_can_write_later(open_service: Open) -> None:
    async with (
        open_service(workers=0, timing=HASTY, wechat_secret=SecretStr("secret")) as running,
        running.wechat(hang_up_after=HANGS_UP_AFTER) as wechat,
    ):
        outcome = await Phone(wechat, "mei").say(SHIPPING)

    assert [delivery.body for delivery in outcome.deliveries] == [b"", b"", b"success"]
    assert not outcome.fault


@pytest.mark.timeout(30)
async def test_an_answer_no_delivery_carried_rides_on_the_next_message(open_service: Open) -> None:
    slow = GatedClassifier()
    async with (
        open_service(classifier=slow, timing=HASTY) as running,
        running.wechat(hang_up_after=HANGS_UP_AFTER) as wechat,
    ):
        missed = await Phone(wechat, "mei").say(SHIPPING)
        slow.gate.set()
        await until(lambda: is_kept(running))

        outcomes = [await Phone(wechat, "mei").say(SHIPPING) for _ in range(2)]

    assert missed.reply is not None
    assert missed.reply.content == STILL_WRITING
    assert [outcome.reply and outcome.reply.content for outcome in outcomes] == [
        f"{SHIPPED}\n\n{SHIPPED}",
        SHIPPED,
    ]


@pytest.mark.timeout(30)
async def test_a_tap_on_the_link_brings_the_answer_alone_and_once(open_service: Open) -> None:
    slow = GatedClassifier()
    tap = messages.menu_tap("看回答", texts.STILL_WRITING_MENU)
    async with (
        open_service(classifier=slow, timing=HASTY) as running,
        running.wechat(hang_up_after=HANGS_UP_AFTER) as wechat,
    ):
        await Phone(wechat, "mei").say(SHIPPING)
        tapping = asyncio.create_task(Phone(wechat, "mei").send(tap))
        await until(lambda: waits(running))
        slow.gate.set()
        outcomes = [await tapping, await Phone(wechat, "mei").send(tap)]

    assert [outcome.reply and outcome.reply.content for outcome in outcomes] == [
        SHIPPED,
        *kind_texts.KINDS["tap"],
    ]


async def waits(running: Service) -> bool:
    return await running.mail("mei") == 2


async def is_kept(running: Service) -> bool:
    return bool(await Outbox(running.engine).read_pending([("default", "mei")]))


async def made(running: Service) -> bool:
    return bool(await running.redis.zcard(keys.UNDELIVERED))


async def test_an_answer_that_was_carried_is_not_kept(huiyin: Service) -> None:
    async with huiyin.wechat() as wechat:
        outcome = await Phone(wechat, "mei").say(SHIPPING)
        await until(lambda: nothing_unclaimed(huiyin))

    assert outcome.reply is not None
    assert not await is_kept(huiyin)


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
