"""What is fetched of an account's statistics, and the figures that come of it.

A day is the platform's, in China's time, whatever the account's zone: its figures can't be divided
anew. They are there after 08:00 of the next day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum


class Dataset(StrEnum):
    """What one interface of the platform answers."""

    FOLLOWER_CHANGES = "follower_changes"  # getusersummary
    FOLLOWER_TOTALS = "follower_totals"  # getusercumulate
    MESSAGES = "messages"  # getupstreammsg
    SUMMARY = "summary"  # getbizsummary
    READS = "reads"  # getarticleread
    SHARES = "shares"  # getarticleshare
    DETAILS = "details"  # getarticletotaldetail: a day's articles, with their next 30 days


# Days that one call takes at most.
SPANS: Mapping[Dataset, int] = {
    Dataset.FOLLOWER_CHANGES: 7,
    Dataset.FOLLOWER_TOTALS: 7,
    Dataset.MESSAGES: 7,
    Dataset.SUMMARY: 30,
    Dataset.READS: 1,
    Dataset.SHARES: 1,
    Dataset.DETAILS: 1,
}


class FetchState(StrEnum):
    """What became of a day of a dataset."""

    WAITING = "waiting"  # not fetched yet
    STORED = "stored"
    LATE = "late"  # the platform isn't ready, or didn't answer: it is fetched again
    REFUSED = "refused"  # no right or no quota: tried again the next morning
    GONE = "gone"  # the platform has it no more


@dataclass(frozen=True, kw_only=True)
class DatasetDay:
    """A day of a dataset of an account, and when it is fetched next (seconds since 1970)."""

    account: str
    dataset: Dataset
    day: date
    state: FetchState = FetchState.WAITING
    code: int | None = None  # the platform's errcode
    tries: int = 0  # since figures were stored that are complete
    next_at: float | None = None  # None: never again
    stored_at: float | None = None


@dataclass(frozen=True, kw_only=True)
class AccountDay:
    """An account's figures of a day; None: not stored yet."""

    day: date
    new_followers: int | None = None
    lost_followers: int | None = None
    followers: int | None = None  # at the end of the day
    messages: int | None = None
    readers: int | None = None
    sharers: int | None = None
    hearts: int | None = None
    likes: int | None = None
    comments: int | None = None
    collectors: int | None = None
    source_openers: int | None = None  # who opened 阅读原文
    articles_published: int | None = None
    follower_sources: Mapping[str, list[int]] | None = None  # user_source -> [new, lost]
    message_types: Mapping[str, list[int]] | None = None  # msg_type -> [followers, messages]
    reader_scenes: Mapping[str, int] | None = None


@dataclass(frozen=True, kw_only=True)
class PublishedArticle:
    """An article by the platform's id: msg_data_id and place, as 2247490098_1."""

    msgid: str
    published: date
    title: str
    url: str
    notified: bool  # whether followers got a message


@dataclass(frozen=True, kw_only=True)
class ArticleDayFigures:
    """An article's figures of a day, and its sums up to the end of the day; None: not stored.

    Rates are 0 to 1; `total_praise` is in 0.01 yuan, `minutes_read` of a reader on average.
    """

    day: date
    msgid: str
    readers: int | None = None
    sharers: int | None = None
    total_readers: int | None = None
    total_sharers: int | None = None
    total_hearts: int | None = None
    total_likes: int | None = None
    total_comments: int | None = None
    total_collectors: int | None = None
    total_praise: int | None = None
    total_new_followers: int | None = None
    delivery_rate: float | None = None
    finish_rate: float | None = None
    minutes_read: float | None = None
    reader_scenes: Mapping[str, int] | None = None
    leave_rates: Mapping[str, float] | None = None  # fifth of the article -> share who left there


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What one answer of the platform holds. None in a row: the answer says nothing of it."""

    account_days: list[AccountDay] = field(default_factory=list)
    article_days: list[ArticleDayFigures] = field(default_factory=list)
    articles: list[PublishedArticle] = field(default_factory=list)
    is_delayed: bool = False  # the figures may still grow


def list_values(row: AccountDay | ArticleDayFigures) -> dict[str, object]:
    """The row's fields that aren't None."""
    values = ((each.name, getattr(row, each.name)) for each in fields(row))
    return {name: value for name, value in values if value is not None}
