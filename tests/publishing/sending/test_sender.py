"""Posts on their way to the simulated platform: sent once, whatever happens in between."""

import base64
from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.account_rights.values import AccountRights
from app.publishing.sending.outcomes import NO_RIGHT
from app.publishing.values import Channel, PostState
from app.simulator.families.freepublish import STATUS, SUBMIT
from app.simulator.families.mass_send import SEND_ALL
from app.simulator.publishing.jobs import JobPlans, MassPlan, PublishPlan
from app.simulator.publishing.media_store import MediaStore
from tests.publishing.factories import ARTICLE, make_content
from tests.publishing.images.pictures import draw
from tests.publishing.sending.senders import (
    ACCOUNT,
    SenderSetup,
    build_test_sender,
    open_sender,
)

PICTURE = "data:image/webp;base64," + base64.b64encode(draw("WEBP")).decode()
ADD, UPDATE = "/cgi-bin/draft/add", "/cgi-bin/draft/update"
UPLOAD, ADD_MATERIAL = "/cgi-bin/media/uploadimg", "/cgi-bin/material/add_material"


def plan(setup: SenderSetup, *plans: PublishPlan) -> None:
    setup.platform.account().store(JobPlans).publications.extend(plans)


async def test_a_post_is_published_when_the_platform_says_so(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        post = await setup.schedule()
        await setup.sender.send_due()
        submitted = await setup.read(post)
        await setup.pass_time(60)
        published = await setup.read(post)
        steps = {step.name: step.answer for step in await setup.sender.steps.list_all(post)}

    assert (submitted.state, published.state) == (PostState.SENDING, PostState.PUBLISHED)
    [message] = setup.published
    assert (message.articles[0]["title"], message.is_mass_sent) == ("春茶上新", False)
    assert "<strong" in message.articles[0]["content"]
    assert steps["result"] == {
        "status": 0, "urls": message.urls, "article_id": message.article_id
    }  # fmt: skip


async def test_a_post_is_not_sent_before_its_time(engine: AsyncEngine, redis_url: str) -> None:
    async with open_sender(engine, redis_url) as setup:
        post = await setup.schedule()
        await setup.service.schedule("default", post.id, setup.clock() + 3600)
        await setup.sender.send_due()

    assert (await setup.read(post)).state is PostState.SCHEDULED
    assert setup.platform.calls[ADD] == 0


async def test_a_cover_that_somebody_deleted_on_the_platform_is_uploaded_again(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        plan(setup, *[PublishPlan(seconds=0)] * 2)
        posts = []
        for _ in range(2):
            posts.append(await setup.schedule())
            await setup.sender.send_due()
            await setup.pass_time(60)
            setup.platform.account().store(MediaStore).files.clear()
        states = [(await setup.read(post)).state for post in posts]

    assert states == [PostState.PUBLISHED] * 2
    assert setup.platform.calls[ADD_MATERIAL] == 2


async def test_images_are_uploaded_once_and_named_in_the_content(
    engine: AsyncEngine, redis_url: str
) -> None:
    article = replace(ARTICLE, source=f"![茶]({PICTURE})\n\n![又一张]({PICTURE})", cover=PICTURE)
    async with open_sender(engine, redis_url) as setup:
        await setup.schedule(make_content(article))
        await setup.schedule(make_content(article))
        await setup.sender.send_due()
        await setup.pass_time(60)

    content = setup.published[0].articles[0]["content"]
    assert setup.platform.calls[UPLOAD] == 1
    assert content.count('src="http://mmbiz.qpic.cn/') == content.count('data-w="40"') == 2
    assert "data:image" not in content


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (2, "原创声明没有通过：与已有的原创文章重复。（第 1 篇）"),
        (4, "没有通过平台审核，请修改内容后重新提交。（第 1 篇）"),
        (6, "发布后被平台封禁。"),
    ],
)
async def test_what_the_platform_refuses_is_said_to_the_author(
    engine: AsyncEngine, redis_url: str, status: int, reason: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        plan(setup, PublishPlan(status=status))  # type: ignore[arg-type]
        post = await setup.schedule()
        await setup.sender.send_due()
        await setup.pass_time(60)
        failed = await setup.read(post)

    assert (failed.state, failed.reason, failed.approval) == (PostState.FAILED, reason, None)


async def test_a_failed_post_is_sent_again_as_a_new_version_of_the_same_draft(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        plan(setup, PublishPlan(status=4))
        post = await setup.schedule()
        await setup.sender.send_due()
        await setup.pass_time(60)
        await setup.service.submit("default", post.id, 1)
        await setup.service.approve("default", post.id, by="王敏", version=2)
        await setup.service.schedule("default", post.id, None)
        await setup.sender.send_due()
        await setup.pass_time(60)

    assert (await setup.read(post)).state is PostState.PUBLISHED
    calls = setup.platform.calls
    assert (calls[ADD], calls[UPDATE], calls[SUBMIT]) == (1, 1, 2)
    assert len(setup.published) == 1


async def test_an_account_without_the_right_gets_the_html_to_paste(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url, kind="personal", verified=False) as setup:
        post = await setup.schedule()
        await setup.sender.send_due()
        handed_over = await setup.read(post)

    assert (handed_over.state, handed_over.channel) == (PostState.EXPORTED, "export")
    assert handed_over.reason == NO_RIGHT


@pytest.mark.parametrize("channel", ["publish", "mass"])
async def test_an_account_that_is_known_to_have_no_right_is_not_tried(
    engine: AsyncEngine, redis_url: str, channel: Channel
) -> None:
    rights = AccountRights(
        kind="subscription", is_verified=False, is_personal=True, rights=frozenset()
    )
    async with open_sender(engine, redis_url) as setup:
        sender = replace(setup.sender, accounts={"default": replace(ACCOUNT, rights=rights)})
        post = await setup.schedule(make_content(channel=channel))
        await sender.send_due()
        handed_over = await setup.read(post)

    assert (handed_over.state, handed_over.reason) == (PostState.EXPORTED, NO_RIGHT)
    assert setup.platform.calls == {}


async def test_a_submission_whose_answer_was_lost_is_not_repeated(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        setup.platform.fail_next(SUBMIT, "deaf")
        post = await setup.schedule()
        await setup.sender.send_due()
        uncertain = await setup.read(post)
        await setup.pass_time(60)
        published = await setup.read(post)

    assert (uncertain.state, published.state) == (PostState.SENDING, PostState.PUBLISHED)
    assert (setup.platform.calls[SUBMIT], len(setup.published)) == (1, 1)


async def test_a_submission_that_was_never_heard_is_made_again(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        setup.platform.fail_next(SUBMIT, "cut")
        post = await setup.schedule()
        await setup.sender.send_due()
        await setup.pass_time(60)
        early_calls = setup.platform.calls[SUBMIT]
        await setup.pass_time(1_800)
        await setup.pass_time(300)

    assert early_calls == 1
    assert (await setup.read(post)).state is PostState.PUBLISHED
    assert (setup.platform.calls[SUBMIT], len(setup.published)) == (2, 1)


async def test_a_draft_whose_answer_was_lost_is_taken_over(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        setup.platform.fail_next(ADD, "deaf")
        post = await setup.schedule()
        await setup.sender.send_due()
        await setup.pass_time(60)
        await setup.pass_time(300)

    assert (await setup.read(post)).state is PostState.PUBLISHED
    assert (setup.platform.calls[ADD], len(setup.drafts.drafts)) == (1, 0)


async def test_a_mass_send_whose_answer_was_lost_reaches_followers_once(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        setup.platform.fail_next(SEND_ALL, "deaf")
        post = await setup.schedule(make_content(channel="mass"))
        await setup.sender.send_due()
        await setup.pass_time(62)
        await setup.pass_time(300)

    assert (await setup.read(post)).state is PostState.PUBLISHED
    assert len(setup.platform.sent["oMei"]) == 1
    assert setup.platform.calls[SEND_ALL] == 2


async def test_a_worker_that_dies_is_replaced_by_another(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        post = await setup.schedule(make_content(channel="mass"))
        leased = await setup.sender.posts.lease_due("dead", 900)
        await setup.sender.send_due()
        early_calls = setup.platform.calls[SEND_ALL]
        await setup.pass_time(901)
        await setup.pass_time(60)

    assert leased is not None
    assert early_calls == 0
    assert (await setup.read(post)).state is PostState.PUBLISHED
    assert len(setup.platform.sent["oMei"]) == 1


async def test_a_mass_send_without_quota_says_so_and_sends_nothing_later(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url, kind="subscription") as setup:
        first = await setup.schedule(make_content(channel="mass"))
        await setup.sender.send_due()
        second = await setup.schedule(make_content(channel="mass"))
        await setup.sender.send_due()
        await setup.pass_time(2 * 86_400)
        refused = await setup.read(second)

    assert (await setup.read(first)).state is PostState.PUBLISHED
    assert (refused.state, refused.reason[:20]) == (
        PostState.FAILED,
        "没有群发额度（45028）。当日额度已用完"[:20],
    )
    assert len(setup.platform.sent["oMei"]) == 1


async def test_a_tag_that_was_deleted_is_named(engine: AsyncEngine, redis_url: str) -> None:
    async with open_sender(engine, redis_url) as setup:
        post = await setup.schedule(make_content(channel="mass", tag_ids=(999,)))
        await setup.sender.send_due()
        failed = await setup.read(post)

    assert failed.state is PostState.FAILED
    assert failed.reason == "标签 999 已经被删除（45159），请换一个标签。"


async def test_a_mass_send_that_the_platform_stops_is_told(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        setup.platform.account().store(JobPlans).mass_sends.append(MassPlan(status="send fail"))
        post = await setup.schedule(make_content(channel="mass"))
        await setup.sender.send_due()
        await setup.pass_time(60)
        failed = await setup.read(post)

    assert failed.state is PostState.FAILED
    assert failed.reason.startswith("群发失败：平台没有发送")


async def test_a_withdrawn_post_is_deleted_from_the_platform(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        post = await setup.schedule()
        await setup.sender.send_due()
        await setup.pass_time(60)
        await setup.service.withdraw("default", post.id, by="王敏", reason="价格写错")
        await setup.sender.send_due()
        withdrawn = await setup.read(post)

    assert (withdrawn.state, withdrawn.reason) == (PostState.WITHDRAWN, "王敏：价格写错")
    assert [message.is_gone for message in setup.published] == [True]


async def test_several_workers_send_each_post_once(engine: AsyncEngine, redis_url: str) -> None:
    async with open_sender(engine, redis_url) as setup:
        client = setup.sender.free.publisher.client
        for _ in range(4):
            await setup.schedule()
        workers = [build_test_sender(engine, client, setup.clock) for _ in range(3)]
        for worker in workers:
            await worker.send_due()
        for worker in workers:
            setup.clock.turn(60)
            await worker.send_due()

    assert (setup.platform.calls[SUBMIT], len(setup.published)) == (4, 4)
    assert setup.platform.calls[STATUS] == 4


async def test_several_articles_go_out_as_one_draft(engine: AsyncEngine, redis_url: str) -> None:
    second = replace(ARTICLE, title="秋茶预订")
    async with open_sender(engine, redis_url) as setup:
        post = await setup.schedule(make_content(ARTICLE, second))
        await setup.sender.send_due()
        await setup.pass_time(60)
        steps = {step.name: step.answer for step in await setup.sender.steps.list_all(post)}

    [message] = setup.published
    assert [article["title"] for article in message.articles] == ["春茶上新", "秋茶预订"]
    assert steps["result"]["urls"] == message.urls
    assert setup.platform.calls[ADD] == 1


async def test_an_image_that_is_gone_at_its_time_fails_before_anything_is_sent(
    engine: AsyncEngine, redis_url: str
) -> None:
    gone = replace(ARTICLE, source="![茶](http://127.0.0.1:9/gone.png)")
    async with open_sender(engine, redis_url) as setup:
        post = await setup.schedule(make_content(gone))
        await setup.sender.send_due()
        failed = await setup.read(post)

    assert failed.state is PostState.FAILED
    assert failed.reason.startswith("图片 http://127.0.0.1:9/gone.png：下载不到")
    assert (setup.platform.calls[ADD], setup.platform.calls[SUBMIT]) == (0, 0)
