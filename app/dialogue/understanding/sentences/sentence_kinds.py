"""Tells questions, greetings and closing words by their form. No I/O."""

import re

DEGREES = "少|久|大|长|高|重|远|宽|厚|贵|深"
_QUESTION_WORDS = re.compile(
    rf"[?？]|多(?:{DEGREES})(?!数|多)|[有会能]多[辣甜咸酸苦快慢冷热硬软吵难忙浓]|好多钱|多钱"
    r"|(?<![好这那过近十没不])(?<!(?<!提)前)(?<![上下](?=几[个次周天回]))几(?![乎率]|[天年月日周]前|[次个]了)|第几"
    r"|哪(?!怕|都|儿都)|谁(?!都|也)|咋|(?<![不没])(?<![不没]\w)(?:啥|什么)(?!都|也|的\W*$)"
    r"|怎么?(?!都|也)(?:[么样办]|(?<=怎么))"
    r"|如何|是否|能否|可否|为何|吗|[嘛呢伐]\W*$|有.{0,6}[没莫冇]得|有冇|(?:有|能|会|可以)[^，。不没]{0,6}[哇噻咯]\W*$|(?:可以|能|行)[^，。不没]{1,6}吧\W*$|(?<![这那要])么\W*$"
    r"|(.)[不没唔]\1|(..)[不没]\2|(?<![要还并])[不没否勿冇]\W*$|问(?:一?下|个)价|(?:可以|行|能|对|是)吧\W*$"
    r"|(?:价格|价位|价钱|费用|收费标准|地址|电话|营业时间)\W*$"
)
_ENGLISH = re.compile(
    r"^\W*(?:what|how|when|where|which|who|why|do|does|is|are|can|could|will|would|may)\b",
    re.IGNORECASE,
)
# Statements with a question word: 我不常来嘛, 啥卡都没有, 还没想好要不要办.
_STATES = re.compile(
    r"^(?!.*(?:能|可以|行|有没|是不|会|多|几|哪|怎|好不)).*我.*嘛\W*$"
    r"|^(?!\W*(?:如果|要是|万一|假如|那|还有呢))(?!.*(?:能|可以|有没|会不|多少|几|哪|怎|谁|啥|什么)).{9,}呢\W*$"
    r"|还(?:剩|没|差|早|不)\w*呢\W*$"
    r"|(?<!有)(?:啥|什么)\w{1,4}(?:都|也)(?:没|不)|(?<!有)(?:啥|什么)\w{1,3}没有\W*$"
    r"|没(?:想好|决定)|(?:又|也)不知道(?!你)|不知道(?:她|他|自己)"
)
_GREETING = (
    r"你好|您好|哈[喽啰罗]+|嗨+|hi|hello|hey|在吗|在么|在嘛|在伐|在不在|在不|有人(?:在)?吗|亲+|早上好|上午好|中午好"
    r"|下午好|晚上好|老板(?:娘)?好?|客服|小姐姐|掌柜的?|店家|老师好?|喂+|请问(?:一?下)?|打扰(?:一?下|了)?|不好意思"
    r"|(?:麻烦|劳驾)?(?:我)?(?:想)?(?:问|咨询|请教)(?:一?下|个问题|几个问题)?"
)
_GREETS = re.compile(rf"\W*(?:(?:{_GREETING})[呀啊哦哈了呢吧哟噢]*\W*)+", re.IGNORECASE)
_CLOSES = re.compile(
    r"\W*(?:(?:非常|先)?(?:谢谢|多谢|谢了|感谢|麻烦|辛苦|拜托|蟹蟹|thanks?|thx)(?:你|您|啦|了|哈|亲)*"
    r"|好的?|嗯+|哦+|ok|行|知道了|明白了?|收到|急+|在线等|求回复?|快点?回?)+\W*",
    re.IGNORECASE,
)


def is_question(text: str) -> bool:
    """Whether a clause is a question."""
    return bool(_QUESTION_WORDS.search(text) or _ENGLISH.search(text)) and not _STATES.search(text)


def is_greeting(text: str) -> bool:
    """Whether the text is only a greeting."""
    return bool(_GREETS.fullmatch(text))


def is_closing(text: str) -> bool:
    """Whether the text is only thanks, consent or haste."""
    return bool(_CLOSES.fullmatch(text))
