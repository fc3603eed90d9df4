"""What is still missing of what was asked for, and what an order is about."""

import pytest

from app.dialogue import lacking
from app.sessions.store import Said, Session

DELIVERY = "您需要修改收件信息，请发来订单号和完整的新姓名、电话、地址，我转给同事看能否修改。"
VISIT = "请问您打算哪天、几点来，一共几位呢？"
SIZE = "请问您的身高和体重是多少，或者平时穿什么码呢？"


def after(answer: str, question: str = "地址填错了") -> Session:
    return Session(turns=(Said(text=question, answer=answer),), question=question)


@pytest.mark.parametrize(
    ("answer", "text", "words"),
    [
        (DELIVERY, "20261125000123", "新的姓名、电话和地址"),
        (DELIVERY, "20261125000123 张三 13800001111", "新的地址"),
        (DELIVERY, "20261125000123 张三 13800001111 杭州西湖区文一路1号", ""),
        (DELIVERY, "好的", ""), (DELIVERY, "你们几点关门", ""),
        (VISIT, "周六", "几点和人数"), (VISIT, "周六晚上", "人数"), (VISIT, "6位", "日期和几点"),
        (VISIT, "周六晚上6个人", ""), (SIZE, "165", "体重"), (SIZE, "165 52公斤", ""),
        (SIZE, "L码", ""), ("请发来订单号。", "20261125000123", ""),
    ],
)  # fmt: skip
def test_what_did_not_come_is_named(answer: str, text: str, words: str) -> None:
    session = after(answer)
    items = lacking.missing(text, session)

    assert (lacking.named(items, session) if items else "") == words


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("报的课想退了", "退课"), ("买大了想换一双", "换货"), ("怎么还没发货", "催发货"),
        ("地址填错了能改吗", "改地址"), ("快递到哪了", "查快递"), ("衣服想退货", "退货"),
        ("订单不想要了", "取消订单"), ("你们几点关门", ""), ("在吗", ""),
    ],
)  # fmt: skip
def test_the_open_request_is_named_in_a_word(question: str, words: str) -> None:
    assert lacking.request(after("好的", question)) == words
