"""Phrases of a handoff: why an agent takes over, when agents reply, and how long it takes."""

from app.messages.phrases import COMMON, Phrase

INJURY_PASSED_ON = Phrase(
    "handover.injury",
    "转人工：对方在这里受了伤",
    ("这件事我转给同事来跟进，经过和票据请您先留好。",),
)
FOR_REFERENCE = Phrase(
    "handover.for_reference",
    "转人工时附上可能有用的资料",
    ("先供您参考：{answer}",),
    (*COMMON, "answer"),
    ("answer",),
)


# The beginning of a handoff's reply by reason, where the intent has no words of its own.
_HANDED_OVER = {
    "asked": ("转人工：对方要求", "好的，我把您的问题转给同事。"),
    "angry": ("转人工：对方很生气", "真抱歉，让您不愉快了。这件事请同事来处理。"),
    "failed": ("转人工：连续没答好", "这个我答不上来，请同事来帮您。"),
    "policy": ("转人工：须由同事办理", "这件事需要同事为您办理。"),
    "safety": ("转人工：事关安全", "您说的事很要紧，请同事来看。"),
    "care": ("转人工：可能需要关怀", "您说的事很要紧，请同事来看。"),
}
HANDED_OVER = {
    reason: Phrase(f"handover.{reason}", title, (text,))
    for reason, (title, text) in _HANDED_OVER.items()
}
# Handoff where the follower's request isn't certain.
PASSED_ON = Phrase(
    "handover.passed_on",
    "转人工：没把握对方具体要办什么",
    ("您说的已经转给同事。", "收到，已经转给同事。", "好的，这件事已经转给同事。"),
)
BOOKING_PASSED_ON = Phrase(
    "handover.booking",
    "转人工：预约要由同事确认",
    ("已经转给同事确认。", "能不能订上，已经请同事确认。"),
)
# Handoff where the follower has rejected the last answer.
ANSWERED_BADLY = Phrase(
    "handover.answered_badly",
    "转人工：对方说刚才答得不对",
    ("抱歉，刚才没答好，请同事来帮您。",),
)
ORDER_PASSED_ON = Phrase(
    "handover.order_passed_on",
    "转人工时已经知道订单号",
    ("订单号 {number} 也一并转给同事。",),
    (*COMMON, "number"),
)
FOLLOWED_UP = Phrase(
    "handover.followed_up", "回答了生气的人，同事也会跟进", ("这件事也会转给同事。",)
)
# When an agent replies, by what is known of the hours.
REPLIES_SOON = Phrase("handover.replies_soon", "人工在线", ("同事看到就回您。",))
REPLIES_WITHIN = Phrase(
    "handover.replies_within",
    "人工在线，而且设置了一般几分钟内回复",
    ("同事一般 {minutes} 分钟内回复您。",),
    (*COMMON, "minutes"),
)
REPLIES_FROM = Phrase(
    "handover.replies_from",
    "人工不在线，知道何时上班",
    ("现在不在服务时间，同事{next} 上班后回您。",),
    (*COMMON, "next"),
)
REPLIES_IN_HOURS = Phrase(
    "handover.replies_in_hours",
    "不知道人工此刻是否在线",
    ("同事看到就回您（服务时间：{hours}）。",),
)
NOBODY_THERE = Phrase(
    "handover.nobody_there",
    "人工不在线，也不知道何时上班",
    ("现在没有人值守，您的留言已经记下。",),
)
# An unverified account can't send messages of its own, only reply.
RIDES = Phrase(
    "handover.rides",
    "未认证的账号：同事的回复如何送达",
    ("回复会在您下次发消息时送达，您可以过会儿再来问一声。",),
)
AT_DESK_NOW = Phrase(
    "handover.at_desk_now",
    "微信客服在线，要再发一条消息才能转接",
    ("请发一条消息说说您的问题，我马上为您转接。",),
)
AT_DESK_LATER = Phrase(
    "handover.at_desk_later",
    "微信客服不在线",
    ("现在不在服务时间，请在{when}再回复「人工」，我马上为您转接。",),
    (*COMMON, "when"),
)
# Beside an answer to a question that would otherwise go to an agent.
OR_A_PERSON = Phrase(
    "handover.or_a_person",
    "附在回答后：也可以找同事",
    ("需要同事帮忙处理的话，回复「人工」就行。",),
)
NO_DESK = Phrase(
    "handover.no_desk",
    "须由同事办理，而账号没有人工",
    ("这件事我这边办不了，这里暂时也没有人工客服，很抱歉帮不上您。",),
)
# While the follower waits for an agent.
STILL_WAITING = Phrase(
    "handover.waits", "等人工时来问：还没有人接起", ("您的问题已经转给同事，还没有人接起。",)
)
STILL_WAITING_MINUTES = Phrase(
    "handover.waits_minutes",
    "等人工时来问：已经等了几分钟",
    ("您的问题已经转给同事，还没有人接起，已经等了 {minutes} 分钟。",),
    (*COMMON, "minutes"),
)
FIRST_IN_LINE = Phrase("handover.first_in_line", "排在第一位", ("前面没有其他人在等。",))
IN_LINE = Phrase(
    "handover.in_line", "前面还有人", ("前面还有 {ahead} 位在等。",), (*COMMON, "ahead")
)
STILL_WAITING_AWAY = Phrase(
    "handover.waits_away", "等人工时来问：不在服务时间", ("您的问题已经记下。",)
)
DESK_HOURS = Phrase("handover.hours", "问人工的服务时间", ("人工客服的服务时间：{hours}。",))
DESK_HOURS_UNKNOWN = Phrase(
    "handover.hours_unknown",
    "问人工的服务时间，而没有资料",
    ("人工客服的服务时间我这边还没有资料，您可以先回复「人工」留言，同事看到就回您。",),
)
DESK_OPEN = Phrase(
    "handover.open", "问人工的服务时间：现在在线", ("现在就可以联系，回复「人工」即可。",)
)
DESK_CLOSED = Phrase(
    "handover.closed",
    "问人工的服务时间：现在不在线",
    ("现在不在服务时间，您可以先回复「人工」留言，同事{next} 上班后处理。",),
    (*COMMON, "next"),
)
