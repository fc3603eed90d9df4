"""Publications, against the simulator."""

from typing import Any

import pytest

from app.simulator.clock import Clock
from app.simulator.publishing.jobs import JobPlans, PublishPlan
from app.wechat.client.errors import ApiError, BudgetUsedUp, InvalidField
from app.wechat.client.families.freepublish import (
    PublicationPage,
    PublicationState,
    PublishedUrl,
    PublishedUrls,
    Publisher,
    PublishStatus,
)
from tests.wechat.client.families.drafting import add_draft
from tests.wechat.client.support import SHOP, make_platform, open_client


async def test_a_draft_is_published_only_when_the_platform_says_so(redis_url: str) -> None:
    clock = Clock()

    async with open_client(redis_url, make_platform(clock)) as client:
        publisher = Publisher(client)
        submitted = await publisher.submit(SHOP, await add_draft(client))
        running = await publisher.get_publication(SHOP, submitted.publish_id)
        clock.turn(2)
        published = await publisher.get_publication(SHOP, submitted.publish_id)

    publish_id = submitted.publish_id
    assert published.article_detail is not None
    (url,) = published.article_detail.item
    assert running == PublicationState(publish_id=publish_id, publish_status=PublishStatus.RUNNING)
    assert published == PublicationState(
        publish_id=publish_id,
        publish_status=PublishStatus.PUBLISHED,
        article_id=published.article_id,
        article_detail=PublishedUrls(
            count=1, item=(PublishedUrl(idx=1, article_url=url.article_url),)
        ),
    )
    assert url.article_url.startswith("http://mp.weixin.qq.com/s/")


@pytest.mark.parametrize("status", [2, 3, 4])
async def test_a_refused_publication_says_why(redis_url: str, status: int) -> None:
    clock = Clock()
    platform = make_platform(clock)
    plan = PublishPlan(status={2: 2, 3: 3, 4: 4}[status], failed_articles=(1,))  # type: ignore[arg-type]
    platform.account().store(JobPlans).publications.append(plan)

    async with open_client(redis_url, platform) as client:
        publisher = Publisher(client)
        submitted = await publisher.submit(SHOP, await add_draft(client))
        clock.turn(2)
        refused = await publisher.get_publication(SHOP, submitted.publish_id)

    assert (refused.publish_status, refused.fail_idx) == (PublishStatus(status), (1,))


async def test_published_articles_are_listed_and_withdrawn(redis_url: str) -> None:
    clock = Clock()

    async with open_client(redis_url, make_platform(clock)) as client:
        publisher = Publisher(client)
        submitted = await publisher.submit(SHOP, await add_draft(client, "一", "二"))
        clock.turn(2)
        state = await publisher.get_publication(SHOP, submitted.publish_id)
        page = await publisher.list_page(SHOP, content=True)
        await publisher.delete(SHOP, state.article_id, index=2)
        articles = await publisher.get_articles(SHOP, state.article_id)
        await publisher.delete(SHOP, state.article_id)
        empty = await publisher.list_page(SHOP)

    (item,) = page.item
    assert [(each.title, each.content) for each in item.content.news_item] == [
        ("一", "<p>你好</p>"), ("二", "<p>你好</p>"),
    ]  # fmt: skip
    assert (item.article_id, page.total_count) == (state.article_id, 1)
    assert [each.is_deleted for each in articles.news_item] == [False, True]
    assert empty == PublicationPage(total_count=0, item_count=0)


@pytest.mark.parametrize(
    "account", [{"kind": "personal", "verified": False}, {"kind": "service", "verified": False}]
)
async def test_unverified_accounts_have_no_right_to_publish(
    redis_url: str, account: dict[str, Any]
) -> None:
    async with open_client(redis_url, make_platform(**account)) as client:
        with pytest.raises(ApiError) as refusal:
            await Publisher(client).submit(SHOP, "DRAFT")

    assert refusal.value.code == 48001
    assert refusal.value.meaning is not None
    assert refusal.value.meaning.reaction == "capability off"


async def test_polling_stays_within_a_hundred_calls_a_day(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        publisher = Publisher(client)
        submitted = await publisher.submit(SHOP, await add_draft(client))
        for _ in range(100):
            await publisher.get_publication(SHOP, submitted.publish_id)
        with pytest.raises(BudgetUsedUp):
            await publisher.get_publication(SHOP, submitted.publish_id)

    assert platform.calls["/cgi-bin/freepublish/get"] == 100


async def test_what_names_no_publication_is_not_sent(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        publisher = Publisher(client)
        with pytest.raises(InvalidField, match="publish_id: must not be empty"):
            await publisher.get_publication(SHOP, "")
        with pytest.raises(InvalidField, match="article_id: must not be empty"):
            await publisher.get_articles(SHOP, " ")
        with pytest.raises(InvalidField, match="index: from 0 to 8; this is 9"):
            await publisher.delete(SHOP, "A", 9)
        with pytest.raises(InvalidField, match="count: from 1 to 20; this is 21"):
            await publisher.list_page(SHOP, count=21)

    assert platform.calls.total() == 0
