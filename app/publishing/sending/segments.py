"""The segments of a mass message, and what they come to together. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.kit.clock import CHINA
from app.publishing.sending.outcomes import (
    FailedOutcome,
    HandedOverOutcome,
    PendingOutcome,
    PublishedOutcome,
    PublishOutcome,
    UnconfirmedOutcome,
)
from app.publishing.steps import make_client_id
from app.publishing.values import Post

DAY = 86_400.0  # seconds


@dataclass(frozen=True)
class MassSegment:
    """The part of a mass message that goes to one tag, or to all followers."""

    post: Post
    index: int

    @property
    def tag_id(self) -> int | None:
        """The tag; None: all followers."""
        return self.post.audience.segments[self.index]

    @property
    def client_id(self) -> str:
        """The clientmsgid, by which the platform knows a repetition."""
        return make_client_id(self.post, self.index)


def list_segments(post: Post) -> list[MassSegment]:
    """The segments of a mass message in their order."""
    return [MassSegment(post, index) for index in range(len(post.audience.segments))]


def combine_segments(
    tag_ids: Sequence[int | None], outcomes: Sequence[PublishOutcome]
) -> PublishOutcome:
    """The outcome of the whole message, by those of its segments in their order.

    There are fewer outcomes than tags while a segment holds up those behind it. A message that
    reached one segment never fails as a whole: sent again, it would reach followers twice.
    """
    if len(outcomes) == 1 and (len(tag_ids) == 1 or isinstance(outcomes[0], FailedOutcome)):
        return outcomes[0]  # nothing was sent to any
    waiting = [each for each in outcomes if isinstance(each, PendingOutcome)]
    if waiting:
        return _wait(waiting, outcomes, len(tag_ids))
    faults = "；".join(
        each.reason if each.reason.startswith("标签") else f"标签 {tag_id}：{each.reason}"
        for tag_id, each in zip(tag_ids, outcomes, strict=False)
        if isinstance(each, FailedOutcome | UnconfirmedOutcome | HandedOverOutcome)
    )
    if any(isinstance(each, UnconfirmedOutcome) for each in outcomes):
        return UnconfirmedOutcome(faults)
    published = [each for each in outcomes if isinstance(each, PublishedOutcome)]
    if published:
        urls = [url for each in published for url in each.urls]
        return PublishedOutcome(urls, note=f"部分标签没有发出。{faults}" if faults else "")
    handed_over = [each for each in outcomes if isinstance(each, HandedOverOutcome)]
    return handed_over[0] if handed_over else FailedOutcome(faults)


def _wait(
    waiting: Sequence[PendingOutcome], outcomes: Sequence[PublishOutcome], count: int
) -> PendingOutcome:
    """Look again when the first of those that wait wants to be looked at."""
    notes = [each.note for each in waiting if each.note]
    seconds = [each.seconds for each in waiting if each.seconds is not None]
    begun_count = sum(isinstance(each, PublishedOutcome | PendingOutcome) for each in outcomes)
    is_asked = any(each.seconds is None for each in waiting)
    return PendingOutcome(
        None if is_asked or not seconds else min(seconds),
        f"已发送 {begun_count - len(notes)} 个标签，共 {count} 个。{notes[0]}" if notes else "",
    )


def find_next_try(scheduled_at: float, refusals: int, now: float) -> float:
    """When a segment is tried again that had no quota, in seconds since 1970.

    After the first refusal on the next day at the same time of day; after a second one in a row
    the quota is that of a month: on the first day of China's next month.
    """
    next_at = scheduled_at + DAY * (int((now - scheduled_at) // DAY) + 1)
    if refusals < 2:
        return next_at
    at = datetime.fromtimestamp(next_at, CHINA)
    year, month = (at.year + 1, 1) if at.month == 12 else (at.year, at.month + 1)
    return at.replace(year=year, month=month, day=1).timestamp()


def describe_next_try(at: float) -> str:
    """The sentence of a held segment; China's time, in which the platform counts."""
    day = datetime.fromtimestamp(at, CHINA)
    return (
        f"群发额度已用完，其余的标签等到 {day.month} 月 {day.day} 日 {day:%H:%M}（北京时间）再发，"
        "已经发过的不会再发。"
    )
