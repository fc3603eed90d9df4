"""Waiting has an end: a post that nobody hears of is settled by a named person."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.publishing.lifecycle import WrongState
from app.publishing.sending.outcomes import NO_ANSWER
from app.publishing.values import Post, PostState
from app.simulator.families.freepublish import STATUS, SUBMIT
from app.simulator.families.mass_send import SEND_ALL
from app.simulator.publishing.jobs import JobPlans, MassPlan, PublishPlan
from tests.publishing.factories import make_content
from tests.publishing.sending.senders import SenderSetup, open_sender

HOUR, DAY = 3_600.0, 86_400.0
ADD, DELETE = "/cgi-bin/draft/add", "/cgi-bin/freepublish/delete"


async def publish_without_answer(setup: SenderSetup) -> Post:
    """A post that the platform works on for ten days."""
    plan = PublishPlan(seconds=10 * DAY)
    setup.platform.account().store(JobPlans).publications.append(plan)
    post = await setup.schedule()
    await setup.sender.send_due()
    for _ in range(14):
        await setup.pass_time(6 * HOUR)
    return post


async def test_a_publication_without_an_answer_ends_as_unconfirmed(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        post = await publish_without_answer(setup)
        unconfirmed = await setup.read(post)
        questions = setup.platform.calls[STATUS]
        await setup.pass_time(2 * DAY)
        with pytest.raises(WrongState, match="状态是“结果待确认”，不能撤回"):
            await setup.service.withdraw("default", post.id, by="王敏", reason="")
        settled = await setup.service.settle("default", post.id, by="王敏", is_published=True)

    assert (unconfirmed.state, unconfirmed.reason) == (PostState.UNCONFIRMED, NO_ANSWER)
    assert setup.platform.calls[STATUS] == questions  # nobody asks any more
    assert (settled.state, settled.reason) == (PostState.PUBLISHED, "王敏 确认已发布")
    assert setup.platform.calls[SUBMIT] == 1


async def test_what_was_not_sent_is_submitted_again_as_a_new_version(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        post = await publish_without_answer(setup)
        failed = await setup.service.settle("default", post.id, by="王敏", is_published=False)
        submitted = await setup.service.submit("default", post.id, 1)

    assert (failed.state, failed.reason) == (PostState.FAILED, "王敏 确认没有发出")
    assert (submitted.state, submitted.version) == (PostState.SUBMITTED, 2)


async def test_a_late_event_still_settles_an_unconfirmed_post(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        post = await publish_without_answer(setup)
        step = await setup.sender.steps.find(post, "publish")
        assert step is not None
        result = {"status": 0, "urls": ["https://a"], "article_id": "a1", "failed_articles": []}
        await setup.sender.steps.report("default", step.answer["publish_id"], result)
        await setup.sender.posts.wake("default", post.id)
        await setup.sender.send_due()

    assert (await setup.read(post)).state is PostState.PUBLISHED


async def test_a_mass_send_without_an_answer_ends_as_unconfirmed(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        plan = MassPlan(seconds=10 * DAY, event="missing")
        setup.platform.account().store(JobPlans).mass_sends.append(plan)
        post = await setup.schedule(make_content(channel="mass"))
        await setup.sender.send_due()
        for _ in range(14):
            await setup.pass_time(6 * HOUR)
        unconfirmed = await setup.read(post)

    assert (unconfirmed.state, unconfirmed.reason) == (PostState.UNCONFIRMED, NO_ANSWER)
    assert setup.platform.calls[SEND_ALL] == 1


async def test_a_platform_that_is_busy_for_a_day_fails_the_post_before_anything_is_sent(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        setup.platform.fail_next(ADD, 45011, times=100)
        post = await setup.schedule()
        await setup.sender.send_due()
        waiting = await setup.read(post)
        await setup.pass_time(DAY + 60)
        failed = await setup.read(post)

    assert (waiting.state, failed.state) == (PostState.SENDING, PostState.FAILED)
    assert failed.reason.startswith("24 小时内一直没有连上微信公众平台，没有发出。")
    assert setup.platform.calls[SUBMIT] == 0


async def test_a_deletion_that_the_platform_does_not_answer_is_tried_again(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        post = await setup.schedule()
        await setup.sender.send_due()
        await setup.pass_time(60)
        await setup.service.withdraw("default", post.id, by="王敏", reason="价格写错")
        setup.platform.fail_next(DELETE, "cut")
        await setup.sender.send_due()
        still_there = [message.is_gone for message in setup.published]
        await setup.pass_time(60)
        withdrawn = await setup.read(post)

    assert (still_there, [each.is_gone for each in setup.published]) == ([False], [True])
    assert (withdrawn.state, withdrawn.reason) == (PostState.WITHDRAWN, "王敏：价格写错")
