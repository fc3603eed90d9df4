"""Phrases for messages without a question: other kinds than text, a reset, a call, a goodbye."""

from app.jobs import MessageKind
from app.messages.phrases import COMMON, Phrase

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
