from datetime import timedelta

from app.redis.units import to_milliseconds


def test_durations_become_whole_milliseconds() -> None:
    durations = [timedelta(days=180), timedelta(seconds=0.0019), timedelta()]

    assert [to_milliseconds(each) for each in durations] == [15_552_000_000, 1, 0]
