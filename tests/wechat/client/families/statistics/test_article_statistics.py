"""Statistics of articles, against the simulator."""

from datetime import date

import pytest

from app.simulator.clock import Clock
from app.simulator.statistics.store import ArticleVisit, StatisticsStore
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.freepublish import Publisher
from app.wechat.client.families.statistics.article_statistics import (
    ArticleDay,
    ArticleReads,
    ArticleShares,
    ArticleStatistics,
    ArticleSummary,
    DailyReads,
    DailyShares,
    JumpShare,
    ReadCounts,
    SceneReads,
    ShareCounts,
    SummaryCounts,
    SummaryDay,
)
from tests.wechat.client.families.drafting import add_draft
from tests.wechat.client.support import SHOP, make_platform, open_client

NOW = 1_700_000_000.0  # 2023-11-15 06:13:20 in China
DAY = date(2023, 11, 15)
TEN_O_CLOCK = 86_400 + 3 * 3600 + 46 * 60 + 40  # from NOW to the next day, 10:00
MSGID = "2247490098_1"
READERS = (
    SceneReads(user_count=2, scene_desc="全部"),
    SceneReads(user_count=1, scene_desc="公众号消息"),
    SceneReads(user_count=1, scene_desc="朋友圈"),
)


def visits(msgid: str = MSGID) -> list[ArticleVisit]:
    """Two followers: one read to the end and shared, one left."""
    return [
        ArticleVisit(msgid=msgid, openid="oMei", at=NOW, shares=True, likes=True, minutes=3.0),
        ArticleVisit(
            msgid=msgid, openid="oAn", at=NOW, scene="朋友圈", minutes=1.0, finishes=False
        ),
    ]  # fmt: skip


async def test_yesterdays_reads_and_shares_are_there_after_eight(redis_url: str) -> None:
    clock = Clock()
    platform = make_platform(clock)
    platform.account().store(StatisticsStore).visits += visits()

    async with open_client(redis_url, platform) as client:
        statistics = ArticleStatistics(client)
        clock.turn(TEN_O_CLOCK - 2 * 3600 - 1)  # 07:59:59
        with pytest.raises(ApiError) as too_early:
            await statistics.get_reads(SHOP, DAY)
        clock.turn(1)
        reads = await statistics.get_reads(SHOP, DAY)
        shares = await statistics.get_shares(SHOP, DAY)

    detail = ReadCounts(read_user=2, read_user_source=READERS)
    assert too_early.value.code == 61503
    assert too_early.value.meaning is not None
    assert too_early.value.meaning.reaction == "later"
    assert reads == DailyReads(
        rows=(ArticleReads(ref_date=DAY, msgid=MSGID, detail=detail),), is_delay=False
    )
    counts = ShareCounts(share_user=1)
    assert shares == DailyShares(
        rows=(ArticleShares(ref_date=DAY, msgid=MSGID, detail=counts),), is_delay=False
    )


async def test_the_account_is_summed_up_day_by_day(redis_url: str) -> None:
    clock = Clock()
    platform = make_platform(clock)
    store = platform.account().store(StatisticsStore)
    store.visits += visits()
    store.delayed = True

    async with open_client(redis_url, platform) as client:
        clock.turn(TEN_O_CLOCK)
        summary = await ArticleStatistics(client).get_summary(SHOP, date(2023, 11, 14), DAY)

    nobody = (SceneReads(user_count=0, scene_desc="全部"),)
    empty = SummaryCounts(read_user=0, share_user=0, read_user_source=nobody)
    day = SummaryCounts(read_user=2, share_user=1, like_user=1, read_user_source=READERS)
    assert summary == ArticleSummary(
        rows=(
            SummaryDay(ref_date=date(2023, 11, 14), detail=empty),
            SummaryDay(ref_date=DAY, detail=day),
        ),
        is_delay=True,
    )


async def test_an_article_tells_how_far_it_was_read(redis_url: str) -> None:
    clock = Clock()
    platform = make_platform(clock)

    async with open_client(redis_url, platform) as client:
        submitted = await Publisher(client).submit(SHOP, await add_draft(client))
        msgid = f"{submitted.msg_data_id}_1"
        platform.account().store(StatisticsStore).visits += visits(msgid)
        clock.turn(TEN_O_CLOCK)
        details = await ArticleStatistics(client).get_details(SHOP, DAY)

    (article,) = details.rows
    assert (article.msgid, article.title, article.publish_type) == (msgid, "春季新品", 1)
    assert article.detail_list == (
        ArticleDay(
            stat_date=DAY, read_user=2, read_user_source=READERS, share_user=1, like_user=1,
            read_finish_rate=0.5, read_avg_activetime=2.0,
            read_jump_position=(JumpShare(position=1, rate=0.5), JumpShare(position=5, rate=0.5)),
        ),
    )  # fmt: skip


async def test_a_day_that_is_not_over_has_no_figures(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(ApiError) as refusal:
            await ArticleStatistics(client).get_reads(SHOP, DAY)

    assert refusal.value.code == 61501


async def test_a_summary_has_at_most_thirty_days(redis_url: str) -> None:
    platform = make_platform()

    async with open_client(redis_url, platform) as client:
        statistics = ArticleStatistics(client)
        with pytest.raises(InvalidField, match="end_date: a span of 1 to 30 days; this has 31"):
            await statistics.get_summary(SHOP, date(2023, 10, 15), date(2023, 11, 14))
        with pytest.raises(InvalidField, match="this has 0"):
            await statistics.get_summary(SHOP, DAY, date(2023, 11, 14))

    assert platform.calls.total() == 0
