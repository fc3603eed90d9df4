"""Rewords a table row, as an import stored it, into a natural sentence. No I/O."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

Kind = Literal["price", "time", "people", "age", "amount", "note"]

# Headers that add nothing to the cell: 价格 for 138 元, 人数 for 6 人.
_KINDS: Sequence[tuple[Kind, re.Pattern[str], re.Pattern[str]]] = (
    ("note", re.compile("说明|备注|附注|注|详情|补充说明?"), re.compile("")),
    (
        "price",
        re.compile("价格|价钱|价位|单价|费用|收费|收费标准|金额|售价|多少钱"),
        re.compile(r"[\d一二两三四五六七八九十百千万][\d,.，]*\s*[元块]|免费"),
    ),
    (
        "time",
        re.compile("时间|时段|日期|上课时间|开课时间|营业时间|开放时间"),
        re.compile(r"\d\s*[:：点]\s*\d{0,2}|(?:周|星期)[一二三四五六日天末]|[每全]天|\d\s*月\s*\d"),
    ),
    ("people", re.compile("(?:人数|名额)"), re.compile(r"\d\s*[人位名]")),
    (
        "age",
        re.compile("年龄|年龄段|岁数|适合年龄|适用年龄"),
        re.compile(r"\d\s*(?:周岁|岁|个?月龄)"),
    ),
    ("amount", re.compile("数量|件数|分量|份量|规格"), re.compile(r"^\d[\d.]*\s*[^\W\d]{1,2}$")),
)
_ENDS_IN_PEOPLE = re.compile("(?<=.)人数$")
_UNIT = re.compile(r"\s*[（(\[【/]\s*(?:单位[:：]?)?([^（()）\[\]【】/]{1,4})[)）\]】]?$")
_MEASURES = "本个点号天次节人位张件款种岁月年份周间片块瓶盒袋套支枝朵盘碗道米级场"
_LONG_MEASURES = ("小时", "分钟", "公里")
# The asking part of a header, which the cell replaces: 每月几本, 多久能到.
_QUESTION_WORD = re.compile(
    rf"几(?:个?(?:小时|分钟|公里|月|星期)|[{_MEASURES}])?(?=\W*$|[^\W\d])"
    rf"|多少(?:钱|[{_MEASURES}])?|多(?:久|长时间|[大高重远长深宽])"
    "|什么(?:时候|时间|地方|人)?|哪(?:里|儿|天|家|个|些|款|种)|(?<=在)哪|谁"
)
_HOW = re.compile("^(?:怎么样?|怎样|如何)")
_WHETHER = re.compile("^(?:有没有|能不能|可不可以|要不要|收不收|送不送|含不含)")
_YES_OR_NO = re.compile("不?(?:有|能|可以|要|收|送|含)|没有|无")
_BARE_NUMBER = re.compile(r"\d[\d,.]*(?:\s*[-~～至到]\s*\d[\d,.]*)?")
_HAN_HAN = re.compile("[\u4e00-\u9fff]{2}")
_EMPTY = re.compile(r"[-—–－/／\s]*")
LONGEST_IN_PLACE = 10  # characters of a cell that replaces the asking part of its header


def speak_row(text: str) -> str:
    """Turn 「课程：壶铃；人数：6 人；单节：120 元」 into 「壶铃：6 人，单节 120 元。」.

    A header that adds nothing to its cell is left out. A text that is no row is unchanged.
    """
    cells = [cell.partition("：") for cell in text.strip().rstrip("。").split("；")]
    if len(cells) < 2 or "\n" in text or not all(name and value for name, _, value in cells):
        return text
    subject = cells[0][2].strip()
    pairs = [(name.strip(), value.strip()) for name, _, value in cells[1:]]
    pairs = [(name, value) for name, value in pairs if not _EMPTY.fullmatch(value)]
    kinds = Counter(_classify_cell(*_with_unit(name, value)) for name, value in pairs)
    facts = "，".join(_speak_cell(name, value, kinds) for name, value in pairs)
    return f"{subject}：{facts}。" if facts else text


def _speak_cell(name: str, value: str, kinds: Counter[Kind | None]) -> str:
    name, value = _with_unit(name, value)
    kind = _classify_cell(name, value)
    if kind == "people" and (rest := _ENDS_IN_PEOPLE.sub("", name)) != name:
        return f"{rest} {value}"
    if kind == "note" or (kind and kinds[kind] == 1):
        return value
    if _WHETHER.search(name) and _YES_OR_NO.fullmatch(value):
        return value.replace("无", "没有") + _WHETHER.sub("", name)
    if how := _HOW.match(name):
        done = name[how.end() :]
        return f"{done} {value}" if len(done) > 1 else value  # 怎么办 names nothing
    question_word = _QUESTION_WORD.search(name)
    return _fill_in(name, question_word, value) if question_word else f"{name} {value}"


def _fill_in(name: str, question_word: re.Match[str], value: str) -> str:
    """The header with its asking part replaced by the cell: 每月 2 本, 3 天能到."""
    before, after = name[: question_word.start()].strip(), name[question_word.end() :].strip("?？ ")
    unit = question_word[0].lstrip("几多少")
    if _BARE_NUMBER.fullmatch(value) and unit in {*_MEASURES, *_LONG_MEASURES}:
        value = f"{value} {unit}"
    if after.startswith(("没", "不")):
        return f"{name} {value}"
    if after and (len(value) > LONGEST_IN_PLACE or re.search("[，,；、]", value)):
        return f"{before}{after if len(before + after) > 1 else name} {value}"
    return _join_spaced(_join_spaced(before, value), after)


def _join_spaced(before: str, after: str) -> str:
    """Join two texts, with a blank unless both are Chinese at the joint: 每月 2 本, 3 天能到."""
    blank = " " if before and after and not _HAN_HAN.search(before[-1] + after[0]) else ""
    return before + blank + after


def _classify_cell(name: str, value: str) -> Kind | None:
    """The kind of value (price, people ...) that header and cell agree on, or None."""
    if _ENDS_IN_PEOPLE.search(name) and re.search(r"\d\s*[人位名]", value):
        return "people"
    fitting = (kind for kind, head, cell in _KINDS if head.fullmatch(name) and cell.search(value))
    return next(fitting, None)


def _with_unit(name: str, value: str) -> tuple[str, str]:
    """Move a header's unit to a bare number: (价格（元）, 138) becomes (价格, 138 元)."""
    unit = _UNIT.search(name)
    bare = name[: unit.start()] if unit else name
    if not unit or not bare:
        return name, value
    if _BARE_NUMBER.fullmatch(value):
        return bare, f"{value} {unit[1]}"
    return (bare, value) if unit[1] in value else (name, value)
