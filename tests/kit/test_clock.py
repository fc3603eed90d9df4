from datetime import datetime, timedelta

from app.kit.clock import CHINA, to_milliseconds


def test_durations_become_whole_milliseconds() -> None:
    durations = [timedelta(days=180), timedelta(seconds=0.0019), timedelta()]

    assert [to_milliseconds(each) for each in durations] == [15_552_000_000, 1, 0]


def test_midnight_in_china_is_four_in_the_afternoon_of_utc() -> None:
    assert datetime(2026, 7, 1, tzinfo=CHINA).isoformat() == "2026-07-01T00:00:00+08:00"
