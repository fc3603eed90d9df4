"""Statistics of followers, of their messages and of callbacks (数据统计).

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

GET_NEW_FOLLOWERS = PlatformInterface(
    path="/datacube/getusersummary",
    title="获取用户增减数据",
    page="/doc/service/api/wedata/user/api_getusersummary.md",
    accounts="verified",
    repeatable=True,
)
GET_FOLLOWER_TOTALS = PlatformInterface(
    path="/datacube/getusercumulate",
    title="获取累计用户数据",
    page="/doc/service/api/wedata/user/api_getusercumulate.md",
    accounts="verified",
    repeatable=True,
)
GET_MESSAGES = PlatformInterface(
    path="/datacube/getupstreammsg",
    title="获取消息发送概况数据",
    page="/doc/service/api/wedata/mess/api_getupstreammsg.md",
    accounts="verified",
    repeatable=True,
)
GET_MESSAGES_BY_HOUR = PlatformInterface(
    path="/datacube/getupstreammsghour",
    title="获取消息发送分时数据",
    page="/doc/service/api/wedata/mess/api_getupstreammsghour.md",
    accounts="verified",
    repeatable=True,
)
GET_MESSAGES_BY_WEEK = PlatformInterface(
    path="/datacube/getupstreammsgweek",
    title="获取消息发送周数据",
    page="/doc/service/api/wedata/mess/api_getupstreammsgweek.md",
    accounts="verified",
    repeatable=True,
)
GET_MESSAGES_BY_MONTH = PlatformInterface(
    path="/datacube/getupstreammsgmonth",
    title="获取消息发送月数据",
    page="/doc/service/api/wedata/mess/api_getupstreammsgmonth.md",
    accounts="verified",
    repeatable=True,
)
GET_MESSAGE_SPREAD = PlatformInterface(
    path="/datacube/getupstreammsgdist",
    title="获取消息发送分布数据",
    page="/doc/service/api/wedata/mess/api_getupstreammsgdist.md",
    accounts="verified",
    repeatable=True,
)
GET_MESSAGE_SPREAD_BY_WEEK = PlatformInterface(
    path="/datacube/getupstreammsgdistweek",
    title="获取消息发送分布周数据",
    page="/doc/service/api/wedata/mess/api_getupstreammsgdistweek.md",
    accounts="verified",
    repeatable=True,
)
GET_MESSAGE_SPREAD_BY_MONTH = PlatformInterface(
    path="/datacube/getupstreammsgdistmonth",
    title="获取消息发送分布月数据",
    page="/doc/service/api/wedata/mess/api_getupstreammsgdistmonth.md",
    accounts="verified",
    repeatable=True,
)
GET_CALLBACKS = PlatformInterface(
    path="/datacube/getinterfacesummary",
    title="获取被动回复概要数据",
    page="/doc/service/api/wedata/api/api_getinterfacesummary.md",
    accounts="verified",
    repeatable=True,
)
GET_CALLBACKS_BY_HOUR = PlatformInterface(
    path="/datacube/getinterfacesummaryhour",
    title="获取被动回复分布数据",
    page="/doc/service/api/wedata/api/api_getinterfacesummaryhour.md",
    accounts="verified",
    repeatable=True,
)


class FollowerChange(PlatformAnswer):
    """Followers won and lost on a day by a channel.

    `user_source`: 0 others, 1 search, 17 a card, 30 a QR code, 57 in an article, 100
    advertisements, 149 a mini program, 161 reprints, 200 Channels, 201 live.
    """

    ref_date: date
    user_source: int
    new_user: int
    cancel_user: int


class FollowerChanges(PlatformAnswer):
    """Days and channels."""

    rows: tuple[FollowerChange, ...] = Field(alias="list")


class FollowerTotal(PlatformAnswer):
    """Followers at the end of a day."""

    ref_date: date
    cumulate_user: int


class FollowerTotals(PlatformAnswer):
    """Days."""

    rows: tuple[FollowerTotal, ...] = Field(alias="list")


class MessageCount(PlatformAnswer):
    """Messages of a type; `ref_hour` such as 1400, only by hour.

    `msg_type`: 1 text, 2 image, 3 voice, 4 video, 6 a third party's.
    """

    ref_date: date
    ref_hour: int | None = None
    msg_type: int
    msg_user: int
    msg_count: int


class MessageCounts(PlatformAnswer):
    """Days, hours, weeks or months."""

    rows: tuple[MessageCount, ...] = Field(alias="list")


class MessageSpreadRow(PlatformAnswer):
    """Followers by how many messages they sent.

    `count_interval`: 0 none, 1 up to five, 2 up to ten, 3 more.
    """

    ref_date: date
    count_interval: int
    msg_user: int


class MessageSpread(PlatformAnswer):
    """Days, weeks or months."""

    rows: tuple[MessageSpreadRow, ...] = Field(alias="list")


class CallbackCount(PlatformAnswer):
    """Callbacks, failed ones, and milliseconds in all and at most; `ref_hour` only by hour."""

    ref_date: date
    ref_hour: int | None = None
    callback_count: int
    fail_count: int
    total_time_cost: int
    max_time_cost: int


class CallbackCounts(PlatformAnswer):
    """Days or hours."""

    rows: tuple[CallbackCount, ...] = Field(alias="list")


@dataclass(frozen=True, slots=True)
class Datacube:
    """Statistics of the account; verified accounts only. Days are both included."""

    client: PlatformClient

    async def get_follower_changes(
        self, account: Account, begin: date, end: date
    ) -> FollowerChanges:
        """Followers won and lost by day and channel.

        Page: /doc/service/api/wedata/user/api_getusersummary.md; up to 7 days.
        """
        body = build_span(begin, end, 7)
        return await self.client.call(account, GET_NEW_FOLLOWERS, FollowerChanges, body=body)

    async def get_follower_totals(self, account: Account, begin: date, end: date) -> FollowerTotals:
        """Followers in all, day by day.

        Page: /doc/service/api/wedata/user/api_getusercumulate.md; up to 7 days.
        """
        body = build_span(begin, end, 7)
        return await self.client.call(account, GET_FOLLOWER_TOTALS, FollowerTotals, body=body)

    async def get_messages(self, account: Account, begin: date, end: date) -> MessageCounts:
        """Messages of followers by day and type.

        Page: /doc/service/api/wedata/mess/api_getupstreammsg.md; up to 7 days.
        """
        body = build_span(begin, end, 7)
        return await self.client.call(account, GET_MESSAGES, MessageCounts, body=body)

    async def get_messages_by_hour(self, account: Account, day: date) -> MessageCounts:
        """The same by hour, for one day.

        Page: /doc/service/api/wedata/mess/api_getupstreammsghour.md; one day.
        """
        body = build_span(day, day, 1)
        return await self.client.call(account, GET_MESSAGES_BY_HOUR, MessageCounts, body=body)

    async def get_messages_by_week(self, account: Account, begin: date, end: date) -> MessageCounts:
        """The same by week.

        Page: /doc/service/api/wedata/mess/api_getupstreammsgweek.md; up to 30 days.
        """
        body = build_span(begin, end, 30)
        return await self.client.call(account, GET_MESSAGES_BY_WEEK, MessageCounts, body=body)

    async def get_messages_by_month(
        self, account: Account, begin: date, end: date
    ) -> MessageCounts:
        """The same by month.

        Page: /doc/service/api/wedata/mess/api_getupstreammsgmonth.md; up to 30 days.
        """
        body = build_span(begin, end, 30)
        return await self.client.call(account, GET_MESSAGES_BY_MONTH, MessageCounts, body=body)

    async def get_message_spread(self, account: Account, begin: date, end: date) -> MessageSpread:
        """How many followers sent how many messages, by day.

        Page: /doc/service/api/wedata/mess/api_getupstreammsgdist.md; up to 15 days.
        """
        body = build_span(begin, end, 15)
        return await self.client.call(account, GET_MESSAGE_SPREAD, MessageSpread, body=body)

    async def get_message_spread_by_week(
        self, account: Account, begin: date, end: date
    ) -> MessageSpread:
        """The same by week.

        Page: /doc/service/api/wedata/mess/api_getupstreammsgdistweek.md; up to 30 days.
        """
        body = build_span(begin, end, 30)
        return await self.client.call(account, GET_MESSAGE_SPREAD_BY_WEEK, MessageSpread, body=body)

    async def get_message_spread_by_month(
        self, account: Account, begin: date, end: date
    ) -> MessageSpread:
        """The same by month.

        Page: /doc/service/api/wedata/mess/api_getupstreammsgdistmonth.md; up to 30 days.
        """
        body = build_span(begin, end, 30)
        return await self.client.call(
            account, GET_MESSAGE_SPREAD_BY_MONTH, MessageSpread, body=body
        )

    async def get_callbacks(self, account: Account, begin: date, end: date) -> CallbackCounts:
        """Callbacks that the platform made, by day, and how long the answers took.

        Page: /doc/service/api/wedata/api/api_getinterfacesummary.md; up to 30 days.
        """
        body = build_span(begin, end, 30)
        return await self.client.call(account, GET_CALLBACKS, CallbackCounts, body=body)

    async def get_callbacks_by_hour(self, account: Account, day: date) -> CallbackCounts:
        """The same by hour, for one day.

        Page: /doc/service/api/wedata/api/api_getinterfacesummaryhour.md; one day.
        """
        body = build_span(day, day, 1)
        return await self.client.call(account, GET_CALLBACKS_BY_HOUR, CallbackCounts, body=body)
