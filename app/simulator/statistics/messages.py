"""Messages of followers by hour, day, week and month, and followers by how much they write.

Pages: /doc/service/api/wedata/mess/.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from app.simulator.clock import CHINA
from app.simulator.gateway.routing import Answer, Call, Handler
from app.simulator.statistics.store import InboundMessage, StatisticsStore, read_span

Period = Callable[[datetime], tuple[date, int | None]]  # the first day, and the hour
MESSAGE_TYPES: Mapping[str, int] = {"text": 1, "image": 2, "voice": 3, "video": 4, "shortvideo": 4}
OTHER_TYPE = 6
INTERVAL_ENDS = (0, 5, 10)  # messages; what is more is the last interval


def by_hour(at: datetime) -> tuple[date, int | None]:
    """The day, and the hour as 1400."""
    return at.date(), at.hour * 100


def by_day(at: datetime) -> tuple[date, int | None]:
    """The day."""
    return at.date(), None


def by_week(at: datetime) -> tuple[date, int | None]:
    """The week's Monday."""
    return at.date() - timedelta(days=at.weekday()), None


def by_month(at: datetime) -> tuple[date, int | None]:
    """The month's first day."""
    return at.date().replace(day=1), None


def count_messages(period: Period, most_days: int) -> Handler:
    """The handler that counts messages and their senders by period and type."""

    def handler(call: Call) -> Answer:
        counts, senders = Counter[tuple[date, int, int]](), set()
        for message, (day, hour) in _list_messages(call, period, most_days):
            key = (day, -1 if hour is None else hour, message.msg_type)
            counts[key] += 1
            senders.add((key, message.openid))
        users = Counter(key for key, _ in senders)
        return {"list": [_describe(key, users[key], counts[key]) for key in sorted(counts)]}

    return handler


def count_senders(period: Period, most_days: int) -> Handler:
    """The handler that counts followers by period and by how many messages they sent."""

    def handler(call: Call) -> Answer:
        messages = _list_messages(call, period, most_days)
        by_sender = Counter((day, message.openid) for message, (day, _) in messages)
        users = Counter(
            (day, sum(count > end for end in INTERVAL_ENDS))
            for (day, _), count in by_sender.items()
        )
        rows = [
            {"ref_date": day.isoformat(), "count_interval": interval, "msg_user": count}
            for (day, interval), count in sorted(users.items())
        ]
        return {"list": rows}

    return handler


def _list_messages(
    call: Call, period: Period, most_days: int
) -> list[tuple[InboundMessage, tuple[date, int | None]]]:
    begin, end = read_span(call, most_days)
    messages = [
        (message, period(datetime.fromtimestamp(message.at, CHINA)))
        for message in call.account.store(StatisticsStore).messages
    ]
    return [(message, key) for message, key in messages if begin <= key[0] <= end]


def _describe(key: tuple[date, int, int], users: int, count: int) -> dict[str, object]:
    day, hour, kind = key
    at_hour = {} if hour < 0 else {"ref_hour": hour}
    row = {"ref_date": day.isoformat(), "user_source": 0}
    return {**row, **at_hour, "msg_type": kind, "msg_user": users, "msg_count": count}
