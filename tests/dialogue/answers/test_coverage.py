"""Whether an answer to one question holds what another one asks."""

import pytest

from app.dialogue.answers import coverage


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
    assert coverage.has_asked_values(question, answer) is expected


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
    assert coverage.covers_question(question, answer) is expected


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
    assert coverage.answers_yes_or_no(question, answer) is expected


@pytest.mark.parametrize(
    ("question", "answer", "name"),
    [
        ("爆米花多少钱", "电影厅可带饮料零食，不可带榴莲。", "具体的价格"),
        ("你们楼下停车收费吗", "花园路 88 号 9 楼，地铁 D 口走 6 分钟。", "具体的价格"),
        ("柳荫站几点开门", "柳荫街 52 号，菜场南门对面。", "具体几点"),
        ("停車場幾點鎖門", "停车 15 元一次。", "具体几点"),
        ("什么时候开新班", "一班 6 人，地方在二楼。", "具体的时间"),
        ("你们的地址发一下", "每天有货，可以定制。", "具体的位置"),
        ("天河店的电话多少", "天河店在体育西横街 60 号。", "电话号码"),
        ("课上多久", "一班 6 人，1280 元。", "具体要多久"),
        ("提前几天说", "可以布置，388 元起。", "具体要多久"),
        ("孩子多大的孩子能报", "一人一张票。", "年龄上的要求"),
        ("一个班几个人", "现场报名，按先后排。", "具体的数目"),
        ("箱子多重", "3 层瓦楞，28 元。", "具体的重量"),
        # What the answer tells in other words, and what asks for no value.
        ("办卡多少钱", "会员卡免费。", ""), ("加急收费吗", "不另外收。", ""),
        ("几点有", "全天都有。", ""), ("要等多久", "现场立取。", ""), ("要多久", "当天。", ""),
        ("多大的孩子能学", "小班起。", ""), ("多少钱", "暂不开放加盟，所有店直营。", ""),
        ("晚几天怎么罚", "每本每天 0.5 元。", ""), ("我想改个地址", "发货前可以改。", ""),
        ("国庆那几天能用吗", "法定节假日不能用。", ""), ("能退吗", "可以。", ""),
    ],
)  # fmt: skip
def test_a_detail_that_an_answer_lacks_is_named(question: str, answer: str, name: str) -> None:
    assert coverage.name_lacking(question, "说明", answer) == name


def test_an_answer_to_such_a_question_lacks_nothing() -> None:
    assert coverage.name_lacking("几点开门", "几点营业", "看天气。") == ""
