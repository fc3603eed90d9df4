"""The shipped phrases of the dialogue; the replies to intents are in the taxonomy."""

from app.jobs import MessageKind
from app.messages.phrases import COMMON, Phrase

OFFER_PERSON = Phrase(
    "dialogue.offer_person",
    "连续没答上，而账号没有人工",
    ("这个问题我还不清楚，请以{brand}公布的信息为准。",),
)
NO_PERSON = Phrase(
    "dialogue.no_person",
    "对方说不要转人工",
    ("好的，不转人工，由我来回答。您想问什么，直接说就行。",),
)
NO_PERSON_UNKNOWN = Phrase(
    "dialogue.no_person_unknown",
    "对方不要转人工，而问题没有查到",
    ("好的，不转人工。关于{name}，我这边暂时没有查到，您换个说法我再找找。",),
    (*COMMON, "name"),
)
NOT_SURE = Phrase(
    "dialogue.not_sure",
    "资料里没有确切的说法",
    (
        "这个我还不清楚，回复「人工」，请{brand}的同事告诉您。",
        "这个我这边暂时没有资料，回复「人工」，同事来答您。",
        "这一点我还不了解，回复「人工」，请同事来答您。",
        "这个我暂时答不上来，回复「人工」，同事看到就回您。",
        "这一点我这边没有查到，需要的话回复「人工」。",
    ),
)
PRICES = Phrase(
    "dialogue.prices",
    "问一类商品的价格，而资料里是一样一样的",
    ("{prices}。\n还想问哪一种，直接说名字就行。",),
    (*COMMON, "prices"),
    ("prices",),
)
UNKNOWN = Phrase(
    "dialogue.unknown",
    "几个问题里没有查到的",
    ("{names}我还不清楚。", "{names}我这边暂时没有资料。", "{names}我暂时答不上来。"),
    (*COMMON, "names"),
)
UNKNOWN_OFFER = Phrase(
    "dialogue.unknown_offer",
    "几个问题里没有查到的，建议转人工",
    (
        "{names}我还不清楚，回复「人工」，请同事告诉您。",
        "{names}我这边暂时没有资料，回复「人工」，同事来答您。",
        "{names}我暂时答不上来，回复「人工」，同事看到就回您。",
        "{names}我还不了解，回复「人工」，请同事来答您。",
        "{names}我这边没有查到，需要的话回复「人工」。",
    ),
    (*COMMON, "names"),
)
UNKNOWN_ALL = Phrase(
    "dialogue.unknown_all",
    "几个问题都没有查到",
    ("您问的这几个问题，我这边都没有资料。", "您问的这几个问题，我手头都没有资料。"),
)
UNKNOWN_ALL_OFFER = Phrase(
    "dialogue.unknown_all_offer",
    "几个问题都没有查到，建议转人工",
    (
        "您问的这几个问题，我这边都没有资料。回复「人工」，同事一起答您。",
        "您问的这几个问题，我手头都没有资料。回复「人工」，请同事一起告诉您。",
        "您问的这几个问题我都还不清楚。回复「人工」，让同事一次跟您说清楚。",
    ),
)
UNREAD = Phrase(
    "dialogue.unread",
    "一条消息里问题太多，没有答完",
    ("您问的其他几个问题，请再发一次，我接着看。",),
)
CHOICES_OPENING = Phrase("dialogue.choices_opening", "给出几个可能的问题：开头", ("您是想问：",))
_SUGGESTED = "您问的是「{question}」吗？\n{answer}\n不是的话，换个说法告诉我"
CHOICES_ONE = Phrase(
    "dialogue.choices_one",
    "只有一个可能的问题：连同答案一起给出，请对方判断",
    (_SUGGESTED + "，或回复「人工」。",),
    (*COMMON, "question", "answer"),
)
CHOICES_ONE_ALONE = Phrase(
    "dialogue.choices_one_alone",
    "只有一个可能的问题：连同答案一起给出，而不能转人工",
    (_SUGGESTED + "。",),
    (*COMMON, "question", "answer"),
)
CHOICES_PASSAGE = Phrase(
    "dialogue.choices_passage",
    "只有文档里的一段可能是答案：给出这段，请对方判断",
    ("不知道是不是您要问的：\n{answer}\n不是的话，换个说法告诉我，我再找找。",),
    (*COMMON, "answer"),
)
_TO_READ = "点蓝字看完整回答；都不是的话，换个说法告诉我"
CHOICES_CLOSING = Phrase(
    "dialogue.choices_closing", "给出几个可能的问题：结尾", (_TO_READ + "，或回复「人工」。",)
)
CHOICES_CLOSING_ALONE = Phrase(
    "dialogue.choices_closing_alone",
    "给出几个可能的问题：结尾，而不能转人工",
    (_TO_READ + "。",),
)
CHOICES_NEAR = Phrase(
    "dialogue.choices_near",
    "没有答上，只有一个沾边的问题：放在后面，点了就能看",
    ("相近的有：{near}", "有一条相近的：{near}", "这一条也许用得上：{near}"),
    (*COMMON, "near"),
    ("near",),
)
FORGOTTEN = Phrase(
    "dialogue.forgotten",
    "对方要求重新开始",
    ("好的，之前聊的我都忘掉了，我们重新开始。请问有什么可以帮您？",),
)
HERE = Phrase(
    "dialogue.here", "对方问有没有人在", ("在的，让您久等了，您说。", "我在的，让您久等了，请说。")
)
SEE_YOU = Phrase(
    "dialogue.see_you",
    "告别时说了什么时候再见",
    ("好嘞，{day}见。", "好的，{day}见，有事随时找我。"),
    (*COMMON, "day"),
)
# The question for each slot of `app.dialogue.slot_filling.slots`.
SLOT_QUESTIONS: dict[str, Phrase] = {
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
EMPTY = Phrase("kind.empty", "空消息", ("我收到了一条空消息，请问有什么可以帮您？",))

_KINDS: dict[MessageKind, tuple[str, str]] = {
    "voice": (
        "语音没能识别",
        "这条语音我没能听清，麻烦您用文字发给我，我马上看。",
    ),
    "image": (
        "图片",
        "图片收到了。我暂时看不懂图片里的内容，请用文字说说您想咨询的问题；需要同事查看请回复「人工」。",
    ),
    "video": (
        "视频",
        "视频收到了。我暂时看不了视频，请用文字描述一下您的问题；需要同事查看请回复「人工」。",
    ),
    "location": (
        "位置",
        "位置收到了。请问您想了解附近门店，还是收货地址方面的问题呢？",
    ),
    "link": (
        "链接",
        "链接收到了。请问您想咨询链接里的哪方面内容呢？",
    ),
    "file": (
        "文件",
        "文件收到了。我暂时打不开文件，请用文字说说您想咨询的问题。",
    ),
    "mini_program": (
        "小程序卡片",
        "小程序卡片收到了。我暂时打不开卡片，请用文字说说您想咨询的问题；需要同事查看请回复「人工」。",
    ),
    "unsupported": (
        "看不到内容的消息（表情、红包等）",
        "这类消息（例如表情包、红包、视频号）我暂时看不到内容，请用文字说说您想咨询的问题；需要同事查看请回复「人工」。",
    ),
    "subscribe": (
        "关注时的欢迎语",
        "您好，欢迎关注{brand}！我是智能助手，商品、订单、物流、售后都可以直接问我；需要人工请回复「人工」。",
    ),
    "scan": (
        "已关注的人扫码",
        "您好，欢迎回来！{brand}的智能助手在这里，有什么可以帮您？",
    ),
    "tap": (
        "点了「看回答」而没有待发的回答",
        "之前的问题都已经回复您啦，还有什么想了解的，请直接告诉我。",
    ),
    "click": (
        "点了没有设置的菜单",
        "您好，请直接告诉我您想了解的内容，我来为您解答。",
    ),
}
KINDS: dict[MessageKind, Phrase] = {
    kind: Phrase(f"kind.{kind}", title, (text,)) for kind, (title, text) in _KINDS.items()
}
