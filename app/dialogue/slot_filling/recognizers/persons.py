"""Recognises numbers of persons: 6位, 四大一小, 我和老公. No I/O."""

import re

from app.dialogue.slot_filling.recognizers.values import NUMBER, write_figures

_PERSONS = re.compile(
    rf"(?P<both>(?:(?:{NUMBER})(?:个)?(?:大人|成人|大|小孩|孩子|娃|小朋友|小|老人|老|儿童|宝宝)[,，、和加带]?)+)(?![\w号码])"
    rf"|(?P<n>(?:\d{{1,2}}\s?[~\-—到至]\s?)?\d{{1,3}}|[一二两俩三仨四五六七八九十]+)\s?(?:个|来个|多个)?(?P<unit>人(?![份民均带和])|位(?!数)(?:大人|成人)?|口人?|个大人|名(?![额单字次]))"
    r"|(?P<some>(?<!\d)(?:就|[一总]?共)?(?P<heads>\d{1,3}|[一二两俩三四五六七八九十]+)个(?![小月星礼\w]))"
    r"|(?P<both_of_us>(?:我|我们)?[和跟与](?:我)?(?:男朋友|女朋友|老公|老婆|闺蜜|朋友|同学|同事|妈妈?|爸爸?|对象|爱人))(?!\w?[两俩三仨四五]|还有|[和跟带加])"
    r"|(?P<alone>就我(?=\W|$)|(?:就|只有)?(?:我自己|我一个人?|我一个|自己一个人?))"
    r"|(?P<pair>(?:我|我们)?[和跟与带](?:我)?[\u4e00-\u9fff]{1,4}?(?P<two>[两俩二三仨四五])(?:个人?)?)"
    r"|(?P<home>一家(?P<family>[两三四五六七八])口)|(?P<us>(?:我们|咱们?)(?P<few>\d{1,2}|[两俩三仨四五六])个?(?![\w.]))"
)
_ROUGHLY = re.compile(r"[一二三四五六七八九]{2}|\d+\D+\d+")  # 三四, 6~8: not converted
_LARGE_OR_SMALL = re.compile(rf"(?:{NUMBER})个?[大小老][,，、和加带]?")  # portions as well


def count_persons(text: str) -> int | None:
    """The number of persons in a text: 2 of 我和老公, 6 of 6位; None for none."""
    match = re.match(r"(\d+)人$", find_persons(text, asks_persons=False)[0])
    return int(match[1]) if match else None


def find_persons(text: str, *, asks_persons: bool) -> tuple[str, str]:
    """The persons in words (6人, 四大一小; "" for none), and the text without them."""
    match = _PERSONS.search(text)
    if match is None or (match["some"] and not asks_persons):
        return "", text
    if match["both"] and _LARGE_OR_SMALL.fullmatch(match["both"]):
        return "", text
    rest = _PERSONS.sub(" ", text)
    if match["both"]:
        return match["both"].strip(",，、和加带"), rest
    if match["alone"] or match["both_of_us"]:
        return "1人" if match["alone"] else "2人", rest
    number = match["n"] or match["two"] or match["family"] or match["few"] or match["heads"]
    return f"{number if _ROUGHLY.fullmatch(number) else write_figures(number)}人", rest
