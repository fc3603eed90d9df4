"""Facts, values and offers are found however they are written."""

import pytest

from app.dialogue.fallbacks import small_talk, unanswered_texts
from app.dialogue.wording import answer_texts, english, slot_texts
from app.messages.phrases import Phrase
from tests.bench.answers import matching


@pytest.mark.parametrize(
    ("text", "fact", "expected"),
    [
        ("营业到22:00", "10点|22:00", True),
        ("营业到２２：００", "22:00", True),
        ("押金 1,000 元", "1000元", True),
        ("编号1到300，688元", "688元", True),
        ("50 毫升 清水", "50毫升清水", True),
        ("免费WiFi", "wifi", True),
        ("112元", "12元", False),
        ("3.12元", "12元", False),
        ("88 元", "8", False),
        ("2 次，1 0 天", "10 天", False),
        ("小份159元", "大份", False),
        ("", "12元", False),
    ],
)
def test_a_fact_stands_in_a_text_whole(text: str, fact: str, expected: bool) -> None:
    assert matching.states(text, fact) is expected


def test_each_fact_must_stand_there() -> None:
    assert matching.states_all("两天，免费", ["免费|不要钱", "两天"])
    assert not matching.states_all("两天", ["免费|不要钱", "两天"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("关于停车，我这边暂时没有查到", True),
        ("这个我不太确定", True),
        ("没找到相关说明", True),
        ("请同事确认后告诉您", True),
        ("运费8元，回复「人工」联系同事", False),
        ("没有糖", False),
        ("不了解尺码的话可以看尺码表", False),
        ("We have parking, and pets are welcome", False),
    ],
)
def test_a_text_says_that_something_is_not_known(text: str, expected: bool) -> None:
    assert matching.says_unknown(text) is expected


DECLINES = [
    answer_texts.UNKNOWN, answer_texts.UNKNOWN_OFFER, answer_texts.UNKNOWN_ALL,
    answer_texts.UNKNOWN_ALL_OFFER, answer_texts.NOT_SURE, slot_texts.AGENT_ANSWERS,
    slot_texts.SEE_PAGE, answer_texts.OFFER_PERSON, answer_texts.NO_PERSON_UNKNOWN,
    unanswered_texts.UNSURE, unanswered_texts.UNSURE_AGAIN, unanswered_texts.ADVICE,
    small_talk.WORDS["advice"],
]  # fmt: skip


@pytest.mark.parametrize("phrase", DECLINES, ids=lambda phrase: phrase.id)
def test_each_of_our_declines_is_taken_for_one(phrase: Phrase) -> None:
    texts = [*phrase, *(english.translate_phrase(phrase) or ())]

    assert [text for text in texts if not matching.says_unknown(text)] == []


@pytest.mark.parametrize(
    ("text", "value", "message", "expected"),
    [
        ("订单 QZ20261128037 已记下", "QZ20261128037", "qz20261128037这个", True),
        ("qz 2026 1128 037", "QZ20261128037", "", True),
        ("QZ20261128038", "QZ20261128037", "", False),
        ("手机号 138****5521 的积分", "13800005521", "13800005521", True),
        ("尾号5521", "13800005521", "13800005521", True),
        ("共5521元", "13800005521", "13800005521", False),
        ("寄到新疆运费25元", "新疆", "新疆", True),
        ("7岁以上可以", "7岁", "刚满七岁", True),
        ("10岁以上可以", "7岁", "刚满七岁", False),
        ("周六晚上6位，已记下", "周六晚上 6人", "周六晚上6个人", True),
        ("2位，先记下", "2人", "两个人", True),
        ("3位，先记下", "2人", "两个人", False),
        ("每天 8:00 开门", "周六晚上 6人", "周六晚上6个人", False),
        ("秦岭路300号", "周四 9:00 1人", "秦岭路 周四早上九点 一个人", False),
        ("身高165选M", "165cm 52kg", "身高一六五体重52公斤", True),
        ("40斤以下", "165cm 52kg", "身高一六五体重52公斤", False),
        ("红玫瑰33枝428元", "红玫瑰 33枝", "红玫瑰33枝那款", True),
        ("收到：明晚六点半，两位", "明天 18:30 2人", "明晚六点半 我跟我男朋友", True),
    ],
)
def test_a_value_is_named_in_other_ways_of_writing(
    text: str, value: str, message: str, expected: bool
) -> None:
    assert matching.names_value(text, value, message) is expected


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("请问您要寄到哪里？", True),
        ("您好。请问您要寄到哪里？", True),
        ("寄到新疆25元。", False),
        ("寄到新疆25元。还想问什么？", False),
    ],
)
def test_a_question_is_asked_again(reply: str, expected: bool) -> None:
    assert matching.repeats_question(reply, "运费看地区。请问您要寄到哪里？") is expected


def test_the_same_reply_again_is_a_repetition() -> None:
    assert matching.repeats_question("3公里内免费。", "3公里内 免费。")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("真抱歉，东西成这样。一罐 88 元。", True),
        ("不好意思，卖完了", True),
        ("一罐 88 元，抱歉没有优惠", False),
    ],
)
def test_a_text_begins_with_an_apology(text: str, expected: bool) -> None:
    assert matching.apologises(text) is expected


def test_a_menu_offers_its_links_and_its_numbered_lines() -> None:
    text = (
        "您是想问：\n"
        '1. <a href="weixin://bizmsgmenu?msgmenucontent=红茶多少钱&msgmenuid=e01">红茶价格</a>\n'
        "2. 绿茶多少钱"
    )

    assert matching.offered(text) == ("红茶多少钱", "红茶价格", "绿茶多少钱")


def test_the_beginning_of_an_answer_in_a_menu_is_not_offered() -> None:
    link = '<a href="weixin://bizmsgmenu?msgmenucontent=红茶多少钱&msgmenuid=e01">红茶多少钱</a>'

    assert matching.offered(f"您是想问：\n1. {link}：一罐 88 元，绿茶多少钱另问…") == (
        "红茶多少钱",
    )


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        (["红茶多少钱？"], True),
        (["红茶多少…"], True),
        (["红茶"], False),
        (["绿茶多少钱"], False),
        ([], False),
    ],
)
def test_an_offer_is_known_by_its_words(offers: list[str], expected: bool) -> None:
    assert matching.names_one(offers, ["红茶多少钱"]) is expected
