"""Recognises sizes: body height and weight, size codes, measures. No I/O."""

import re
from collections.abc import Callable

from app.dialogue.slot_filling.recognizers.values import (
    NUMBER,
    RecognisedValue,
    find_remark,
    write_figures,
)
from app.dialogue.understanding.entities import numerals

LIGHTEST = 75  # a body weight without unit from here on is in 斤, below in kilograms
_HEIGHT = re.compile(
    r"(?:身高|个子|高)?[是有:约大概差不多]*(?:"
    r"(?P<cm>(?:1[0-9]{2}|20[0-9])(?=(?:\.\d)?\s*(?:cm|CM|厘米|公分|高))|(?:1[4-9][0-9]|20[0-9])(?=(?:\.\d)?(?:[,，、/\s]|体重|$)))(?:\.\d)?\s*(?:cm|CM|厘米|公分|高)?"
    r"|(?P<m>[12一][\.米mM点](?:\d{1,2}|[一二三四五六七八九]{1,2}))(?:米|m)?"
    r"|(?P<words>一(?:米)?[零一二三四五六七八九][零一二三四五六七八九](?=$|\D)|一米[五六七八九])"
    r")(?!\d|斤|公斤|kg)"
)
_WEIGHT = re.compile(
    rf"(?:体重|重)?[是有:约大概差不多]*(?P<n>{NUMBER})\s*(?P<unit>公斤|千克|kg|KG|Kg|斤)(?:多|左右)?"
)
_OF_A_BODY = re.compile(  # 我120斤, 宝宝8斤; not 我要一斤, 给我妈两斤
    r"体重|(?<![给送寄帮替])(?<![给送寄帮替]我)"
    r"(?:[我他她]|孩子|儿子|女儿|闺女|老公|老婆|朋友|[爸妈]|(?P<small>宝宝|宝贝|娃|狗狗?|猫咪?))"
    r"(?:今年|现在|大概|差不多|大约|体|就|才|只|也|都|是|重|约)*"
    rf"(?(small)(?:{NUMBER})|(?:\d{{2,3}}(?:\.\d)?|[一二三四五六七八九十百零]{{2,}}))"
    r"\s*(?:公斤|千克|kg|KG|Kg|斤)"
)
_BARE_WEIGHT = re.compile(r"(?:体重|(?<=[\s,，、/]))[是有:]*(?P<n>\d{2,3}(?:\.\d)?)(?!\d|[cC厘公])")
_LETTERS = re.compile(
    r"(?<![A-Za-z])(?:平时|一般|穿|拿|要|习惯)*[是穿]?(?P<code>[2-6]?[xX]{1,4}[sSlL]|[xX][sS]|[sSmMlL]|均码|[2-6][0-9]码|1[0-9]{2}/\d{2}[A-Ca-c])(?:码|号)?(?![A-Za-z\d])"
)
_GIRTH = re.compile(
    r"(?P<what>身高|胸围|腰|胸|臀|腰围|臀围|肩宽|脚长|脚宽|袖长|裤长|衣长|头围|颈围|背长|手围|指围|圈口|尺寸|长|宽|高)[是有:约大概]*(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>cm|厘米|公分|米|mm|毫米|尺|寸)?"
)
_MEASURE = re.compile(
    r"(?P<n>\d+(?:\.\d+)?)\s*(?P<unit>cm|厘米|公分|米|m|mm|毫米|尺|寸|英寸|码|号|平米?|平方米?|升|L|l|ml|毫升|克|g|匹|人份)(?![a-z])"
)


def recognise_size(
    text: str, is_asked: bool, *, weight_asked: bool = True
) -> RecognisedValue | None:
    """Recognise a size: 身高165厘米、体重52公斤, L码, 腰围74厘米; 2斤 where it is no body weight.

    weight_asked: whether a body weight was asked for.
    """
    measures: list[str] = []
    rest = text
    for pattern, say, once in _SIZES:
        while match := pattern.search(rest):
            measures.append(say(match))
            rest = rest.replace(match[0], " ", 1)
            if once:
                break
    body = any(each.startswith("身高") for each in measures)
    weighed = any(each.startswith("体重") for each in measures)
    if body and not weighed and (bare := _BARE_WEIGHT.search(rest)):
        measures.append(_bare_weight(bare))
        rest = rest.replace(bare[0], " ", 1)
    if not (body or (is_asked and weight_asked) or _OF_A_BODY.search(text)):
        measures = [each.removeprefix("体重") for each in measures]
    if measures:
        if is_asked and (remark := find_remark(rest)):
            measures.append(remark)
        sure = is_asked or len(measures) > 1 or not measures[0].endswith("码")
        return RecognisedValue("、".join(measures), rest) if sure else None
    return _recognise_measure(text) if is_asked else None


def _word_girth(match: re.Match[str]) -> str:
    what = "身高" if match["what"] == "高" else match["what"]
    return f"{what}{match['n']}{match['unit'] or '厘米'}"


def _word_weight(match: re.Match[str]) -> str:
    return f"体重{write_figures(match['n'])}{'斤' if match['unit'] == '斤' else '公斤'}"


def _bare_weight(match: re.Match[str]) -> str:
    """A weight without unit in words: in kilograms below LIGHTEST, else in 斤."""
    return f"体重{match['n']}{'公斤' if float(match['n']) < LIGHTEST else '斤'}"


def _word_size_code(match: re.Match[str]) -> str:
    letters = match["code"].upper()
    return letters if letters.endswith("码") else f"{letters}码"


def _recognise_measure(text: str) -> RecognisedValue | None:
    """Recognise one measure, or a bare number as a size code."""
    if measure := _MEASURE.search(text):
        return RecognisedValue(f"{measure['n']}{measure['unit']}", text.replace(measure[0], " ", 1))
    number = re.fullmatch(r"\D{0,6}(\d{2,3}(?:\.5)?)\D{0,4}", text)
    return RecognisedValue(f"{number[1]}码", "") if number else None


def _count_centimetres(height: re.Match[str]) -> str:
    if height["cm"]:
        return height["cm"]
    words = height["m"] or height["words"]
    digits = "".join(
        str(numerals.DIGITS.get(c, c)) for c in words if c.isdigit() or c in numerals.DIGITS
    )
    return digits.ljust(3, "0")[:3]


# The pattern of a measure, its wording, and whether it occurs only once.
_SIZES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str], bool], ...] = (
    (_GIRTH, _word_girth, False),
    (_LETTERS, _word_size_code, False),
    (_HEIGHT, lambda match: f"身高{_count_centimetres(match)}厘米", True),
    (_WEIGHT, _word_weight, True),
)
