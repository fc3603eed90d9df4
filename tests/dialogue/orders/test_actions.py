"""What is to be done about an order, told from questions on the rules."""

import pytest

from app.dialogue.orders import actions
from app.dialogue.orders.texts import Action


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("私教课包想退", "refund"), ("年卡退一下", "refund"), ("我要退书", "refund"),
        ("我的课包不想要了，退钱吧", "refund"), ("我要申请退费", "refund"), ("退款", "refund"),
        ("帮我退一下可以吗", "refund"),
        ("书缺页了想换", "exchange"), ("书买错了想换一本", "exchange"),
        ("衣服小了，想换大一码", "exchange"), ("書角壓壞了想換", "exchange"),
        ("我要取消订单", "cancel"), ("帮我取消明天的私教课", "cancel"),
        ("帮我把蛋糕订单取消", "cancel"),
        ("改地址", "change"), ("想改一下收货地址", "change"), ("送货地址写错了", "change"),
        ("卡片写错字了", "change"), ("帮我改下收货地址可以吗", "change"),
        ("今晚要", "today"), ("今晚要一束花", "today"), ("今天下午五点前要送到", "today"),
        ("急，马上就要一束", "today"), ("急用", "today"),
    ],
)  # fmt: skip
def test_what_only_people_can_do_is_read(text: str, action: Action) -> None:
    assert actions.find_action(text) == action


@pytest.mark.parametrize(
    "text",
    [
        "能退吗", "怎么改地址", "可以改收貨地址嗎", "退款多久到账", "定金退不退", "我不想退了",
        "已经退款了", "钱退给我了", "退货流程", "想取消关注", "今天要下雨", "今晚要去看电影",
        "今晚要几点去", "不改时间", "请假多了学费能按节退吗", "改天再去",
        "书脱胶了想粘一下，多少钱", "想换个发型", "衣服会褪色", "我退休了",
    ],
)  # fmt: skip
def test_questions_and_other_wishes_are_none(text: str) -> None:
    assert actions.find_action(text) is None
