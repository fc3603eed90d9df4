"""What is still missing of what was asked for, and what an order is about."""

import pytest

from app.dialogue.slot_filling import missing_details
from app.sessions.store import Session, SessionTurn

DELIVERY = "您需要修改收件信息，请发来订单号和完整的新姓名、电话、地址，我转给同事看能否修改。"
VISIT = "请问您打算哪天、几点来，一共几位呢？"
SIZE = "请问您的身高和体重是多少，或者平时穿什么码呢？"


def after(answer: str, question: str = "地址填错了") -> Session:
    return Session(turns=(SessionTurn(text=question, answer=answer),), question=question)


@pytest.mark.parametrize(
    ("answer", "text", "words"),
    [
        (DELIVERY, "20261125000123", "新的姓名、电话和地址"),
        (DELIVERY, "20261125000123 张三 13800001111", "新的地址"),
        (DELIVERY, "20261125000123 张三 13800001111 杭州西湖区文一路1号", ""),
        (DELIVERY, "好的", ""), (DELIVERY, "你们几点关门", ""),
        (VISIT, "周六", "时间和人数"), (VISIT, "周六晚上", "人数"), (VISIT, "6位", "日期和时间"),
        (VISIT, "周六晚上6个人", ""), (SIZE, "165", "体重"), (SIZE, "165 52公斤", ""),
        (SIZE, "L码", ""), ("请发来订单号。", "20261125000123", ""),
    ],
)  # fmt: skip
def test_what_did_not_come_is_named(answer: str, text: str, words: str) -> None:
    session = after(answer)
    items = missing_details.find_missing_items(text, session)

    assert (missing_details.name_items(items, session) if items else "") == words


@pytest.mark.parametrize(
    "persons",
    [
        "仨人", "咱仨", "我们俩", "我带俩孩子", "8个人", "12 位", "3 个", "6~8人", "三四个人",
        "十来个", "两大一小", "一男两女", "一家三口", "我和闺蜜两个", "我和三个同事", "两个女生",
        "5个同学", "我跟老公还有孩子", "单人", "就我自己", "一个大人一个娃",
    ],
)  # fmt: skip
def test_how_many_come_may_be_said_in_any_words(persons: str) -> None:
    assert missing_details.find_missing_items(f"周六下午两点，{persons}", after(VISIT)) == ()
    assert missing_details.find_missing_items(persons, after(VISIT)) == ("日期", "时间")


def test_what_the_question_that_waits_says_is_not_missing() -> None:
    session = after(VISIT, "我们8个人想订位").model_copy(update={"waiting": "我们8个人想订位"})

    assert missing_details.find_missing_items("周六", session) == ("时间",)
    assert missing_details.find_missing_items("周六3个小时", after(VISIT)) == ("时间", "人数")


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("想订位", "您打算哪天、几点来，一共几位"),
        ("仨人想订位", "您打算哪天、几点来"),
        ("想订周六晚上的位子", "一共几位"),
        ("周六晚上两大一小", ""),
    ],
)
def test_a_booking_is_asked_only_for_what_it_does_not_say(text: str, missing: str) -> None:
    assert missing_details.left_of_visit(text) == missing


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("报的课想退了", "退课"), ("买大了想换一双", "换货"), ("怎么还没发货", "催发货"),
        ("地址填错了能改吗", "改地址"), ("快递到哪了", "查快递"), ("衣服想退货", "退货"),
        ("订单不想要了", "取消订单"), ("你们几点关门", ""), ("在吗", ""),
    ],
)  # fmt: skip
def test_the_open_request_is_named_in_a_word(question: str, words: str) -> None:
    assert missing_details.find_request(after("好的", question)) == words
