"""Statistics of articles, as they are since 2025-11: reads, shares, likes, time read.

No limits of calls are documented. All raise InvalidField 61501 for a span that is too long, and
ApiError 61501 for a day that isn't over, 61503 while its figures aren't ready.
"""

from dataclasses import dataclass
from datetime import date

from pydantic import Field

from app.accounts import Account
from app.wechat.client.core import PlatformAnswer, PlatformClient
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.statistics import build_span

GET_READS = PlatformInterface(
    path="/datacube/getarticleread",
    title="获取发表内容每日阅读数据",
    page="/doc/service/api/wedata/news/api_getarticleread.md",
    accounts="verified",
    repeatable=True,
)
GET_SHARES = PlatformInterface(
    path="/datacube/getarticleshare",
    title="获取发表内容每日分享数据",
    page="/doc/service/api/wedata/news/api_getarticleshare.md",
    accounts="verified",
    repeatable=True,
)
GET_SUMMARY = PlatformInterface(
    path="/datacube/getbizsummary",
    title="获取发表内容概况总数据",
    page="/doc/service/api/wedata/news/api_getbizsummary.md",
    accounts="verified",
    repeatable=True,
)
GET_DETAILS = PlatformInterface(
    path="/datacube/getarticletotaldetail",
    title="获取发表内容发表详细数据",
    page="/doc/service/api/wedata/news/api_getarticletotaldetail.md",
    accounts="verified",
    repeatable=True,
)

SUMMARY_DAYS = 30


class SceneReads(PlatformAnswer):
    """Readers by where they came from: 全部, 公众号消息, 聊天会话, 朋友圈, 推荐 and so on."""

    user_count: int
    scene_desc: str


class ReadCounts(PlatformAnswer):
    """Readers in all, and by scene."""

    read_user: int
    read_user_source: tuple[SceneReads, ...] = ()


class ArticleReads(PlatformAnswer):
    """Readers of one article on one day; `msgid` is msg_data_id and place, such as 2247490098_1."""

    ref_date: date
    msgid: str
    detail: ReadCounts


class DailyReads(PlatformAnswer):
    """All articles of a day. `is_delay`: the figures may still grow."""

    rows: tuple[ArticleReads, ...] = Field(alias="list")
    is_delay: bool


class ShareCounts(PlatformAnswer):
    """Who shared."""

    share_user: int


class ArticleShares(PlatformAnswer):
    """Who shared one article on one day."""

    ref_date: date
    msgid: str
    detail: ShareCounts


class DailyShares(PlatformAnswer):
    """All articles of a day."""

    rows: tuple[ArticleShares, ...] = Field(alias="list")
    is_delay: bool


class ReactionCounts(ReadCounts, ShareCounts):
    """Readers and what they did; `zaikan_user` gave a heart, `like_user` a thumb."""

    zaikan_user: int = 0
    like_user: int = 0
    comment_count: int = 0
    collection_user: int = 0


class SummaryCounts(ReactionCounts):
    """The figures of all articles of a day together."""

    redirect_ori_page_user: int = 0
    send_page_count: int = 0


class SummaryDay(PlatformAnswer):
    """One day of the account."""

    ref_date: date
    detail: SummaryCounts


class ArticleSummary(PlatformAnswer):
    """The account's days."""

    rows: tuple[SummaryDay, ...] = Field(alias="list")
    is_delay: bool


class JumpShare(PlatformAnswer):
    """The share of readers who left in a fifth of the article, 1 to 5."""

    position: int
    rate: float


class ArticleDay(ReactionCounts):
    """The sums from the day of publication to `stat_date`.

    `praise_money` is in 0.01 yuan, `read_avg_activetime` in minutes; the rates are 0 to 1.
    """

    stat_date: date
    praise_money: int = 0
    read_subscribe_user: int = 0
    read_delivery_rate: float = 0.0
    read_finish_rate: float = 0.0
    read_avg_activetime: float = 0.0
    read_jump_position: tuple[JumpShare, ...] = ()


class ArticleDetails(PlatformAnswer):
    """One article that was published on `ref_date`; `publish_type` 0: followers were notified."""

    ref_date: date
    msgid: str
    publish_type: int
    title: str
    content_url: str
    detail_list: tuple[ArticleDay, ...] = ()


class PublishedDetails(PlatformAnswer):
    """All articles that were published on a day, with up to 30 days of each."""

    rows: tuple[ArticleDetails, ...] = Field(alias="list")
    is_delay: bool


@dataclass(frozen=True, slots=True)
class ArticleStatistics:
    """Statistics of the account's articles; verified accounts only."""

    client: PlatformClient

    async def get_reads(self, account: Account, day: date) -> DailyReads:
        """Readers of each article on a day.

        Page: /doc/service/api/wedata/news/api_getarticleread.md.
        """
        body = build_span(day, day, 1)
        return await self.client.call(account, GET_READS, DailyReads, body=body)

    async def get_shares(self, account: Account, day: date) -> DailyShares:
        """Who shared each article on a day.

        Page: /doc/service/api/wedata/news/api_getarticleshare.md.
        """
        body = build_span(day, day, 1)
        return await self.client.call(account, GET_SHARES, DailyShares, body=body)

    async def get_summary(self, account: Account, begin: date, end: date) -> ArticleSummary:
        """The account's articles together, day by day, for up to 30 days.

        Page: /doc/service/api/wedata/news/api_getbizsummary.md.
        """
        body = build_span(begin, end, SUMMARY_DAYS)
        return await self.client.call(account, GET_SUMMARY, ArticleSummary, body=body)

    async def get_details(self, account: Account, published: date) -> PublishedDetails:
        """The articles that were published on a day, with the growth of their figures.

        Page: /doc/service/api/wedata/news/api_getarticletotaldetail.md.
        """
        body = build_span(published, published, 1)
        return await self.client.call(account, GET_DETAILS, PublishedDetails, body=body)
