"""Bodies of the statistics: days of an account, days of articles, days to fetch again."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from app.publishing.statistics.values import DatasetDay, FetchState

Day = Annotated[date, Field(ge=date(2000, 1, 1), lt=date(2100, 1, 1))]

_REASONS = {
    FetchState.WAITING: "还没有取。",
    FetchState.STORED: "平台说数字可能还会增加（is_delay），会再取。",
    FetchState.LATE: "平台还没有准备好，或没有应答，会再取。",
    FetchState.REFUSED: "没有接口权限（48001），或当日额度已用完（45009），次日早上再试。",
    FetchState.GONE: "平台不再提供这一天的数据，或一个多月都没有取到，不再自动取。",
}


class AccountDayResponse(BaseModel):
    """An account's figures of a day, China's; null: not stored."""

    day: date
    new_followers: int | None
    lost_followers: int | None
    followers: int | None  # at the end of the day
    messages: int | None  # of followers to the account
    readers: int | None
    sharers: int | None
    hearts: int | None
    likes: int | None
    comments: int | None
    collectors: int | None
    source_openers: int | None  # who opened 阅读原文
    articles_published: int | None
    follower_sources: dict[str, list[int]] | None  # user_source -> [new, lost]
    message_types: dict[str, list[int]] | None  # msg_type -> [followers, messages]
    reader_scenes: dict[str, int] | None


class OpenDayResponse(BaseModel):
    """A day of a dataset that isn't complete, why, and when it is fetched next.

    `next_at` is seconds since 1970, null where it can't be had any more. `code` is the platform's.
    """

    day: date
    dataset: str
    state: FetchState
    code: int | None
    reason: str
    next_at: float | None


class AccountDayListResponse(BaseModel):
    """The stored days, and what is missing of them."""

    days: list[AccountDayResponse]
    incomplete: list[OpenDayResponse]


class ArticleDayResponse(BaseModel):
    """An article's figures of a day, and its sums up to the end of the day; null: not stored.

    Rates are 0 to 1; `total_praise` is in 0.01 yuan, `minutes_read` of a reader on average.
    `title` and what follows it are null for articles whose day of publication isn't stored.
    """

    day: date
    msgid: str  # msg_data_id and place, as 2247490098_1
    title: str | None
    url: str | None
    published: date | None
    notified: bool | None  # whether followers got a message
    readers: int | None
    reader_scenes: dict[str, int] | None
    sharers: int | None
    total_readers: int | None
    total_sharers: int | None
    total_hearts: int | None
    total_likes: int | None
    total_comments: int | None
    total_collectors: int | None
    total_praise: int | None
    total_new_followers: int | None
    delivery_rate: float | None
    finish_rate: float | None
    minutes_read: float | None
    leave_rates: dict[str, float] | None  # fifth of the article -> share who left there


class ArticleDayListResponse(BaseModel):
    """A page of articles by day."""

    days: list[ArticleDayResponse]


class RefetchRequest(BaseModel):
    """Days from `first` to `last` that are to be fetched again now."""

    account: str = "default"
    first: Day
    last: Day


class RefetchResponse(BaseModel):
    """How many days are fetched again, within a minute."""

    days: int


def describe_open_day(day: DatasetDay) -> OpenDayResponse:
    """The response for a day of a dataset."""
    return OpenDayResponse(
        day=day.day,
        dataset=day.dataset.value,
        state=day.state,
        code=day.code,
        reason=_REASONS[day.state],
        next_at=day.next_at,
    )
