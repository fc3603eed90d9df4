"""Whether an answer to one question holds what another one asks."""

import pytest

from app.dialogue import coverage


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("几天", "7到10天到店", True), ("几天能到", "满199元包邮", False),
        ("多久", "大概40分钟", True), ("多少钱", "160 元", True), ("多少錢", "160 元", True),
        ("收费不", "不另外收费", True), ("多少起送", "满 60 元起送", True),
        ("一盒几片多少钱", "一盒 88 元", False), ("一盒几片多少钱", "一盒 5 片，88 元", True),
        ("几块钱", "15元", True), ("几点", "19:30 开始", True), ("几点", "周三开始", False),
        ("周几上", "每周一束", False), ("周几上", "每周一、周六", True),
        ("哪天几点", "周三有", False), ("哪天几点", "周三 20:30", True),
        ("每天几小时", "每 8 周复诊", False), ("几个小时", "2 小时", True),
        ("什么时候", "9 月到 11 月", True), ("放在哪", "一楼进门的木架上", True),
        ("在哪", "有货", False), ("几岁能上", "6岁以上", True), ("多重", "8.9 公斤", True),
        ("有几个架子", "6 个", True), ("怎么换", "100 分抵 3 元", None), ("能退吗", "能", None),
    ],
)  # fmt: skip
def test_an_answer_has_a_value_of_the_kind_that_is_asked_for(
    question: str, answer: str, expected: bool | None
) -> None:
    assert coverage.holds(question, answer) is expected


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("几天", "可以订，7到10天到店", True),
        ("寄成都邮费多少", "可以订，10元一本", False),
        ("离店五公里送一趟几块钱", "可以约时段，加10元", False),
        ("停车免费多久", "会员免费2小时", False),
        ("停车免费多久", "停车会员免费2小时", True),
    ],
)
def test_what_names_something_else_is_not_covered(
    question: str, answer: str, expected: bool
) -> None:
    assert coverage.covers(question, answer) is expected


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("能帮我调一本吗", "可以订，7到10天到店", True),
        ("要不要押金", "不用押金", True),
        ("能帮我调一本吗", "7到10天到店", False),
        ("多少钱", "可以订", False),
    ],
)
def test_an_answer_says_yes_or_no(question: str, answer: str, expected: bool) -> None:
    assert coverage.decides(question, answer) is expected
