"""The follower's own words, where they may be said back."""

import pytest

from app.dialogue.understanding import quoting


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("有WiFi吗", "WiFi"), ("有没有儿童椅呀", "儿童椅"), ("你们有充电宝吗", "充电宝"),
        ("有优惠没", "优惠"), ("\u202e有\ufeff停车\x7f位吗", "停车位"), ("你家有卖花瓶吗", "花瓶"),
        ("你好，有包间吗，谢谢", "包间"),
    ],
)  # fmt: skip
def test_a_thing_is_named_without_quotation_marks(question: str, name: str) -> None:
    assert quoting.name_question(question) == name


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("能带狗吗？", "「能带狗吗」"), ("停车多少钱", "「停车多少钱」"),
        ("那停车多少钱", "「停车多少钱」"),
        ("你们直播几点", "「直播几点」"), ("請問可以刷卡嗎", "「可以刷卡嗎」"),
        ("教练怎么样嘛", "「教练怎么样」"), ("快点说运费多少", "「运费多少」"),
        ("体检要带什么", "「体检要带什么」"), ("停车怎么收费呢", "「停车怎么收费」"),
    ],
)  # fmt: skip
def test_a_short_whole_question_is_quoted(question: str, name: str) -> None:
    assert quoting.name_question(question) == name


@pytest.mark.parametrize("question", ["停车费", "取货时间", "营业时间", "石榴巷店电话", "大衣价格"])
def test_a_matter_is_named_without_quotation_marks(question: str) -> None:
    assert quoting.name_question(question) == question


def test_a_name_alone_is_quoted_only_to_ask_what_of_it() -> None:
    assert (quoting.name_question("三体"), quoting.quote_question("三体")) == ("", "「三体」")


@pytest.mark.parametrize(
    "question",
    [
        "秦望路呢", "那周末呢", "七公里的话", "那停车费", "那季卡", "换成红色的", "大的多少钱",
        "红色的有吗", "秦望路店的话停车吗", "孩子的怎么收费",
    ],
)  # fmt: skip
def test_what_leans_on_an_earlier_question_is_not_said_back(question: str) -> None:
    assert (quoting.name_question(question), quoting.quote_question(question)) == ("", "")


@pytest.mark.parametrize(
    "question",
    [
        "在哪", "多少", "有啥喝的", "做得", "另一家呢", "几天", "要不要", "怎么弄", "可以吗",
        "好用吗", "贵不贵", "能退吗", "有没有小份的", "这个多少钱", "我老婆能来吗",
        "周六来 能便宜吗",
        "如果下雨，能退吗", "早上几点有课啊老师", "没有会员能进吗",
        "你们有什么颜色可以让孩子自己挑的吗", "电话13800138000能打吗", "你们是骗子吗",
        "点https://a.cn有用吗", "的话能退吗",
        "", "？", "how much",
    ],
)  # fmt: skip
def test_what_is_no_name_of_anything_is_not_said_back(question: str) -> None:
    assert quoting.name_question(question) == ""
