"""Working hours that an operator has written in one line."""

import pytest

from app.rules import presence, written_hours
from app.rules.presence import Presence
from app.rules.rulebook import EMPTY, read_rulebook
from app.rules.values import WEEKDAYS, Week

NINE = ("09:00-21:00",)
LATE = ("14:00-20:00",)
OFFICE = ("09:00-18:00",)
MONDAY_NIGHT = 1_764_598_200.0  # Monday 2025-12-01 22:10 in Shanghai
SATURDAY = 1_764_990_000.0  # 2025-12-06 11:00


def week(**days: tuple[str, ...]) -> Week:
    return Week.model_validate(days)


def every(hours: tuple[str, ...], first: int = 0, last: int = 7) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(WEEKDAYS[first:last], hours)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("每日 9:00–21:00", week(**every(NINE))),
        ("9:00-21:00", week(**every(NINE))),
        ("每天9点到21点", week(**every(NINE))),
        ("每天 早9点至晚9点", week(**every(NINE))),
        ("周一至周日 9:00 - 21:00", week(**every(NINE))),
        ("daily 9am-9pm", week(**every(NINE))),
        ("客服在线时间：每日 9:00～21:00", week(**every(NINE))),
        ("周一至周五 9:00-18:00", week(**every(OFFICE, 0, 5))),
        ("Mon-Fri 9:00-18:00", week(**every(OFFICE, 0, 5))),
        ("工作日 9:00-18:00，周末休息", week(**every(OFFICE, 0, 5))),
        ("9:00-18:00，周末休", week(**every(OFFICE, 0, 5))),
        ("每天 12:00-次日 2:00", week(**every(("12:00-02:00",)))),
        ("24 小时", week(**every(("00:00-24:00",)))),
        ("星期一到五9:00-18:00", week(**every(OFFICE, 0, 5))),
        (
            "周一至周五 9:00–18:00，周六 10:00–16:00",
            week(**every(OFFICE, 0, 5), sat=("10:00-16:00",)),
        ),
        (
            "周一到周五9:00-18:00 周末10:30-17:00",
            week(**every(OFFICE, 0, 5), sat=("10:30-17:00",), sun=("10:30-17:00",)),
        ),
        (
            "工作日 9:00-12:00、13:30-18:00",
            week(**every(("09:00-12:00", "13:30-18:00"), 0, 5)),
        ),
        (
            "每日上午9点半到12点，下午2点到6点",
            week(**every(("09:30-12:00", "14:00-18:00"))),
        ),
        ("周二、四、六 14:00-20:00", week(tue=LATE, thu=LATE, sat=LATE)),
        ("24小时", week(**every(("00:00-24:00",)))),
        ("7×24小时在线", week(**every(("00:00-24:00",)))),
        ("每日 0:00-24:00", week(**every(("00:00-24:00",)))),
        ("每日 18:00-次日2:00", week(**every(("18:00-02:00",)))),
        ("周五至周一 14:00-20:00", week(fri=LATE, sat=LATE, sun=LATE, mon=LATE)),
        # What isn't understood promises nothing.
        ("周一至周五 9:00-18:00，法定节假日除外", None),
        ("白天", None),
        ("看心情", None),
        ("", None),
        ("每日", None),
        ("9:00", None),
        ("每日 25:00-26:00", None),
        ("每日 9:00-9:00", None),
        ("每日 18:00-9:00", None),
        ("每日 9:00-12:00、11:00-15:00", None),
        ("工作日 9:00-18:00（春节放假）", None),
    ],
)  # fmt: skip
def test_a_line_is_read_whole_or_not_at_all(text: str, expected: Week | None) -> None:
    assert written_hours.parse_hours(text) == expected


@pytest.mark.parametrize(
    ("hours", "now", "expected"),
    [
        ("每日 9:00–21:00", MONDAY_NIGHT, Presence(False, True, "明天 09:00")),
        ("周一至周五 9:00-18:00", SATURDAY, Presence(False, True, "12月8日 09:00")),
        ("每日 9:00–21:00", SATURDAY, Presence(True, True, "")),
        ("看心情", MONDAY_NIGHT, Presence(True, False, "")),
    ],
)
def test_presence_goes_by_the_accounts_line(hours: str, now: float, expected: Presence) -> None:
    assert presence.at(EMPTY, hours, now) == expected


def test_the_rulebooks_hours_go_before_the_accounts_line() -> None:
    night = read_rulebook({"hours": {"weekly": {"mon": ["20:00-24:00"]}}})
    never = read_rulebook({"hours": {"weekly": {}}})

    presences = [
        presence.at(night, "每日 9:00–21:00", MONDAY_NIGHT),
        presence.at(never, "每日 9:00–21:00", MONDAY_NIGHT),
    ]

    assert presences == [Presence(True, True, ""), Presence(False, True, "")]
