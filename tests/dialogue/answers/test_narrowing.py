"""What of an answer is about a follow-up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dialogue.answers import narrowing
from app.dialogue.answers.answer_clauses import clauses
from app.dialogue.answers.narrowing import FollowUp

TODAY = date(2026, 11, 30)  # a Monday
PARKING = (
    "停车方便吗",
    "秦望路店停云起大厦地下，消费满50元免2小时；石榴巷是步行街，停巷口公共停车场，6元一小时。",
)
HOURS = (
    "石榴巷店几点开门关门",
    "石榴巷店周一到周四10:00-21:00，周五到周日10:00-22:00，21:00后咖啡只做外带。",
)
COFFEE = ("美式咖啡多少钱", "热美式22元，冰美式24元，都是双份浓缩，续一杯热美式8元，限当天。")
POSTAGE = (
    "寄书邮费多少",
    "满99元包邮；不满的江浙沪6元，其他地方10元，新疆、西藏20元且不包邮。",
)
GLASS = ("永生花多少钱", "永生花玻璃罩小号199元，大号329元，带灯底座的再加40元。")
ORCHID = (
    "蝴蝶兰盆花多少钱",
    "蝴蝶兰3株一盆188元，5株一盆298元，都带陶瓷盆，腊月二十以后各加60元。",
)
DRIVING = ("自动挡学费多少", "C2自动挡普通班3680元，VIP班5280元，含两次补考和教材。")
PRIVATE = (
    "私教一节多少钱",
    "一对一私教 60 分钟 380 元，首席老师 560 元，两人同上各付 240 元。",
)
VALENTINE = (
    "情人节和七夕红玫瑰什么价",
    "2月12日至14日和七夕当天，11枝红玫瑰268元，33枝698元，需提前3天预订并付全款。",
)
READING = (
    "读书会什么时候",
    "读书会每周五19:30在秦望路店二楼，免费，20个名额，每周一中午在公众号开放报名。",
)
FLOWER_CLASS = (
    "花艺课要基础吗 小孩能上吗",
    "零基础就能上，每班最多8人，10岁以上可以单独上，更小的要家长陪。",
)


def narrow(entry: tuple[str, str], text: str, before: str = "") -> tuple[str, str, str] | None:
    title, answer = entry
    follow_up = FollowUp(
        text=text,
        before=before or title,
        answer=answer,
        title=title,
        today=TODAY,
        names={"石榴巷", "秦望路"},
    )
    narrowed = narrowing.narrow_answer(follow_up)
    return (narrowed.kind, narrowed.about, narrowed.text) if narrowed else None


def clause(entry: tuple[str, str], text: str, before: str = "") -> str | None:
    outcome = narrow(entry, text, before)
    return outcome[2] if outcome and outcome[0] == "clause" else None


@pytest.mark.parametrize(
    ("entry", "text", "before", "expected"),
    [
        (PARKING, "另一家呢", "秦望路店停车方便吗",
         "石榴巷是步行街，停巷口公共停车场，6元一小时。"),
        (PARKING, "另外那家呢", "石榴巷好停车吗",
         "秦望路店停云起大厦地下，消费满50元免2小时。"),
        (("停车方便吗", "甲路店停地下，前2小时免费；乙街门口有车位。"), "另一家呢",
         "甲路店停车方便吗", "停车：乙街门口有车位。"),
        (("东湾练车时间", "东湾场每天7:30-18:00，周一检修不开。"), "周一呢", "",
         "东湾练车：周一检修不开。"),
        (HOURS, "周末呢", "", "石榴巷店周五到周日10:00-22:00，21:00后咖啡只做外带。"),
        (HOURS, "那星期六呢", "", "石榴巷店周五到周日10:00-22:00，21:00后咖啡只做外带。"),
        (HOURS, "12月5号呢", "", "石榴巷店周五到周日10:00-22:00，21:00后咖啡只做外带。"),
        (COFFEE, "冰的呢", "", "冰美式24元，都是双份浓缩，续一杯热美式8元，限当天。"),
        (COFFEE, "热的呢", "", "热美式22元，都是双份浓缩，续一杯热美式8元，限当天。"),
        (POSTAGE, "河南呢", "", "满99元包邮；不满的其他地方10元。"),
        (POSTAGE, "寄苏州呢", "", "满99元包邮；不满的江浙沪6元。"),
        (POSTAGE, "新疆呢", "", "满99元包邮；不满的新疆、西藏20元且不包邮。"),
        (POSTAGE, "昆山的", "", "满99元包邮；不满的江浙沪6元。"),
        (GLASS, "大一点的呢", "", "永生花玻璃罩大号329元，带灯底座的再加40元。"),
        (GLASS, "有大号吗", "", "永生花玻璃罩大号329元，带灯底座的再加40元。"),
        (ORCHID, "5株的呢", "", "蝴蝶兰盆花：5株一盆298元，带陶瓷盆，腊月二十以后各加60元。"),
        (ORCHID, "五株的", "三株的蝴蝶兰多少",
         "蝴蝶兰盆花：5株一盆298元，带陶瓷盆，腊月二十以后各加60元。"),
        (("体态矫正", "体态矫正：单节 150 元，8 节 1,080 元。"), "买八节呢", "",
         "体态矫正：8 节 1,080 元。"),
        (ORCHID, "大一点的", "", "蝴蝶兰5株一盆298元，带陶瓷盆，腊月二十以后各加60元。"),
        (DRIVING, "VIP呢", "", "自动挡：VIP班5280元，含两次补考和教材。"),
        (DRIVING, "再高一级呢", "", "自动挡：VIP班5280元，含两次补考和教材。"),
        (PRIVATE, "我和老公呢", "", "私教：两人同上各付 240 元。"),
        (PRIVATE, "两个人呢", "", "私教：两人同上各付 240 元。"),
        (VALENTINE, "33枝的呢", "", "2月12日至14日和七夕当天，33枝698元，需提前3天预订并付全款。"),
    ],
)  # fmt: skip
def test_the_clause_about_what_is_new_is_said_with_its_subject_and_conditions(
    entry: tuple[str, str], text: str, before: str, expected: str
) -> None:
    assert clause(entry, text, before) == expected


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (HOURS, "周二呢"),  # 21:00后 may be for all days
        (GLASS, "小号呢"),  # so may the lamp
        (COFFEE, "怎么点"), (POSTAGE, "包邮吗"), (READING, "我和老公"), (PRIVATE, "老师好吗"),
    ],
)  # fmt: skip
def test_nothing_is_cut_where_no_clause_surely_stands_by_itself(
    entry: tuple[str, str], text: str
) -> None:
    assert narrow(entry, text) is None


@pytest.mark.parametrize(
    ("entry", "text", "about"),
    [
        (HOURS, "那另一家呢", "另一家"), (READING, "周六呢", "周六"),
        (COFFEE, "大一点的呢", "大一点的"),
        (READING, "12月5号的", "12月5号"),
    ],
)  # fmt: skip
def test_what_the_answer_does_not_list_is_said_so(
    entry: tuple[str, str], text: str, about: str
) -> None:
    assert narrow(entry, text) == ("unlisted", about, entry[1])


@pytest.mark.parametrize(
    ("answer", "text", "kind", "about", "expected"),
    [
        ("65岁以上请带体检报告。", "67", "value", "67岁", "65岁以上请带体检报告。"),
        ("65岁以上请带体检报告。", "我妈63", "outside", "63岁", "65岁以上请带体检报告。"),
        ("16周岁以上可以报名，未满的等一等。", "13岁", "value", "13岁",
         "16周岁以上可以报名，未满的等一等。"),
        ("16周岁以上可以报名。", "13", "outside", "13岁", "16周岁以上可以报名。"),
        ("满6岁可以上，70岁以上要家人陪。", "30岁", "value", "30岁", "满6岁可以上。"),
        ("6岁起可以上，10岁以下要家长陪。", "12岁", "value", "12岁",
         "6岁起可以上，10岁以下要家长陪。"),
        ("3公里内免费送，3到10公里15元，超过10公里每公里加2元。", "5公里", "value", "5公里",
         "门票：3到10公里15元。"),
        ("身高1.2米以下免票，1.2米到1.5米半价。", "孩子1米3", "value", "130厘米",
         "门票：1.2米到1.5米半价。"),
    ],
)  # fmt: skip
def test_a_number_is_compared_with_the_bounds_of_the_answer(
    answer: str, text: str, kind: str, about: str, expected: str
) -> None:
    narrowed = narrowing.narrow_answer(
        FollowUp(text=text, before="门票多少钱", answer=answer, title="门票多少钱", today=TODAY)
    )

    assert narrowed is not None
    assert (narrowed.kind, narrowed.about, narrowed.text) == (kind, about, expected)


@pytest.mark.parametrize(
    ("entry", "text", "is_stranger"),
    [
        (POSTAGE, "美国呢", True), (PRIVATE, "瑜伽呢", True),
        (("百天照多少钱", "百天照999元，三个造型。"), "周岁呢", True), (COFFEE, "续杯呢", False),
        (POSTAGE, "怎么算的呀", False), (POSTAGE, "能便宜点吗", False),
        (READING, "我和老公", False), (GLASS, "带灯的呢", False),
        (("孕妇照几个月拍", "双胎24到28周。"), "双胞胎呢", False),
        (("挂号多少钱", "夜间急诊120元。"), "半夜去呢", False), (POSTAGE, "要收钱吗", False),
    ],
)  # fmt: skip
def test_what_neither_answer_nor_question_has_a_word_of_is_a_stranger(
    entry: tuple[str, str], text: str, is_stranger: bool
) -> None:
    title, answer = entry

    follow_up = FollowUp(text=text, before=title, answer=answer, title=title, today=TODAY)

    assert narrowing.names_stranger(follow_up) == is_stranger


def test_above_the_highest_level_nothing_is_listed() -> None:
    assert narrow(DRIVING, "再高一级呢", "VIP学费多少") == ("unlisted", "再高一级", DRIVING[1])


def test_the_rest_of_a_bound_keeps_the_bound() -> None:
    assert narrow(FLOWER_CLASS, "7岁") == ("value", "7岁", FLOWER_CLASS[1])
    assert narrow(FLOWER_CLASS, "12岁的呢") == (
        "value", "12岁", "零基础就能上，每班最多8人，10岁以上可以单独上。"
    )  # fmt: skip


def test_an_exception_is_not_cut_off() -> None:
    assert narrow(POSTAGE, "买了120") == ("value", "120元", POSTAGE[1])


@pytest.mark.parametrize(
    ("answer", "value", "is_bound"),
    [
        ("16周岁以上可以报名。", "13岁", True), ("16周岁以上可以报名。", "17岁", False),
        ("满199元包邮。", "13岁", False), ("零基础就能上。", "13岁", False),
        ("16岁以下不接待。", "16岁", True),
    ],
)  # fmt: skip
def test_a_value_is_agreed_to_only_where_it_meets_every_bound(
    answer: str, value: str, is_bound: bool
) -> None:
    assert narrowing.sets_bound(answer, value) == is_bound


@given(st.text(max_size=80), st.text(max_size=20))
def test_every_cut_is_made_of_the_answers_own_clauses(answer: str, text: str) -> None:
    narrowed = narrowing.narrow_answer(
        FollowUp(text=text, before="多少钱", answer=answer, title="多少钱", today=TODAY)
    )

    own = "".join(part.text for part in clauses.split(answer))
    if narrowed and narrowed.kind == "clause":
        assert {*narrowed.text} <= {*own, *"，；。：多少钱", *answer}
