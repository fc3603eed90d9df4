"""Replies to small talk, jokes, weather and advice without a language model. No I/O.

An honest line that takes up the topic and says what the account is for.
"""

import re
from collections.abc import Mapping
from typing import Literal

from app.dialogue.language import in_script
from app.messages.phrases import COMMON, Phrase

Topic = Literal["weather", "news", "fun", "writing", "about_us", "tired", "advice"]

# The first that fits.
_TOPICS: Mapping[Topic, re.Pattern[str]] = {
    "weather": re.compile(
        "天气|气温|下雨|下雪|台风|暴雨|雾霾|要不要带伞|(?:今天|明天|外面|最近).{0,4}(?:冷|热)"
        r"|\bweather\b|\brain(?:ing)?\b",
        re.IGNORECASE,
    ),
    "news": re.compile(
        "新闻|股票|股市|基金|汇率|油价|金价|房价|彩票|中奖号码|比赛|球赛|世界杯|奥运|几比几|演唱会|电影票|热搜|八卦|明星"
    ),
    "fun": re.compile(
        "笑话|段子|讲个故事|(?:给我|跟我|你|来)讲(?:一?段)?故事|唱(?:首|个|支)?歌|猜谜|谜语|脑筋急转弯|逗我|陪我|聊聊天|聊会儿?|好?无聊|玩(?:个)?游戏|成语接龙|背首?诗"
        r"|\bjoke\b|\bstory\b|\bbored\b",
        re.IGNORECASE,
    ),
    "writing": re.compile(
        "(?:帮我?|给我?|替我?)(?:写|想|起|取|翻译|编|算|做(?:道|个)题)|写(?:一)?(?:句|段|篇|首|份)|起个名|翻译(?:一下|成)"
        "|作文|检讨"
    ),
    "about_us": re.compile(
        "(?:你|您)(?:今年)?(?:吃|睡|累|困|忙|喜欢|爱|会(?!员)|多大|几岁|叫什么|是谁|是男|是女|有(?:没有)?(?:女|男)?(?:对象|朋友|老婆|老公|孩子)|更喜欢"
        "|开心|生日|住|哪里人|结婚|长什么样|漂亮|聪明|笨|怎么想)"
        r"|\bdo\syou\s(?:like|love)\b|\bhow\sold\sare\syou\b|\bwho\sare\syou\b",
        re.IGNORECASE,
    ),
    "tired": re.compile(
        "好?累[啊了死呀]|[好真太]累|累坏|加班|失眠|睡不着|压力|心情不好|难受|好烦|烦死|不开心"
    ),
}
_QUESTION_WORDS = re.compile(
    "[吗么呢吧?？]|什么|怎|哪|谁|几|多|啥|咋|该|如何|要不要|好不好|(.)[不没]\\1|还是|为"
)

WORDS: Mapping[Topic, Phrase] = {
    "weather": Phrase(
        "open_talk.weather",
        "问天气",
        (
            "天气我这边查不到，出门前看一眼手机上的天气更准。{brand}的事可以直接问我。",
            "天气我这边看不到，以手机上的预报为准。有{brand}的问题，随时发给我。",
        ),
    ),
    "news": Phrase(
        "open_talk.news",
        "问新闻、比赛、行情",
        (
            "这类消息我这边查不到。{brand}的事可以直接问我。",
            "外面的消息我这边看不到。有{brand}的问题，随时发给我。",
        ),
    ),
    "fun": Phrase(
        "open_talk.fun",
        "要听笑话、故事，想聊天",
        (
            "讲笑话、讲故事我还没学会。{brand}的事，可以随时问我。",
            "这个我还不会。有{brand}的事想问，随时发给我。",
        ),
    ),
    "writing": Phrase(
        "open_talk.writing",
        "请代写、翻译、起名",
        (
            "动笔的事我现在还帮不上。{brand}的问题可以直接问我。",
            "写东西、翻译这类我还不会。有{brand}的事，随时发给我。",
        ),
    ),
    "about_us": Phrase(
        "open_talk.about_us",
        "问助手自己",
        (
            "我是{brand}的智能助手，是个程序，没有自己的生活和喜好。{brand}的事可以直接问我。",
            "我只是个程序，这些我都没有，不过{brand}的事我会认真答。",
        ),
    ),
    "tired": Phrase(
        "open_talk.tired",
        "说累、睡不好、心情不好",
        (
            "辛苦您了，先歇一歇，对自己好一点。有{brand}的事想问，随时发给我。",
            "听着就不容易，您多保重。有{brand}的事，我随时都在。",
        ),
    ),
    "advice": Phrase(
        "open_talk.advice",
        "问常识、求建议",
        (
            "{name}我还不清楚。",
            "{name}我这边没有资料。",
            "{name}我还不了解。",
            "{name}我不太懂。",
            "{name}我暂时答不上来。",
        ),
        (*COMMON, "name"),
    ),
}

# A bookshop has story hours, a theatre concerts: times and prices are questions to the brand.
_ON_A_PROGRAMME = re.compile(
    "你们|您们|贵店|店里|馆里|报名|参加|活动|几点|场次|收费|免费|多少钱|门票|奖品"
)


def find_topic(text: str) -> Topic | None:
    """The topic of a message; "advice" for any other question, None for statements."""
    text = in_script(text, "simplified")
    return find_named_topic(text) or ("advice" if _QUESTION_WORDS.search(text) else None)


def find_named_topic(text: str) -> Topic | None:
    """The topic that the message's words name; None if there is none."""
    topic = next((topic for topic, words in _TOPICS.items() if words.search(text)), None)
    if topic in {"fun", "news"} and _ON_A_PROGRAMME.search(text):
        return None
    return None if topic == "tired" and _QUESTION_WORDS.search(text) else topic
