"""Recognises ages: 5岁半, 大班, 二年级. No I/O."""

import re

from app.dialogue.slot_filling.recognizers.values import NUMBER, RecognisedValue, write_figures

_AGE = re.compile(
    rf"(?:刚|快|马上|今年|虚岁|实岁|满|整)*(?P<n>{NUMBER})(?:周)?岁(?P<half>半|多|零?(?:{NUMBER})个?月)?(?:了|大)?"
    rf"|(?P<months>(?:{NUMBER})个(?:多|半)?月)(?:大|了)?"
    r"|(?P<class>托班|小小?班|中班|大班|幼儿园(?:小班|中班|大班)?|学前班?|幼小衔接|幼升小|小升初|[小初高大][一二三四五六](?![个件点些])"
    r"|(?:小学)?[一二三四五六七八九1-9]年级|初中|高中|大学生|成人|成年人|大人)(?:了|的)?"
)
_BARE_AGE = re.compile(
    r"(?<![\d.])(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})(?![\d.号点月码斤公厘米克元块个次件只条双人位节张%％a-z])"
)
# 今年六十二了, 她十五了: an age without a question for it.
_TOLD_AGE = re.compile(
    r"(?:[我她他它]|[我你她他]?[爸妈爷奶姥]+|孩子|娃|宝宝|今年|虚岁|已经|都|快|刚|才|就|有)+"
    r"(?P<n>[1-9]\d?|[一二三四五六七八九十]{2,3}|[三四五六七八九])了"
)


def recognise_age(text: str, is_asked: bool) -> RecognisedValue | None:
    """Recognise an age: 5岁半, 大班, 二年级; a bare number where an age was asked for."""
    ages = [m[0] for m in _AGE.finditer(text)]
    rest = _AGE.sub(" ", text)
    if ages and (is_asked or re.search(r"岁|月|年级|班", "".join(ages))):
        bare = _BARE_AGE.search(rest) if is_asked else None
        if bare:  # 初二 14
            ages.append(f"{write_figures(bare['n'])}岁")
            rest = rest.replace(bare[0], " ", 1)
        return RecognisedValue("、".join(map(_word_years, ages)), rest)
    bare = _BARE_AGE.search(text) if is_asked else _TOLD_AGE.fullmatch(text.strip("。.!！~ "))
    if bare is None:
        return None
    return RecognisedValue(f"{write_figures(bare['n'])}岁", text.replace(bare[0], " ", 1))


def _word_years(words: str) -> str:
    """An age in figures: 5岁 for 刚满五岁了."""
    own = re.sub(r"^(?:刚|快|马上|今年|虚岁|实岁|满|整)+|[了的]$", "", words)
    number = re.match(rf"({NUMBER})(?=周?岁|个)", own)
    return write_figures(number[1]) + own[number.end() :] if number else own
