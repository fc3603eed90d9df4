from datetime import datetime

from app.kit.clock import (
    CHINA,
    china_day,
    china_minute,
    next_china_midnight,
)


def test_midnight_in_china_is_four_in_the_afternoon_of_utc() -> None:
    assert datetime(2026, 7, 1, tzinfo=CHINA).isoformat() == "2026-07-01T00:00:00+08:00"


def test_a_day_in_china_ends_eight_hours_before_one_in_greenwich() -> None:
    last_second = 1_700_063_999.0  # 2023-11-15 15:59:59 UTC

    days = china_day(last_second), china_day(last_second + 1)

    assert days == ("20231115", "20231116")
    assert china_minute(last_second) == "202311152359"
    assert next_china_midnight(last_second) == last_second + 1
    assert next_china_midnight(last_second + 1) == last_second + 1 + 86_400
