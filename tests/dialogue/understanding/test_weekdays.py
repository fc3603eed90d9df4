"""Days of the week in texts, and dates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dialogue.answers.answer_clauses import clauses
from app.dialogue.understanding.entities import weekdays

TODAY = date(2026, 11, 30)  # a Monday
READING = "读书会每周五19:30在秦望路店二楼，免费，每周一中午在公众号开放报名。"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("周一到周四10:00", {0, 1, 2, 3}), ("周六日", {5, 6}), ("周六、日做", {5, 6}),
        ("周一三五", {0, 2, 4}), ("周末", {5, 6}), ("周五至周一", {0, 4, 5, 6}),
        ("星期天", {6}), ("周六一节课", {5}), ("工作日", {0, 1, 2, 3, 4}),
        ("每天8:30", {*range(7)}), ("一周三次", set()), ("周年庆", set()), ("", set()),
    ],
)  # fmt: skip
def test_the_days_that_a_text_names_are_found(text: str, days: set[int]) -> None:
    assert weekdays.find_weekdays(text) == days


@pytest.mark.parametrize(
    ("text", "words", "days"),
    [
        ("12月5号 两个人", "12月5号", {5}), ("5号", "5号", {5}), ("12.5号", "12.5号", {5}),
        ("十二月五日晚上", "十二月五日", {5}), ("明天", "明天", {1}),
        ("下个月3号", "下个月3号", {3}), ("这周末", "这周末", {5, 6}),
        ("周六晚上", "周六", {5}), ("2月29号", "", set()),
        ("33枝", "", set()), ("1.5小时", "", set()),
    ],
)  # fmt: skip
def test_a_date_falls_on_its_next_day(text: str, words: str, days: set[int]) -> None:
    day = weekdays.find_day(text, TODAY)

    assert (day.words if day else "", day.weekdays if day else set()) == (words, days)


@pytest.mark.parametrize(
    ("text", "answer", "off"),
    [
        ("12月5号", READING, ["读书会每周五19:30在秦望路店二楼"]),
        ("周一", READING, ["读书会每周五19:30在秦望路店二楼"]),
        ("12月4号", READING, []), ("周五晚上", READING, []),
        ("周一", "东湾场每天7:30-18:00，周一检修不开。", ["周一检修不开"]),
        ("周二", "东湾场每天7:30-18:00，周一检修不开。", []),
        ("周六", "西坡场每天6:30-20:30。", []), ("周六", "需要预约。", []),
    ],
)  # fmt: skip
def test_a_day_on_which_nothing_takes_place_is_told_apart(
    text: str, answer: str, off: list[str]
) -> None:
    day = weekdays.find_day(text, TODAY)

    assert day is not None
    assert [each.text for each in weekdays.find_conflict(day, clauses.split(answer))] == off


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    day = weekdays.find_day(text, TODAY)

    assert day is None or day.weekdays
