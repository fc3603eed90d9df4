"""What is said in the brand's voice. The intents' own words stand in their taxonomy."""

import re
from collections.abc import Sequence

from app.jobs import Kind

ASK_BACK = (
    "抱歉，我还没有完全明白您的意思。您可以换个说法，或补充一下商品名称、订单号等信息；回复「人工」可以联系同事。",
    "不好意思，这句话我理解得不太准。您能再具体说说想了解哪方面吗？需要同事帮忙的话，回复「人工」即可。",
)
NO_PERSON = ("好的，不转人工，由我来回答。您想问什么，直接说就行。",)
NO_PERSON_UNKNOWN = "好的，不转人工。关于{name}，我这边暂时没有查到，您换个说法我再找找。"
OFFER_PERSON = (
    "抱歉，我没能帮上您。请回复「人工」，由{brand}的同事为您处理，人工服务时间为{hours}。",
    "很抱歉，这个问题我还答不好。回复「人工」可以转给{brand}的同事，服务时间为{hours}。",
)
SOOTHE = "非常抱歉给您带来不好的体验。"
FAILED = "抱歉，我刚才走神了，没能处理好这条消息。请您再发一次，或回复「人工」联系同事。"
BUSY = "现在咨询的朋友比较多，我一时没忙过来，请您稍后再发一次。"
MEDIA_GONE = "这张图片暂时打不开了，麻烦您回复「人工」，由同事发给您。"
# What a hand-over begins with, by its reason, where the intent has no words of its own.
HANDED_OVER = {
    "asked": "好的，我把您的问题转给同事。",
    "angry": "非常抱歉给您带来不好的体验，这件事请同事来处理。",
    "failed": "抱歉，这个问题我没能答好，请同事来帮您。",
    "policy": "这件事需要同事为您办理。",
    "safety": "您说的事很要紧，请同事来看。",
    "care": "您说的事很要紧，请同事来看。",
}
FOLLOWED_UP = "这件事也会请同事来跟进。"  # behind an answer that an angry follower gets
# When a person replies, by what is known of that.
REPLIES_SOON = "同事看到后会回复您。"
REPLIES_WITHIN = "同事一般 {minutes} 分钟内回复您。"
REPLIES_FROM = "现在不在服务时间，同事{next}上班后回复您。"
REPLIES_IN_HOURS = "人工服务时间为{hours}，同事看到后会回复您。"
NOBODY_THERE = "现在没有同事值守，您的留言已经记下。"
# An account that isn't verified may not write first: it can only answer.
RIDES = "回复会在您下次发消息时送达，您可以过会儿再来问一声。"
AT_DESK_NOW = "请发一条消息说说您的问题，我马上为您转接。"
AT_DESK_LATER = "现在不在服务时间，{when}请再回复「人工」，我马上为您转接。"
# Beside an answer to what else would have been handed over.
OR_A_PERSON = "需要同事帮忙处理的话，回复「人工」就行。"
NO_DESK = ("这件事我这边办不了，这里暂时也没有人工客服，很抱歉帮不上您。",)
# While they wait.
WAITS = "您的问题已经转给同事，还没有人接起"
WAITS_MINUTES = "，已经等了 {minutes} 分钟"
FIRST_IN_LINE = "前面没有其他人在等。"
IN_LINE = "前面还有 {ahead} 位在等。"
WAITS_AWAY = "您的问题已经记下。"
DESK_HOURS = "人工客服的服务时间是{hours}。"
DESK_OPEN = "现在就可以联系，回复「人工」即可。"
DESK_CLOSED = "现在不在服务时间，您可以先回复「人工」留言，同事{next}上班后处理。"
TRANSFER = "\u27e6transfer\u27e7"  # no text: the platform's own desk takes the message
# Only the answer to a message transfers: what comes later can but ask for another one.
TOO_LATE_TO_TRANSFER = "刚才没能为您接通人工。请再发一条消息说说您的问题，我马上为您转接。"
STILL_WRITING_MENU = "answer"  # comes back with the tap, as bizmsgmenuid
STILL_WRITING = (
    "这个问题我还在认真整理，稍等一下就好。"
    '<a href="weixin://bizmsgmenu?msgmenucontent=看回答'
    f'&msgmenuid={STILL_WRITING_MENU}">点这里看回答</a>'
    "，或者直接发下一条消息，我会把回答一起带给您。"
)
_TAPPED = frozenset({"看回答", "点这里看回答", "查看回答", "看答案"})
EMPTY = "我收到了一条空消息，请问有什么可以帮您？"

KINDS: dict[Kind, tuple[str, ...]] = {
    "voice": ("这条语音我没能听清，麻烦您用文字发给我，我马上看。",),
    "image": (
        "图片收到了。我暂时看不懂图片里的内容，请用文字说说您想咨询的问题；需要同事查看请回复「人工」。",
    ),
    "video": (
        "视频收到了。我暂时看不了视频，请用文字描述一下您的问题；需要同事查看请回复「人工」。",
    ),
    "location": ("位置收到了。请问您想了解附近门店，还是收货地址方面的问题呢？",),
    "link": ("链接收到了。请问您想咨询链接里的哪方面内容呢？",),
    "file": ("文件收到了。我暂时打不开文件，请用文字说说您想咨询的问题。",),
    "mini_program": (
        "小程序卡片收到了。我暂时打不开卡片，请用文字说说您想咨询的问题；需要同事查看请回复「人工」。",
    ),
    "unsupported": (
        "这类消息（例如表情包、红包、视频号）我暂时看不到内容，请用文字说说您想咨询的问题；需要同事查看请回复「人工」。",
    ),
    "subscribe": (
        "您好，欢迎关注{brand}！我是智能助手，商品、订单、物流、售后都可以直接问我；需要人工请回复「人工」，服务时间{hours}。",
    ),
    "scan": ("您好，欢迎回来！{brand}的智能助手在这里，有什么可以帮您？",),
    "tap": ("之前的问题都已经回复您啦，还有什么想了解的，请直接告诉我。",),
    "click": ("您好，请直接告诉我您想了解的内容，我来为您解答。",),
}


def choose(variants: Sequence[str], brand: str, hours: str, seed: int, last: str | None) -> str:
    """One of the variants with its slots filled; not what was said last, when there is another.

    `seed` makes the choice the same for every delivery of a message.
    """
    filled = [v.replace("{brand}", brand).replace("{hours}", hours) for v in variants]
    fresh = [text for text in filled if text != last] or filled
    return fresh[seed % len(fresh)]


def is_still_writing_tap(text: str) -> bool:
    """Whether a message is the link of STILL_WRITING, written rather than tapped."""
    return "".join(re.findall(r"\w+", text)) in _TAPPED


def late(answer: str) -> str:
    """What is said of an answer that no delivery carried: itself, unless it was to transfer."""
    return TOO_LATE_TO_TRANSFER if answer == TRANSFER else answer
