"""The calendar: days in the account's zone, and what collides."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.publishing.calendar import CalendarDay, build_calendar, find_span
from app.publishing.values import Audience, Post, PostState
from tests.publishing.factories import ARTICLE

SHANGHAI = ZoneInfo("Asia/Shanghai")
MASS = Post(
    id="p", account="default", author="小林", articles=(ARTICLE,), channel="mass",
    state=PostState.SCHEDULED,
)  # fmt: skip


def make_send(day: int, hour: int = 9, **changed: object) -> Post:
    at = datetime(2030, 3, day, hour, tzinfo=SHANGHAI).timestamp()
    return replace(MASS, id=f"p{day}-{hour}", scheduled_at=at, **changed)  # type: ignore[arg-type]


def test_days_are_those_of_the_zone() -> None:
    late = make_send(1, 23)

    assert build_calendar([late], date(2030, 3, 1), date(2030, 3, 31), SHANGHAI, 4) == [
        CalendarDay(date(2030, 3, 1), (late,), ())
    ]
    assert build_calendar(
        [late], date(2030, 3, 1), date(2030, 3, 31), ZoneInfo("Asia/Tokyo"), 4
    ) == [CalendarDay(date(2030, 3, 2), (late,), ())]


def test_a_fourth_send_of_a_month_is_named_also_when_the_first_are_not_shown() -> None:
    posts = [make_send(day) for day in (1, 8, 15, 22, 29)]

    days = build_calendar(posts, date(2030, 3, 20), date(2030, 3, 31), SHANGHAI, 4)

    assert [(day.day.day, day.conflicts) for day in days] == [
        (22, ("这是本月第 4 次群发：粉丝每月最多收到 4 次，之后的不会再送达。",)),
        (29, ("这是本月第 5 次群发：粉丝本月已经收满 4 次，收不到这一次。",)),
    ]


def test_sends_to_tags_are_counted_for_those_who_get_them() -> None:
    both, other, all_followers = (
        make_send(1, audience=Audience(tag_ids=(1, 2))),
        make_send(2, audience=Audience(tag_ids=(3,))),
        make_send(3),
    )

    days = build_calendar(
        [both, other, all_followers], date(2030, 3, 1), date(2030, 3, 3), SHANGHAI, 2
    )

    assert [(day.day.day, day.conflicts) for day in days] == [
        (
            1,
            (
                "这一天排了 2 次群发：请确认账号当天的群发次数够用（订阅号每天 1 次），"
                "不够就改期，或改用“发布”。",
            ),
        ),
        (2, ()),
        (3, ("这是本月第 2 次群发：粉丝每月最多收到 2 次，之后的不会再送达。",)),
    ]


def test_publications_and_withdrawn_posts_collide_with_nothing() -> None:
    posts = [
        make_send(1), make_send(1, 10, channel="publish"),
        make_send(1, 11, state=PostState.WITHDRAWN),
    ]  # fmt: skip

    [day] = build_calendar(posts, date(2030, 3, 1), date(2030, 3, 1), SHANGHAI, 4)

    assert (len(day.posts), day.conflicts) == (2, ())


def test_a_span_covers_whole_months() -> None:
    start, end = find_span(date(2030, 1, 31), date(2030, 2, 1), SHANGHAI)

    assert datetime.fromtimestamp(start, SHANGHAI).isoformat() == "2030-01-01T00:00:00+08:00"
    assert datetime.fromtimestamp(end, SHANGHAI).isoformat() == "2030-03-01T00:00:00+08:00"
