"""Which entries contradict one another, and which only sound alike."""

import pytest

from app.knowledge.terms.subjects import (
    ask_apart,
    contradict,
    facts_differ,
    is_same_question,
    read_subject,
)
from app.knowledge.values import Entry
from app.messages.values import Text


def entry(question: str, answer: str, *variants: str) -> Entry:
    return Entry("id", question, variants, Text(content=answer))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("龙井茶多少钱一斤", "680 元一斤。"), ("茶叶蛋多少钱", "3 元一个。")),  # two goods
        (("大杯拿铁多少钱", "32 元。"), ("中杯拿铁多少钱", "28 元。")),  # two sizes
        (("白茶 250 克多少钱", "98 元。"), ("白茶 500 克多少钱", "188 元。")),
        (("S码多少钱", "99 元。"), ("L码多少钱", "109 元。")),
        (
            ("上海门店在哪里", "武康路 12 号。"),
            ("北京门店在哪里", "五道营胡同 8 号。"),
        ),  # two cities
        (("夏天几点关门", "22:00。"), ("冬天几点关门", "20:00。")),  # two seasons
        (("周末几点开门", "9 点。"), ("工作日几点开门", "10 点。")),
        (("平日停车怎么收费", "5 元一小时。"), ("周末停车怎么收费", "8 元一小时。")),
        (("退货运费谁出", "我们出。"), ("换货运费谁出", "您出。")),
        (("孕妇能喝吗", "不建议。"), ("小孩能喝吗", "可以少喝一点。")),
        (("会员打几折", "九折。"), ("生日打几折", "八折。")),
        (("白茶多少钱", "98 元。"), ("白茶多久发货", "48 小时内。")),  # another question
        (("白茶怎么泡", "水温 90 度。"), ("白茶怎么存", "干燥避光。")),
        (("有糖吗", "有。"), ("无糖吗", "不是。")),
    ],
)
def test_questions_that_name_different_things_do_not_contradict(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert contradict(entry(*one), entry(*other)) is False
    assert contradict(entry(*other), entry(*one)) is False


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("龙井茶多少钱一斤", "680 元。"), ("龙井茶一斤什么价", "720 元。")),
        (("白茶多少钱？", "九十八元。"), ("请问白茶怎么卖", "108 元。")),
        (("几点关门", "22:00。"), ("门店几点打烊呀", "二十一点。")),
        (("停车要收费吗", "不收费。"), ("停车收费吗", "收费，5 元一小时。")),
        (("快递费谁出", "满 99 包邮。"), ("运费谁出？", "买家承担。")),
        (("地址在哪里", "武康路 12 号。"), ("你们地址是哪里", "安福路 3 号。")),
        (("能开发票吗", "可以。"), ("可以开发票吗", "暂时不能开。")),
        (("多少钱", "三块。"), ("怎么卖", "五块。")),
        (("一般多久发货", "三天。"), ("你们多久可以寄出", "当天。")),
    ],
)
def test_the_same_question_with_other_facts_contradicts(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert contradict(entry(*one), entry(*other)) is True
    assert contradict(entry(*other), entry(*one)) is True


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("两天内发货。", "2 天内发货"),
        ("每天 10:00 到 22:00。", "每天十点到二十二点！"),
        ("可以。", "可以，下单时备注抬头就行。"),
        ("48 小时内发货。", "付款后 48 小时内发货，预售除外。"),
        ("水温 90 度。", "水温 90 度，先温杯，再泡 20 秒。"),
    ],
)
def test_an_answer_that_only_says_more_does_not_differ(one: str, other: str) -> None:
    assert (facts_differ(one, other), facts_differ(other, one)) == (False, False)


def test_variants_count_unless_they_name_nothing() -> None:
    tea = entry("龙井茶多少钱", "680 元。", "多少钱", "明前龙井价格")
    eggs = entry("茶叶蛋多少钱", "3 元。", "多少钱")
    dear = entry("特级龙井怎么卖", "980 元。", "明前龙井怎么卖")

    assert (contradict(tea, eggs), contradict(tea, dear)) == (False, True)


def test_the_order_of_words_makes_no_other_question() -> None:
    assert is_same_question("用什么快递发货", "发货用什么快递") is True
    assert is_same_question("发货用什么快递", "退货用什么快递") is False


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("龙井茶多少钱", "龙井怎么卖", False), ("门店有停车场吗", "你们有停车场吗", False),
        ("新疆邮费", "新疆运费多少", False), ("可以开发票吗", "能不能开发票", False),
        ("会员卡怎么办", "会员怎么办理", False), ("茶室能抽烟吗", "能抽烟吗", False),
        ("龙井多少钱", "碧螺春多少钱", True), ("红茶怎么泡", "绿茶怎么泡", True),
        ("月卡多少钱", "卡多少钱", True), ("白茶饼多少钱", "白茶饼礼盒多少钱", True),
        ("多少钱", "龙井多少钱", True), ("能带狗吗", "能带猫吗", True),
        ("100克龙井多少钱", "250克龙井多少钱", True), ("两斤多少钱", "三斤多少钱", True),
        ("两斤多少钱", "2斤多少钱", False), ("5岁能上吗", "8岁能上吗", True),
        ("新疆运费多少", "北京运费多少", True), ("运费多少", "新疆运费多少", True),
        ("杭州店电话", "上海店电话", True), ("周一开门吗", "周日开门吗", True),
        ("几点开门", "几点关门", True), ("什么时候发货", "怎么发货", True),
    ],
)  # fmt: skip
def test_questions_that_name_other_things_ask_apart(one: str, other: str, apart: bool) -> None:
    subjects = read_subject(one), read_subject(other)

    ways = (subjects, subjects[::-1])
    assert [ask_apart(*way) for way in ways] == [apart, apart]
