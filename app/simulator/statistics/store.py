"""What statistics are counted from, and when the platform has a day's figures.

A day is China's. Its figures are there after 08:00 of the next day, or later.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from app.simulator.accounts.state import Body
from app.simulator.clock import CHINA
from app.simulator.errcodes import Refused, refuse_unless
from app.simulator.gateway.routing import Call

READY_AFTER = time(8)


@dataclass(kw_only=True)
class ArticleVisit:
    """One follower on one article: when (seconds since 1970), from where, and what they did."""

    msgid: str  # msg_data_id and place from 1
    openid: str
    at: float
    scene: str = "公众号消息"
    shares: bool = False
    likes: bool = False
    hearts: bool = False
    collects: bool = False
    minutes: float = 1.0
    finishes: bool = True


@dataclass(frozen=True)
class InboundMessage:
    """A message of a follower to the account; `msg_type` as the statistics number it."""

    at: float  # seconds since 1970
    openid: str
    msg_type: int


@dataclass
class StatisticsStore:
    """Visits and messages, and rows of the statistics that are counted from neither."""

    visits: list[ArticleVisit] = field(default_factory=list)
    messages: list[InboundMessage] = field(default_factory=list)
    rows: dict[str, list[Body]] = field(default_factory=dict)  # by the interface's name
    late_days: list[str] = field(default_factory=list)  # days whose figures aren't ready (61503)
    delayed: bool = False  # is_delay of the articles' statistics


def read_span(call: Call, most_days: int) -> tuple[date, date]:
    """Begin and end. Raises Refused: 61500 no dates, 61501 bad span, 61503 not ready."""
    try:
        begin, end = (date.fromisoformat(call.text(name)) for name in ("begin_date", "end_date"))
    except ValueError as error:
        raise Refused(61500) from error
    now = datetime.fromtimestamp(call.now, CHINA)
    refuse_unless(1 <= (end - begin).days + 1 <= most_days and end < now.date(), 61501)
    is_early = end == now.date() - timedelta(days=1) and now.time() < READY_AFTER
    late = call.account.store(StatisticsStore).late_days
    is_late = any(begin.isoformat() <= day <= end.isoformat() for day in late)
    refuse_unless(not is_early and not is_late, 61503)
    return begin, end


def list_days(begin: date, end: date) -> list[date]:
    """The days from `begin` to `end`, both included."""
    return [begin + timedelta(days=number) for number in range((end - begin).days + 1)]


def to_day(at: float) -> date:
    """China's day of a time."""
    return datetime.fromtimestamp(at, CHINA).date()
