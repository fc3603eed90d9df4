"""Phrases around an answer that is given again to a follow-up, and phrases for bookings."""

from app.messages.phrases import COMMON, Phrase

ALREADY = Phrase(
    "followup.already",
    "追问得到的还是刚才的回答，又挑不出其中哪一句",
    ("是这样的：{answer}",),
    (*COMMON, "answer"),
)
LACKING = Phrase(
    "followup.lacking",
    "回答里没有对方要的时间、价格、位置一类的内容",
    ("{name}我这边还没有资料，目前能查到的是：{answer}",),
    (*COMMON, "name", "answer"),
    ("answer",),
)
FOR_VALUE = Phrase(
    "followup.for_value",
    "对方说了年龄、人数或金额，回答里写着对应的条件",
    ("{value}的话，{answer}",),
    (*COMMON, "value", "answer"),
)
OUTSIDE = Phrase(
    "followup.outside",
    "对方说的年龄、人数或金额不在回答写明的范围里",
    ("{answer}{value}不在这个范围里。",),
    (*COMMON, "value", "answer"),
)
UNLISTED = Phrase(
    "followup.unlisted",
    "对方追问的地方、日子或门店，回答里没有单独写",
    ("{name}没有单独的说明，能查到的是：{answer}",),
    (*COMMON, "name", "answer"),
)
DAY_IS = Phrase(
    "followup.day_is",
    "放在回答前：对方说的日期是周几",
    ("{day}是{weekday}。",),
    (*COMMON, "day", "weekday"),
)
OFF_DAY = Phrase(
    "followup.off_day",
    "对方说的日期和写明的周几对不上",
    ("{day}是{weekday}，{answer}",),
    (*COMMON, "day", "weekday", "answer"),
)
CHANNEL = Phrase(
    "followup.channel",
    "对方说了时间，而刚才的回答写明了在哪里约",
    ("可以这样约：{answer}",),
    (*COMMON, "answer"),
)
MISSING = Phrase(
    "followup.missing", "请对方发几样，还没有发全", ("还差{items}。",), (*COMMON, "items")
)
REQUEST_NOTED = Phrase(
    "followup.request_noted",
    "对方先说了要办的事，再发来单号",
    ("收到，{numbers} 和{request}的事一并记下了。",),
    (*COMMON, "numbers", "request"),
)
AGENT_GOES_ON = Phrase(
    "followup.agent_goes_on", "单号记下以后，建议转人工", ("回复「人工」，同事接着处理。",)
)
