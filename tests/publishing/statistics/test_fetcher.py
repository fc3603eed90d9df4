"""A worker's fetcher against the simulated platform, with one clock for both."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.publishing.statistics.fetch_log import LEASE, FetchLog
from app.publishing.statistics.fetcher import StatisticsFetcher, build_fetcher
from app.publishing.statistics.repository import StoredStatistics, select_account_days
from app.publishing.statistics.values import (
    AccountDay,
    ArticleDayFigures,
    Dataset,
    DatasetDay,
    FetchState,
    Figures,
)
from app.simulator.clock import Clock
from app.simulator.platform import Platform
from app.simulator.publishing.articles import StoredDraft, publish
from app.simulator.statistics.store import ArticleVisit, StatisticsStore
from tests.wechat.client.support import SHOP, make_platform, open_client

NOON = datetime(2026, 3, 9, 4, 0, tzinfo=UTC).timestamp()  # in China
DAY = date(2026, 3, 9)
YESTERDAYS = [
    DatasetDay(account="shop", dataset=each, day=DAY - timedelta(1), state=FetchState.STORED)
    for each in Dataset
]
TO_EIGHT = 20 * 3_600.0  # from NOON to the next 08:00
A_DAY = 86_400.0
SHOP_WITHOUT_SECRET = replace(SHOP, name="other", secret="")
READS, DETAILS = "/datacube/getarticleread", "/datacube/getarticletotaldetail"
SUMMARY, TOTALS = "/datacube/getbizsummary", "/datacube/getusercumulate"


@dataclass(frozen=True, kw_only=True)
class FetcherSetup:
    """A fetcher, the platform and their clock."""

    fetcher: StatisticsFetcher
    statistics: StoredStatistics
    platform: Platform
    clock: Clock

    async def fetch_after(self, seconds: float) -> dict[str, int]:
        """Let time pass, then the worker fetch; how often it called which interface."""
        self.clock.turn(seconds)
        before = self.platform.calls.copy()
        await self.fetcher.fetch_due()
        calls = self.platform.calls - before
        return {path: calls[path] for path in calls if path.startswith("/datacube/")}

    async def read_days(self, days: int = 1) -> list[AccountDay]:
        """The stored days from DAY on."""
        query = select_account_days("shop", DAY, DAY + timedelta(days - 1))
        return [AccountDay(**row) for row in await self.statistics.read_rows(query)]

    async def list_open(self) -> list[tuple[Dataset, date, FetchState, int | None]]:
        """The days that aren't complete."""
        days = await self.fetcher.days.list_open("shop", date(2025, 1, 1), date(2027, 1, 1))
        return [(each.dataset, each.day, each.state, each.code) for each in days]


@contextlib.asynccontextmanager
async def open_fetcher(
    engine: AsyncEngine, redis_url: str, limits: dict[str, int] | None = None, **account: Any
) -> AsyncIterator[FetcherSetup]:
    """At NOON of DAY; the figures of the day before are stored."""
    clock = Clock(NOON)
    platform = make_platform(clock, **account)
    async with open_client(redis_url, platform, limits) as client:
        fetcher = build_fetcher(engine, client, {"shop": SHOP}, clock)
        await fetcher.days.store("shop", Figures(), YESTERDAYS)
        yield FetcherSetup(
            fetcher=fetcher,
            statistics=StoredStatistics(engine),
            platform=platform,
            clock=clock,
        )


def publish_article(platform: Platform) -> str:
    """The msgid of an article that is published now, read by two and shared by one."""
    articles: list[dict[str, Any]] = [{"title": "春茶上新", "need_open_comment": 1}]
    draft = StoredDraft(articles=articles, urls=["/"], created_at=0, updated_at=0)
    now = platform.clock()
    publish(platform.account(), draft, msg_data_id=7, published_at=now, mass=False)
    platform.account().store(StatisticsStore).visits += [
        ArticleVisit(msgid="7_1", openid="oMei", at=now, shares=True, minutes=3.0),
        ArticleVisit(msgid="7_1", openid="oAn", at=now, scene="朋友圈", finishes=False),
    ]
    return "7_1"


async def test_the_figures_of_a_day_come_the_next_morning_and_grow(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_fetcher(engine, redis_url) as setup:
        msgid = publish_article(setup.platform)
        at_night = await setup.fetch_after(TO_EIGHT - 1)
        in_the_morning = await setup.fetch_after(1)
        again = await setup.fetch_after(60)
        [account_day] = await setup.read_days()
        article_day = await setup.statistics.read_article_day("shop", msgid, DAY)
        morning_after = await setup.fetch_after(A_DAY)
        second_day = await setup.statistics.read_article_day("shop", msgid, DAY + timedelta(1))

    assert (at_night, again) == ({}, {})
    assert (len(in_the_morning), set(in_the_morning.values())) == (7, {1})
    assert account_day == AccountDay(
        day=DAY, new_followers=1, lost_followers=0, followers=1, messages=0, readers=2, sharers=1,
        hearts=0, likes=0, comments=0, collectors=0, source_openers=0, articles_published=1,
        follower_sources={"1": [1, 0]}, message_types={},
        reader_scenes={"公众号消息": 1, "朋友圈": 1},
    )  # fmt: skip
    assert article_day == ArticleDayFigures(
        day=DAY, msgid=msgid, readers=2, sharers=1, total_readers=2, total_sharers=1,
        total_hearts=0, total_likes=0, total_comments=0, total_collectors=0, total_praise=0,
        total_new_followers=0, delivery_rate=0.0, finish_rate=0.5, minutes_read=2.0,
        reader_scenes={"公众号消息": 1, "朋友圈": 1}, leave_rates={"1": 0.5, "5": 0.5},
    )  # fmt: skip
    assert morning_after[DETAILS] == 2  # the new day, and DAY anew
    assert second_day is not None
    assert (second_day.readers, second_day.total_readers) == (None, 2)


async def test_late_and_delayed_days_are_fetched_until_they_are_complete(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_fetcher(engine, redis_url) as setup:
        store = setup.platform.account().store(StatisticsStore)
        store.late_days, store.delayed = [DAY.isoformat()], True
        await setup.fetch_after(TO_EIGHT + A_DAY)
        while_late = await setup.list_open()
        store.late_days = []
        await setup.fetch_after(300)
        while_delayed = await setup.list_open()
        store.delayed = False
        await setup.fetch_after(900)
        complete = await setup.list_open()
        days = await setup.read_days(2)

    delayed_days = [Dataset.DETAILS, Dataset.READS, Dataset.SHARES, Dataset.SUMMARY]
    assert {dataset for dataset, *rest in while_late if rest == [DAY, FetchState.LATE, 61503]} == {
        *Dataset
    }
    assert while_delayed == [
        (dataset, DAY + timedelta(n), FetchState.STORED, None)
        for n in range(2)
        for dataset in delayed_days
    ]
    assert complete == []
    assert [each.followers for each in days] == [1, 1]


async def test_a_gap_of_more_than_a_month_is_filled_within_the_spans(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_fetcher(engine, redis_url) as setup:
        calls = await setup.fetch_after(TO_EIGHT + 31 * A_DAY)
        days = await setup.read_days(32)
        still_open = await setup.list_open()

    assert (calls[READS], calls[TOTALS], calls[SUMMARY]) == (32, 5, 2)
    assert ([each.followers for each in days], still_open) == ([1] * 32, [])


async def test_days_that_the_platform_has_no_more_are_told(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_fetcher(engine, redis_url) as setup:
        first, last = date(2025, 11, 1), date(2025, 11, 2)
        setup.platform.fail_next(TOTALS, 61501, times=2)  # of two days, then of the later one
        await setup.fetcher.days.request("shop", first, last, NOON)
        await setup.fetch_after(0)
        open_days = await setup.list_open()
        await setup.fetcher.days.request("shop", last, last, NOON)
        await setup.fetch_after(0)
        after_request = await setup.list_open()

    assert open_days == [(Dataset.FOLLOWER_TOTALS, last, FetchState.GONE, 61501)]
    assert after_request == []


async def test_an_account_without_the_right_is_asked_for_once_a_morning(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_fetcher(engine, redis_url, kind="subscription", verified=False) as setup:
        mornings = [await setup.fetch_after(seconds) for seconds in (TO_EIGHT, 60, A_DAY - 60)]
        open_days = await setup.list_open()

    assert [sum(calls.values()) for calls in mornings] == [1, 0, 1]
    assert {(state, code) for _, _, state, code in open_days} == {(FetchState.REFUSED, 48001)}
    assert len(open_days) == 2 * len(Dataset)


async def test_without_quota_the_rest_waits_for_the_next_morning(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_fetcher(engine, redis_url, {READS: 2}) as setup:
        await setup.fetch_after(TO_EIGHT + 3 * A_DAY)
        without_quota = await setup.list_open()
        await setup.fetch_after(A_DAY)
        next_morning = await setup.list_open()

    assert without_quota == [  # the newest days came first
        (Dataset.READS, DAY + timedelta(n), FetchState.REFUSED, 45009) for n in range(2)
    ]
    assert next_morning == [(Dataset.READS, DAY, FetchState.REFUSED, 45009)]


async def test_what_a_dead_worker_claimed_is_fetched_when_its_lease_ends(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_fetcher(engine, redis_url) as setup:
        setup.clock.turn(TO_EIGHT)
        await setup.fetcher.days.add_new_days("shop", setup.clock())
        claimed_days = await setup.fetcher.days.claim_due("shop", setup.clock())
        before = await setup.fetch_after(LEASE - 1)
        after = await setup.fetch_after(1)

    assert (len(claimed_days), before) == (len(Dataset), {})
    assert (len(after), set(after.values())) == (7, {1})


async def test_workers_at_the_same_time_share_the_days(engine: AsyncEngine, redis_url: str) -> None:
    async with open_fetcher(engine, redis_url) as setup:
        setup.clock.turn(TO_EIGHT)
        before = setup.platform.calls.copy()
        await asyncio.gather(*(setup.fetcher.fetch_due() for _ in range(3)))
        calls = setup.platform.calls - before

    assert {calls[path] for path in calls if "datacube" in path} == {1}


async def test_an_account_without_a_secret_is_passed_over(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_fetcher(engine, redis_url) as setup:
        nobody = build_fetcher(
            engine, setup.fetcher.queries.datacube.client, {"other": SHOP_WITHOUT_SECRET}
        )
        await nobody.fetch_due()

    assert await FetchLog(engine).list_open("other", date(2000, 1, 1), date(2100, 1, 1)) == []
