"""Recognises messages without words (emoji, stickers, punctuation), and has their replies. No I/O.

They count neither as unclear nor as gaps. Question marks are left to the model.
"""

from collections.abc import Mapping
from typing import Literal

import regex

from app.messages.phrases import Phrase

Gesture = Literal["agrees", "upset", "puzzled", "silent", "smiles"]

LONGEST = 200  # characters
_STICKER = regex.compile(  # as WeChat writes them: [微笑], /::)
    r"\[(?!图片|文件|视频|语音|链接|位置|红包|转账|小程序)[\p{Han}A-Za-z]{1,12}\]|/:[!-~]{1,8}"
)
_MARKS = regex.compile(r"[\p{P}\p{S}\p{Z}\p{C}\p{M}]+")
_PICTURE = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}]")
_QUESTION_MARKS = regex.compile(r"[?？⁇⁉]")

_AGREES = regex.compile(
    r"👌|👍|🙏|🤝|💪|✅|👏|🫡|\[(?:OK|ok|Ok|强|ThumbsUp|好的|抱拳|合十|握手|胜利|鼓掌|嗯|加油|敬礼|666|鲜花|玫瑰|爱心|Heart)\]|/:strong|/:ok|/:share"
)
_UPSET = regex.compile(
    r"[😡😠🤬😤👎😭😢😞😔😩😫🙄💔😖😣]|\[(?:发怒|抓狂|流泪|大哭|快哭了|难过|衰|弱|鄙视|咒骂|白眼|撇嘴|委屈|生气|皱眉|心碎|Angry|Sob|Cry|ThumbsDown)\]|/:weak|/::@|/::'\(|/::\("
)
_PUZZLED = regex.compile(r"[🤔❓❔]|\[(?:疑问|问号|思考|晕|Confused)\]|/:\?")
_MOODS: Mapping[Gesture, regex.Pattern[str]] = {
    "upset": _UPSET, "puzzled": _PUZZLED, "agrees": _AGREES,
}  # fmt: skip

REPLIES: Mapping[Gesture, Phrase] = {
    "agrees": Phrase(
        "gesture.agrees",
        "只发了表情：同意、感谢",
        (
            "好嘞，有什么需要随时叫我。",
            "收到，之后想问什么直接发给我就好。",
        ),
    ),
    "upset": Phrase(
        "gesture.upset",
        "只发了表情：不开心",
        (
            "看起来您有些不开心。愿意的话跟我说说怎么了，需要同事帮忙回复「人工」就行。",
            "我在呢。哪里让您不满意了，直接告诉我；想找同事的话回复「人工」。",
        ),
    ),
    "puzzled": Phrase(
        "gesture.puzzled",
        "只发了表情：疑惑",
        ("是我没说清楚吗？您想了解哪一点，直接告诉我就好。",),
    ),
    "silent": Phrase(
        "gesture.silent",
        "只发了标点",
        (
            "我在的，您慢慢说。",
            "不着急，想问什么直接发给我就好。",
        ),
    ),
    "smiles": Phrase(
        "gesture.smiles",
        "只发了表情：其他",
        (
            "嘿嘿，我在的，有想问的直接说就好。",
            "[愉快] 我在，有什么可以帮您？",
        ),
    ),
}


def read_gesture(text: str) -> Gesture | None:
    """The gesture of a message without words; None where it has words or a question mark."""
    if not text.strip() or len(text) > LONGEST or _QUESTION_MARKS.search(text):
        return None
    rest, stickers = _STICKER.subn("", text)
    if rest and not _MARKS.fullmatch(rest) and _PICTURE.sub("", rest).strip():
        return None
    gesture = next((name for name, marks in _MOODS.items() if marks.search(text)), None)
    return gesture or ("smiles" if stickers or _PICTURE.search(text) else "silent")
