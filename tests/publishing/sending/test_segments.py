"""Mass messages to several tags: nobody twice, the rest held while there is no quota."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.publishing.sending.outcomes import (
    FailedOutcome,
    PendingOutcome,
    PublishedOutcome,
    UnconfirmedOutcome,
)
from app.publishing.sending.segments import combine_segments, find_next_try
from app.publishing.values import Post, PostState
from app.simulator.accounts.followers import Follower
from app.simulator.families.mass_send import SEND_ALL
from app.simulator.publishing.jobs import JobPlans, MassPlan
from tests.publishing.factories import NOW, make_content
from tests.publishing.sending.senders import SenderSetup, open_sender

DAY = 86_400.0
TAGS = {101: ["oAn", "oBo"], 102: ["oChen"], 103: ["oDing"]}


def tag_followers(setup: SenderSetup, tags: dict[int, list[str]] | None = None) -> None:
    """Give the platform's tags followers; one may have several."""
    book = setup.platform.account().followers
    for tag_id, openids in (TAGS if tags is None else tags).items():
        book.tags[tag_id] = f"标签{tag_id}"
        for openid in openids:
            book.followers.setdefault(openid, Follower()).tag_ids.append(tag_id)


async def schedule_to(setup: SenderSetup, *tag_ids: int) -> Post:
    return await setup.schedule(make_content(channel="mass", tag_ids=tag_ids))


def count_received(setup: SenderSetup) -> dict[str, int]:
    """How many messages each follower got."""
    return {openid: len(messages) for openid, messages in setup.platform.sent.items() if messages}


async def test_each_tag_gets_a_mass_send_of_its_own(engine: AsyncEngine, redis_url: str) -> None:
    async with open_sender(engine, redis_url) as setup:
        tag_followers(setup)
        post = await schedule_to(setup, 101, 102)
        await setup.sender.send_due()
        await setup.pass_time(60)
        published = await setup.read(post)
        steps = await setup.sender.steps.list_all(post)

    assert (published.state, published.reason) == (PostState.PUBLISHED, "")
    assert count_received(setup) == {"oAn": 1, "oBo": 1, "oChen": 1}
    assert {(step.segment, step.name) for step in steps} >= {
        (0, "draft"), (0, "publish"), (1, "draft"), (1, "publish"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({101: ["oAn"], 102: []}, "标签 102 下没有粉丝，没有人能收到，请先打标签或换一个标签。"),
        ({101: ["oAn"]}, "标签 102 已经被删除（45159），请换一个标签。"),
        (
            {101: ["oAn", "oBo"], 102: ["oBo"]},
            "标签 101 和标签 102 有 1 位共同的粉丝，他们会收到两次：请只选一个标签，或先调整标签。",
        ),
    ],
)
async def test_an_unusable_audience_is_refused_before_the_first_call(
    engine: AsyncEngine, redis_url: str, tags: dict[int, list[str]], reason: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        tag_followers(setup, tags)
        post = await schedule_to(setup, 101, 102)
        await setup.sender.send_due()
        failed = await setup.read(post)

    assert (failed.state, failed.reason) == (PostState.FAILED, reason)
    assert setup.platform.calls[SEND_ALL] == setup.platform.calls["/cgi-bin/draft/add"] == 0


async def test_an_account_without_followers_sends_nothing(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        setup.platform.unsubscribed("oMei")
        post = await setup.schedule(make_content(channel="mass"))
        await setup.sender.send_due()
        failed = await setup.read(post)

    assert failed.reason == "这个公众号还没有粉丝，没有人能收到。"
    assert setup.platform.calls[SEND_ALL] == 0


async def test_quota_used_up_in_mid_campaign_holds_the_rest_until_the_next_day(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url, kind="subscription") as setup:
        tag_followers(setup)
        post = await schedule_to(setup, 101, 102, 103)
        await setup.sender.send_due()
        await setup.pass_time(60)
        waiting = await setup.read(post)
        received_first = count_received(setup)
        for _ in range(3):
            await setup.pass_time(DAY / 2)
        second_day = await setup.read(post)
        await setup.pass_time(DAY)
        await setup.pass_time(DAY)
        await setup.pass_time(60)
        published = await setup.read(post)

    assert (waiting.state, waiting.reason) == (
        PostState.SENDING,
        "已发送 1 个标签，共 3 个。"
        "群发额度已用完，其余的标签等到 1 月 16 日 16:00（北京时间）再发，"
        "已经发过的不会再发。",
    )
    assert received_first == {"oAn": 1, "oBo": 1}
    assert second_day.reason.startswith("已发送 2 个标签，共 3 个。")
    assert (published.state, published.reason) == (PostState.PUBLISHED, "")
    assert count_received(setup) == {"oAn": 1, "oBo": 1, "oChen": 1, "oDing": 1}


async def test_a_tag_that_is_deleted_in_mid_campaign_is_named_and_the_others_are_sent_to(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url, kind="subscription") as setup:
        tag_followers(setup)
        post = await schedule_to(setup, 101, 102, 103)
        await setup.sender.send_due()
        book = setup.platform.account().followers
        del book.tags[102]
        book.followers["oChen"].tag_ids.clear()
        for _ in range(6):
            await setup.pass_time(DAY / 2)
        published = await setup.read(post)

    assert (published.state, published.reason) == (
        PostState.PUBLISHED,
        "部分标签没有发出。标签 102 已经被删除（45159），请换一个标签。",
    )
    assert count_received(setup) == {"oAn": 1, "oBo": 1, "oDing": 1}


async def test_a_segment_whose_answer_was_lost_reaches_its_followers_once(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        tag_followers(setup)
        setup.platform.fail_next(SEND_ALL, 0)
        setup.platform.fail_next(SEND_ALL, "deaf")
        post = await schedule_to(setup, 101, 102)
        await setup.sender.send_due()
        await setup.pass_time(62)
        await setup.pass_time(300)
        published = await setup.read(post)

    assert published.state is PostState.PUBLISHED
    assert count_received(setup) == {"oAn": 1, "oBo": 1, "oChen": 1}


async def test_a_segment_that_the_platform_stops_does_not_stop_the_others(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        tag_followers(setup)
        plans = setup.platform.account().store(JobPlans).mass_sends
        plans.extend([MassPlan(), MassPlan(status="err(20001)")])
        post = await schedule_to(setup, 101, 102)
        await setup.sender.send_due()
        await setup.pass_time(60)
        published = await setup.read(post)

    assert (published.state, published.reason[:30]) == (
        PostState.PUBLISHED,
        "部分标签没有发出。标签 102：群发失败：平台没有发送（可能"[:30],
    )


def test_segments_come_to_one_outcome() -> None:
    sent, failed = PublishedOutcome(["u"]), FailedOutcome("不合法")

    assert combine_segments([None], [failed]) == failed
    assert combine_segments([1, 2], [failed]) == failed
    assert combine_segments([1, 2], [sent, sent]) == PublishedOutcome(["u", "u"])
    assert combine_segments([1, 2], [sent, failed]) == PublishedOutcome(
        ["u"], note="部分标签没有发出。标签 2：不合法"
    )
    assert combine_segments([1, 2], [sent, PendingOutcome(60.0)]) == PendingOutcome(60.0)
    assert combine_segments([1, 2, 3], [sent, PendingOutcome(), PendingOutcome(60.0, "等")]) == (
        PendingOutcome(None, "已发送 2 个标签，共 3 个。等")
    )
    assert combine_segments([1, 2], [UnconfirmedOutcome("不明"), sent]) == UnconfirmedOutcome(
        "标签 1：不明"
    )


def test_a_month_without_quota_is_waited_for_after_a_day_without() -> None:
    assert find_next_try(NOW, 1, NOW + 60) == NOW + DAY
    assert find_next_try(NOW, 1, NOW + 3 * DAY + 60) == NOW + 4 * DAY
    assert find_next_try(NOW, 2, NOW + DAY) == NOW + 17 * DAY  # from 15 January to 1 February
