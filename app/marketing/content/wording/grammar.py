"""Puts a name and a value into a line of a language: its particles, plurals and spaces. No I/O."""

import re

from app.marketing.content.brief import Language

CHINESE_FIGURE = (  # a pattern: 一个半小时, 三天
    "[约近]?[一二两三四五六七八九十百千半]+(?:个|小时|分钟|天|周|节|次|位|年|月|元|斤|克|层|套)"
)

_CLOSE = f"[约近]|{CHINESE_FIGURE}"
_WITHOUT_SPACES = re.compile(r"[^\s\u4e00-\u9fff]*\d[\u4e00-\u9fff]")  # 259元, not 259 元


def fill_clause(line: str, name: str, value: str, language: Language) -> str:
    """The line with name and value; in Chinese with a space before Latin letters (材质是 PU) and
    before a figure, unless its own unit has none: 售价 259 元, 售价259元.
    """
    line = line.replace("<be>", "are" if _is_plural(name) else "is")
    line = line.replace("<topic>", _choose_topic_particle(name))
    if language == "zh" and (_WITHOUT_SPACES.match(value) or re.match(_CLOSE, value)):
        line = line.replace("> <", "><")
    if language == "zh" and re.match("[A-Za-z0-9]", value) and not _WITHOUT_SPACES.match(value):
        line = re.sub("(?<=[>是在])<value>", " <value>", line)
    return line.replace("<name>", name).replace("<value>", value)


def lower_first(text: str) -> str:
    """The text without its first capital, unless its first word has others: PU."""
    word = re.split("[ :]", text, maxsplit=1)[0]
    return text if re.search("[A-Z]", word[1:]) else text[:1].lower() + text[1:]


def capitalise(text: str) -> str:
    """The text with a capital, unless its first word is written in capitals or mixed: iPhone."""
    return text if text[1:2].isupper() else text[:1].upper() + text[1:]


def _is_plural(name: str) -> bool:
    return name.endswith("s") and not name.endswith("ss")


def _choose_topic_particle(name: str) -> str:
    """The Korean particle of the topic: 은 after a final consonant, else 는."""
    syllable = ord(name[-1]) - 0xAC00
    return "은" if 0 <= syllable < 11_172 and syllable % 28 else "는"
