"""Working hours: local intervals against the clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.rules.calendar import Calendar
from app.rules.fields import parse_interval
from app.rules.values import WEEKDAYS, Hours

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
OFFICE = ["09:00-12:00", "13:30-18:00"]
MINUTE = 60


Week = dict[str, list[str]]


def every_day(*hours: str) -> Week:
    return {name: list(hours) for name in WEEKDAYS}


def calendar(weekly: Week, zone: ZoneInfo = SHANGHAI, special: object = ()) -> Calendar:
    return Calendar.read(Hours.model_validate({"weekly": weekly, "special": special}), zone)


def at(moment: str, zone: ZoneInfo = SHANGHAI, fold: int = 0) -> float:
    return datetime.fromisoformat(moment).replace(tzinfo=zone, fold=fold).timestamp()


@pytest.mark.parametrize(
    ("moment", "is_open", "opens"),
    [
        ("2026-11-23 08:59:59", False, "2026-11-23 09:00"),
        ("2026-11-23 09:00", True, "2026-11-23 09:00"),
        ("2026-11-23 11:59:59", True, "2026-11-23 11:59:59"),
        ("2026-11-23 12:00", False, "2026-11-23 13:30"),
        ("2026-11-23 18:00", False, "2026-11-27 22:00"),
        ("2026-11-28 01:59", True, "2026-11-28 01:59"),  # Friday's night
        ("2026-11-28 02:00", False, "2026-11-30 09:00"),
    ],
)
def test_a_shop_of_two_shifts_and_a_night(moment: str, is_open: bool, opens: str) -> None:
    shop = calendar({"mon": OFFICE, "fri": ["22:00-02:00"]})

    answer = shop.open_at(at(moment)), shop.opens_next(at(moment))

    assert answer == (is_open, at(opens))


def test_special_days_have_their_own_hours_and_the_first_listed_holds() -> None:
    special = [
        {"name": "值班", "first": "2026-10-03", "hours": ["10:00-12:00"]},
        {"name": "国庆", "first": "2026-10-01", "last": "2026-10-07"},
        {"name": "调休", "first": "2026-10-10", "hours": OFFICE},
    ]
    shop = calendar(dict.fromkeys(WEEKDAYS[:5], OFFICE), special=special)

    opens = [shop.opens_next(at(day)) for day in ("2026-10-01", "2026-10-04", "2026-10-09 18:00")]

    assert opens == [at("2026-10-03 10:00"), at("2026-10-08 09:00"), at("2026-10-10 09:00")]


def test_a_night_goes_on_into_a_holiday() -> None:
    holiday = {"name": "元旦", "first": "2027-01-01"}
    shop = calendar({"thu": ["20:00-02:00"], "fri": ["09:00-18:00"]}, special=[holiday])

    open_states = [shop.open_at(at(f"2027-01-01 {clock}")) for clock in ("01:59", "02:00", "09:00")]

    assert open_states == [True, False, False]


def test_who_never_opens_says_so() -> None:
    assert calendar({}).opens_next(at("2026-11-25")) is None


def test_around_the_clock_never_closes() -> None:
    shop = calendar(every_day("00:00-24:00"), NEW_YORK)

    start = at("2026-01-01", NEW_YORK)

    assert all(shop.open_at(start + hour * 3600) for hour in range(366 * 24))


@pytest.mark.parametrize(
    ("hours", "opened_for"),
    [
        ("01:00-05:00", 3),  # clocks go forward: 02:00 is 03:00
        ("02:30-05:00", 1.5),  # begins at 03:30
        ("01:00-02:30", 1.5),  # ends at 03:30
        ("02:30-03:15", 0),
    ],
)
def test_in_the_night_of_the_skipped_hour(hours: str, opened_for: float) -> None:
    shop = calendar({"sun": [hours]}, NEW_YORK)
    midnight = at("2026-03-08", NEW_YORK)

    minutes = sum(shop.open_at(midnight + n * MINUTE) for n in range(6 * 60))

    assert minutes == opened_for * 60


@pytest.mark.parametrize(
    ("hours", "opened_for"),
    [("00:00-03:00", 4), ("01:30-03:00", 2.5), ("00:00-01:30", 2.5), ("01:00-02:00", 2)],
)
def test_in_the_night_of_the_doubled_hour_both_count(hours: str, opened_for: float) -> None:
    shop = calendar({"sun": [hours]}, NEW_YORK)
    midnight = at("2026-11-01", NEW_YORK)

    minutes = sum(shop.open_at(midnight + n * MINUTE) for n in range(6 * 60))

    assert minutes == opened_for * 60


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@st.composite
def days(draw: st.DrawFn) -> list[str]:
    """Up to three intervals that don't overlap, the last perhaps past midnight."""
    times = sorted(draw(st.sets(st.integers(0, 1439), max_size=6)))
    pairs = list(zip(times[::2], times[1::2], strict=False))
    past_midnight: bool = draw(st.booleans())
    if pairs and past_midnight:
        pairs[-1] = pairs[-1][0], draw(st.integers(0, pairs[0][0]))
    return [f"{clock(a)}-{clock(b)}" for a, b in pairs if a != b]


WEEKS = st.fixed_dictionaries({name: days() for name in WEEKDAYS})
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)).map(
    lambda moment: moment.replace(tzinfo=UTC).timestamp()
)


def by_the_clock(week: Week, local: datetime) -> bool:
    """Whether the clock on the wall is inside of an interval of today or of yesterday."""
    minute = local.hour * 60 + local.minute
    today, yesterday = WEEKDAYS[local.weekday()], WEEKDAYS[local.weekday() - 1]
    return any(a <= minute < b for a, b in map(parse_interval, week[today])) or any(
        a <= minute + 1440 < b for a, b in map(parse_interval, week[yesterday])
    )


def changes_its_clocks(day: date, zone: ZoneInfo) -> bool:
    near = [datetime.combine(day + timedelta(days=n), time(), zone) for n in (-1, 0, 1, 2)]
    return len({moment.utcoffset() for moment in near}) > 1


@given(st.sampled_from([SHANGHAI, NEW_YORK]), WEEKS, MOMENTS)
def test_it_is_open_when_the_clock_on_the_wall_says_so(
    zone: ZoneInfo, week: Week, now: float
) -> None:
    local = datetime.fromtimestamp(now, zone)

    is_open = calendar(week, zone).open_at(now)

    assert changes_its_clocks(local.date(), zone) or is_open == by_the_clock(week, local)


@given(st.sampled_from([SHANGHAI, NEW_YORK]), WEEKS, MOMENTS)
@example(NEW_YORK, every_day("02:30-03:15"), at("2026-03-08 01:00", NEW_YORK))
@example(NEW_YORK, every_day("01:30-01:45"), at("2026-11-01 01:50", NEW_YORK))
def test_it_opens_next_at_the_first_open_moment(zone: ZoneInfo, week: Week, now: float) -> None:
    shop = calendar(week, zone)

    opens = shop.opens_next(now)

    until = now + 8 * 86400 if opens is None else opens
    waited = range(int(until - now) // (10 * MINUTE))
    assert not any(shop.open_at(now + n * 10 * MINUTE) for n in waited if opens != now)
    assert opens is None or (shop.open_at(opens) and (opens == now or not shop.open_at(opens - 1)))
