"""Statistics of articles that the platform maintains no more (停止维护); see article_statistics.

They are here for figures of before 2025-11.
"""

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from app.accounts import Account
from app.wechat.client.core import PlatformAnswer, PlatformClient
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.statistics import build_span

GET_ARTICLE_SUMMARY = PlatformInterface(
    path="/datacube/getarticlesummary",
    title="获取图文群发每日数据（停止维护）",
    page="/doc/service/api/wedata/news/api_getarticlesummary.md",
    accounts="verified",
    repeatable=True,
)
GET_ARTICLE_TOTAL = PlatformInterface(
    path="/datacube/getarticletotal",
    title="获取图文群发总数据（停止维护）",
    page="/doc/service/api/wedata/news/api_getarticletotal.md",
    accounts="verified",
    repeatable=True,
)
GET_USER_READ = PlatformInterface(
    path="/datacube/getuserread",
    title="获取图文阅读概况数据（停止维护）",
    page="/doc/service/api/wedata/news/api_getuserread.md",
    accounts="verified",
    repeatable=True,
)
GET_USER_READ_HOUR = PlatformInterface(
    path="/datacube/getuserreadhour",
    title="获取图文阅读分时数据（停止维护）",
    page="/doc/service/api/wedata/news/api_getuserreadhour.md",
    accounts="verified",
    repeatable=True,
)
GET_USER_SHARE = PlatformInterface(
    path="/datacube/getusershare",
    title="获取图文转发概况数据（停止维护）",
    page="/doc/service/api/wedata/news/api_getusershare.md",
    accounts="verified",
    repeatable=True,
)
GET_USER_SHARE_HOUR = PlatformInterface(
    path="/datacube/getusersharehour",
    title="获取图文转发分时数据（停止维护）",
    page="/doc/service/api/wedata/news/api_getusersharehour.md",
    accounts="verified",
    repeatable=True,
)


class PageCounts(PlatformAnswer):
    """Readers of the article's page and of its original page, and what they did."""

    int_page_read_user: int = 0
    int_page_read_count: int = 0
    ori_page_read_user: int = 0
    ori_page_read_count: int = 0
    share_user: int = 0
    share_count: int = 0
    add_to_fav_user: int = 0
    add_to_fav_count: int = 0


class OldArticleDay(PageCounts):
    """One article on the day when it was sent."""

    ref_date: date
    msgid: str
    title: str = ""


class OldArticleDays(PlatformAnswer):
    """All articles of a day."""

    rows: tuple[OldArticleDay, ...] = Field(alias="list")


class OldArticleSum(PageCounts):
    """Sums up to a day; `target_user` are those whom it was sent to."""

    stat_date: date
    target_user: int = 0


class OldArticleTotal(PlatformAnswer):
    """One article with up to seven days."""

    ref_date: date
    msgid: str
    title: str = ""
    details: tuple[OldArticleSum, ...] = ()


class OldArticleTotals(PlatformAnswer):
    """All articles that were sent on a day."""

    rows: tuple[OldArticleTotal, ...] = Field(alias="list")


class OldReadRow(PageCounts):
    """All articles together on a day or in an hour (1400), by channel."""

    ref_date: date
    ref_hour: int | None = None
    user_source: int | None = None


class OldReadRows(PlatformAnswer):
    """Days or hours."""

    rows: tuple[OldReadRow, ...] = Field(alias="list")


class OldShareRow(PlatformAnswer):
    """Shares on a day or in an hour by where they went: 1 friends, 2 Moments, 255 others."""

    ref_date: date
    ref_hour: int | None = None
    share_scene: int
    share_count: int
    share_user: int


class OldShareRows(PlatformAnswer):
    """Days or hours."""

    rows: tuple[OldShareRow, ...] = Field(alias="list")


@dataclass(frozen=True, slots=True)
class RetiredStatistics:
    """The retired statistics; verified accounts only."""

    client: PlatformClient

    async def get_article_days(self, account: Account, day: date) -> OldArticleDays:
        """Articles on the day when they were sent.

        Page: /doc/service/api/wedata/news/api_getarticlesummary.md; one day.
        """
        body = build_span(day, day, 1)
        return await self.client.call(account, GET_ARTICLE_SUMMARY, OldArticleDays, body=body)

    async def get_article_totals(self, account: Account, day: date) -> OldArticleTotals:
        """Articles that were sent on a day, with seven days of each.

        Page: /doc/service/api/wedata/news/api_getarticletotal.md; one day.
        """
        body = build_span(day, day, 1)
        return await self.client.call(account, GET_ARTICLE_TOTAL, OldArticleTotals, body=body)

    async def get_reads(self, account: Account, begin: date, end: date) -> OldReadRows:
        """Reads by day and channel.

        Page: /doc/service/api/wedata/news/api_getuserread.md; up to 3 days.
        """
        body = build_span(begin, end, 3)
        return await self.client.call(account, GET_USER_READ, OldReadRows, body=body)

    async def get_reads_by_hour(self, account: Account, day: date) -> OldReadRows:
        """Reads by hour and channel.

        Page: /doc/service/api/wedata/news/api_getuserreadhour.md; one day.
        """
        body = build_span(day, day, 1)
        return await self.client.call(account, GET_USER_READ_HOUR, OldReadRows, body=body)

    async def get_shares(self, account: Account, begin: date, end: date) -> OldShareRows:
        """Shares by day.

        Page: /doc/service/api/wedata/news/api_getusershare.md; up to 7 days.
        """
        body = build_span(begin, end, 7)
        return await self.client.call(account, GET_USER_SHARE, OldShareRows, body=body)

    async def get_shares_by_hour(self, account: Account, day: date) -> OldShareRows:
        """Shares by hour.

        Page: /doc/service/api/wedata/news/api_getusersharehour.md; one day.
        """
        body = build_span(day, day, 1)
        return await self.client.call(account, GET_USER_SHARE_HOUR, OldShareRows, body=body)
