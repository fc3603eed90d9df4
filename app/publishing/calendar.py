"""The calendar of an account's posts: which day each goes out, and what collides.

Limits: /doc/service/guide/product/message/Batch_Sends.md. A subscription account sends to all once
a day; a follower of a service account gets at most four mass messages a month.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.publishing.values import Post, PostState

A_DAY = 1  # mass sends of a subscription account
_COUNTED = frozenset(
    {PostState.SCHEDULED, PostState.SENDING, PostState.UNCONFIRMED, PostState.PUBLISHED}
)


@dataclass(frozen=True)
class CalendarDay:
    """A day with its posts by time, and a sentence for each conflict."""

    day: date
    posts: tuple[Post, ...]
    conflicts: tuple[str, ...]


def find_day(post: Post, zone: ZoneInfo) -> date | None:
    """The day on which a post is to go out; None for one without a time."""
    if post.scheduled_at is None:
        return None
    return datetime.fromtimestamp(post.scheduled_at, zone).date()


def find_span(first: date, last: date, zone: ZoneInfo) -> tuple[float, float]:
    """The months of both days as [start, end) in seconds since 1970: conflicts count by month."""
    start = first.replace(day=1)
    end = (last.replace(day=28) + timedelta(days=4)).replace(day=1)
    return _midnight(start, zone), _midnight(end, zone)


@dataclass
class _MonthSends:
    """Mass sends of a month so far, by the tag that they go to; None: all followers."""

    by_tag: Counter[int | None] = field(default_factory=Counter)

    def add(self, post: Post) -> int:
        """Count a mass message; returns how many of this month some follower has got with it."""
        tag_ids = post.audience.tag_ids or [each for each in self.by_tag if each is not None]
        own = max((self.by_tag[tag_id] for tag_id in tag_ids), default=0)
        number = self.by_tag[None] + own + 1
        self.by_tag.update(post.audience.segments)
        return number


def build_calendar(
    posts: Sequence[Post], first: date, last: date, zone: ZoneInfo, monthly: int
) -> list[CalendarDay]:
    """The days from `first` to `last` on which a post goes out; `posts` are of whole months.

    `monthly`: how many marketing messages a follower may get in a month.
    """
    posts_by_day: dict[date, list[Post]] = {}
    sends_by_month: dict[tuple[int, int], _MonthSends] = {}
    conflicts_by_day: dict[date, list[str]] = {}
    for post in sorted(posts, key=lambda each: each.scheduled_at or 0.0):
        day = find_day(post, zone)
        if day is None or post.state is PostState.WITHDRAWN:
            continue
        posts_by_day.setdefault(day, []).append(post)
        if _is_send(post):
            number = sends_by_month.setdefault((day.year, day.month), _MonthSends()).add(post)
            conflicts_by_day.setdefault(day, []).extend(_list_month_conflicts(number, monthly))
    return [
        CalendarDay(day, tuple(each), (*_list_day_conflicts(each), *conflicts_by_day.get(day, ())))
        for day, each in sorted(posts_by_day.items())
        if first <= day <= last
    ]


def _is_send(post: Post) -> bool:
    return post.channel == "mass" and post.state in _COUNTED


def _list_day_conflicts(posts: Sequence[Post]) -> list[str]:
    sends = sum(len(post.audience.segments) for post in posts if _is_send(post))
    if sends <= A_DAY:
        return []
    return [
        f"这一天排了 {sends} 次群发：请确认账号当天的群发次数够用（订阅号每天 1 次），"
        "不够就改期，或改用“发布”。"
    ]


def _list_month_conflicts(number: int, monthly: int) -> list[str]:
    if number < monthly:
        return []
    if number == monthly:
        return [f"这是本月第 {number} 次群发：粉丝每月最多收到 {monthly} 次，之后的不会再送达。"]
    return [f"这是本月第 {number} 次群发：粉丝本月已经收满 {monthly} 次，收不到这一次。"]


def _midnight(day: date, zone: ZoneInfo) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()
