"""Recognises visits: a day or an hour, and persons. No I/O."""

import re

from app.dialogue.slot_filling.recognizers.persons import find_persons
from app.dialogue.slot_filling.recognizers.values import (
    NUMBER,
    RecognisedValue,
    find_remark,
    write_figures,
)

_CLOCK = (
    rf"(?:{NUMBER})点(?:钟|半|一刻|三刻|(?:{NUMBER})(?![\d一二三四五六七八九十个位名口人大])分?)?"
    r"|\d{1,2}[:：]\d{2}"
)
_WHEN = re.compile(
    r"(?:大后天|后天|明天|今儿|明儿|后儿|今天|今日|明日|明早|今晚|明晚|后晚|当天)"
    r"|(?:这个?|本|下下?个?|上个?)?(?:周|星期|礼拜)[一二三四五六日天末](?:[到至、和或]?(?:周|星期|礼拜)?[一二三四五六日天])?(?:晚(?!上))?"
    rf"|(?:下个?月|这个?月|本月)?(?:\d{{1,2}}|[一二三四五六七八九十]+)(?:月|[./](?=\d))(?:{NUMBER})[号日]?"
    rf"|(?:下个?月|这个?月)?(?:\d{{1,2}}|[一二三四五六七八九十]{{1,3}})[号日](?!店|楼|线|馆|院|门)"
    r"|元旦|除夕|春节|大年初[一二三四五六七]|初[一二三四五六七](?=晚|中午|$)|元宵|清明|五一|端午|七夕|中秋|国庆|圣诞|平安夜|情人节|母亲节|父亲节|周年"
    r"|早上|上午|中午|下午|傍晚|晚上|凌晨|夜里|全天"
    rf"|{_CLOCK}"
    r"|\d+(?:晚|天)|[一二两三四五六七八九十]+晚"
)
_BARE_COUNT = re.compile(  # 4, 就4个吧: persons only where they were asked for
    r"\W*(?:我们?|就|只|一共|总共|大概|大约|共|有)*(?P<n>\d{1,2}|[一二两俩三四五六七八九十]{1,3})个?(?:左右|吧|啊|呀|哦|的?样子)*\W*"
)
# Numbers of persons in any words: 12 位, 一男两女, 单人; 两个女生 where they were asked for.
_SAYS_HOW_MANY = re.compile(
    rf"[俩仨男女]|[大小](?!时)|我[和跟带]|[单双]人|(?:{NUMBER})\s?[多来]?个?[位名口人]"
)
_COUNTS = re.compile(rf"(?:{NUMBER})\s?[多来]?个(?!半?小时|钟|月|星期|礼拜)")


def recognise_visit(
    text: str, is_asked: bool, *, persons_asked: bool = True
) -> RecognisedValue | None:
    """Recognise day and persons: 周六晚上、6人; either of them where a visit was asked for.

    persons_asked: whether a number without 人, 位 or the like counts persons.
    """
    asks_persons = is_asked and persons_asked
    days = [m[0] for m in _WHEN.finditer(text)]
    rest = _WHEN.sub(" ", text)
    count_words = _BARE_COUNT.fullmatch(rest)
    if asks_persons and count_words:
        persons, rest = f"{write_figures(count_words['n'])}人", ""
    else:
        persons, rest = find_persons(rest, asks_persons=asks_persons)
    if not (days or persons) or not (is_asked or (days and persons)):
        return None
    remark = find_remark(rest) if is_asked else ""
    return RecognisedValue("、".join(filter(None, (_word_days(text), persons, remark))), rest)


def says_how_many(text: str, *, is_asked: bool) -> bool:
    """Whether the text has a number of persons; with `is_asked` also as a bare number: 两个, 3."""
    rest = _WHEN.sub(" ", text)
    bare = is_asked and (_BARE_COUNT.fullmatch(rest) or _COUNTS.search(rest))
    return bool(bare or find_persons(rest, asks_persons=is_asked)[0] or _SAYS_HOW_MANY.search(rest))


def _word_days(text: str) -> str:
    """The days and hours of a text as written: 26号到28号, 周六晚上."""
    days_text, end = "", 0
    for match in _WHEN.finditer(text):
        between = text[end : match.start()].strip() if days_text else ""
        days_text += (between if between in {"到", "至", "-", "~"} else "") + _expand_date(match[0])
        end = match.end()
    return days_text


def _expand_date(words: str) -> str:
    """A date in words: 12月6日 for 12.6号."""
    date = re.fullmatch(rf"(.*?)(\d{{1,2}})[./]({NUMBER})[号日]?", words)
    return f"{date[1]}{date[2]}月{date[3]}日" if date else words
