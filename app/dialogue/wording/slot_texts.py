"""Phrases that ask for a slot, and phrases that acknowledge its value."""

from collections.abc import Mapping

from app.dialogue.slot_filling.slots import Slot
from app.messages.phrases import COMMON, Phrase

SLOT_QUESTIONS: Mapping[Slot, Phrase] = {
    "order": Phrase(
        "asks.order",
        "请对方发订单号",
        (
            "请发一下订单号，我马上为您查。",
            "还差一个订单号，发给我就行；不方便的话，回复「人工」由同事帮您查。",
        ),
    ),
    "tracking": Phrase(
        "asks.tracking",
        "请对方发快递单号",
        ("请发一下快递单号，我帮您看看。",),
    ),
    "phone": Phrase(
        "asks.phone",
        "请对方留手机号",
        ("请留一下下单时用的手机号。",),
    ),
    "product": Phrase(
        "asks.product",
        "请对方说是哪一款",
        (
            "请问您说的是哪一样呢？发一下名称就行。",
            "您问的是哪一样？告诉我名称，我来看看。",
        ),
    ),
    "region": Phrase(
        "asks.region",
        "请对方说送到哪里",
        (
            "请问要送到哪里呢？发一下城市或区县就行。",
            "您那边是哪个城市、哪个区？告诉我，我来看看。",
        ),
    ),
    "size": Phrase(
        "asks.size",
        "请对方说身高体重",
        ("请问您的身高和体重是多少，或者平时穿什么码呢？",),
    ),
    "visit": Phrase(
        "asks.visit",
        "请对方说到店时间和人数",
        ("请问{items}呢？",),
        (*COMMON, "items"),
    ),
    "age": Phrase(
        "asks.age",
        "请对方说孩子的年龄",
        ("请问孩子多大了，或者在读几年级呢？",),
    ),
    "details": Phrase(
        "asks.details",
        "请对方说需求",
        ("可以说说给谁用、什么场合、大概的预算吗？",),
    ),
}
# Acknowledge a detail, and say what happens with it.
NOTED = Phrase("asks.noted", "记下了对方的回答", ("好的，{value}，记下了。",), (*COMMON, "value"))
NOTED_WORDS = Phrase(
    "asks.noted_words", "记下了对方的话", ("好的，记下了：{value}。",), (*COMMON, "value")
)
WITH_VALUE = Phrase(
    "asks.with_value", "放在回答前：听到了对方的回答", ("好的，{value}。",), (*COMMON, "value")
)
SAME_ANSWER = Phrase(
    "asks.same_answer",
    "听到了对方的回答，而回答和刚才一样",
    (
        "{value}，记下了。您的情况请同事确认一下，回复「人工」就行。",
        "{value}，记下了。回复「人工」，请同事按您的情况看看。",
    ),
    (*COMMON, "value"),
)
# A booking counts only once an agent has confirmed it.
NOTED_BOOKING = Phrase(
    "asks.noted_booking",
    "记下了到店的时间和人数，还没有订上",
    ("好的，{value}，先记下，还没有订上。",),
    (*COMMON, "value"),
)
SAME_ANSWER_TO_BOOKING = Phrase(
    "asks.same_answer_to_booking",
    "记下了到店的时间和人数，而回答和刚才一样",
    (
        "{value}，先记下，还没有订上。回复「人工」，请同事确认。",
        "{value}，先记下。能不能订上，回复「人工」，请同事确认。",
    ),
    (*COMMON, "value"),
)
AGENT_SEES = Phrase(
    "asks.agent_sees", "对方在等人工", ("您说的同事都能看到。", "同事接手时会看到您说的。")
)
SEE_PAGE = Phrase(
    "asks.see_page",
    "没有查到，而账号没有人工",
    ("{name}我这边暂时没有资料，请以商品页面或门店公布的为准。",),
    (*COMMON, "name", "question"),
)
AGENT_ANSWERS = Phrase(
    "asks.agent_answers",
    "没有查到，建议转人工",
    (
        "{name}我还不清楚，回复「人工」，同事按这个答您。",
        "{name}我这边暂时没有资料，回复「人工」，同事来答您。",
        "{name}我暂时答不上来，回复「人工」，同事接着答您。",
        "{name}我还不了解，回复「人工」，请同事告诉您。",
        "{name}我这边没有查到，回复「人工」，同事按这个告诉您。",
    ),
    (*COMMON, "name", "question"),
)
NUMBERS_NOTED = Phrase(
    "asks.numbers_noted", "记下了单号", ("收到，{numbers} 已经记下。",), (*COMMON, "numbers")
)
AGENT_SEES_NUMBER = Phrase(
    "asks.agent_sees_number", "对方在等人工，发来单号", ("同事接手时能直接看到。",)
)
WHERE_TO_LOOK = {
    "tracking": Phrase(
        "asks.where_tracking",
        "在哪看物流",
        ("物流的进度可以在快递公司的小程序里按单号查。",),
    ),
}
AGENT_CHECKS_NUMBER = Phrase(
    "asks.agent_checks_number",
    "记下了单号，建议转人工",
    ("回复「人工」，同事能直接按它查。",),
)
