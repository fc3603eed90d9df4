"""Hours and moments in words."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.rules import wording
from app.rules.values import WEEKDAYS, Hours

ZONE = ZoneInfo("Asia/Shanghai")
DAY = ["09:00-18:00"]


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ({"weekly": dict.fromkeys(WEEKDAYS, DAY)}, "每日 09:00–18:00"),
        ({"weekly": dict.fromkeys(WEEKDAYS[:5], DAY) | {"sat": ["13:30-16:00", "10:00-12:00"]}},
         "周一至周五 09:00–18:00，周六 10:00–12:00、13:30–16:00"),
        ({"weekly": {"mon": DAY, "wed": DAY}}, "周一 09:00–18:00，周三 09:00–18:00"),
        ({"weekly": {}}, "暂无人工服务"),
        ({"weekly": {"mon": DAY}, "text": "工作日白天"}, "工作日白天"),
    ],
)  # fmt: skip
def test_hours_are_written_out(hours: dict[str, Any], words: str) -> None:
    assert wording.format_hours(Hours.model_validate(hours)) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("2026-11-25 14:00", "今天 14:00"),
        ("2026-11-26 09:00", "明天 09:00"),
        ("2026-11-29 09:00", "周日 09:00"),
        ("2026-11-30 09:00", "11月30日 09:00"),
    ],
)
def test_a_moment_is_told_from_a_wednesday(at: str, words: str) -> None:
    now, then = (
        datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()
        for text in ("2026-11-25 13:00", at)
    )

    assert wording.format_moment(then, now, ZONE) == words


def test_a_moment_that_does_not_come_is_later() -> None:
    assert wording.format_moment(None, 0, ZONE) == "稍后"
