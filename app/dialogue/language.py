"""Detects the language of a message, and converts Chinese texts into its script."""

import functools
from collections.abc import Sequence
from typing import Literal

import opencc
import regex

Language = Literal["simplified", "traditional", "english"]

_HAN = regex.compile(r"\p{Han}")
_LATIN = regex.compile(r"(?<![\w.@-])[a-z][a-z'’-]+(?![\w@])", regex.IGNORECASE)
_OTHER = regex.compile(r"[\p{Hiragana}\p{Katakana}\p{Hangul}\p{Cyrillic}\p{Arabic}\p{Thai}]")
# Words that count as English where they stand alone, since Chinese messages hardly have them.
_WORDS = """
hello hi hey thanks thank please help price prices cost shipping delivery refund return returns
exchange menu address location hours open closed english discount coupon size parking booking
reservation where when what how why who yes no
"""
_ALONE = frozenset(_WORDS.split())


def detect_language(text: str, earlier: Sequence[str] = ()) -> Language:
    """The language of a message; where it shows none (numbers, sizes, emojis), that of the latest
    earlier message that does, else simplified Chinese. Other languages count as English.
    """
    for each in (text, *reversed(earlier)):
        if language := _language_of_text(each):
            return language
    return "simplified"


def is_in_language(text: str, language: Language) -> bool:
    """Whether a reply is in the language, by its counts of Han characters and Latin words."""
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    return latin > han if language == "english" else 0 < han >= latin


def in_script(text: str, language: Language) -> str:
    """A Chinese text in the script of the language; unchanged for English."""
    match language:
        case "traditional":
            return str(_load_converter("s2t").convert(text))
        case "simplified" if _is_traditional(text):
            return str(_load_converter("t2s").convert(text))
        case _:
            return text


def simplify_characters(text: str) -> str:
    """The text with each traditional character in its simplified form; the length stays."""
    changes = {ord(letter): _simplify_letter(letter) for letter in set(text)}
    return text.translate(changes)


@functools.cache
def _simplify_letter(letter: str) -> str:
    simplified = str(_load_converter("t2s").convert(letter))
    return simplified if len(simplified) == 1 else letter


def _language_of_text(text: str) -> Language | None:
    han, words = len(_HAN.findall(text)), _LATIN.findall(text)
    if _OTHER.search(text):
        return "english"
    if han and han >= len(words):
        return "traditional" if _is_traditional(text) else "simplified"
    plain = any(word.islower() or word.casefold() in _ALONE for word in words)
    if (len(words) > 1 and plain) or (words and words[0].casefold() in _ALONE):
        return "english"  # iPhone Pro Max is a name
    return None


def _is_traditional(text: str) -> bool:
    """Whether more characters are traditional only than simplified only."""
    return _count_changes(text, "t2s") > _count_changes(text, "s2t")


def _count_changes(text: str, direction: str) -> int:
    other = _load_converter(direction).convert(text)
    return sum(a != b for a, b in zip(text, other, strict=False))


@functools.cache
def _load_converter(direction: str) -> opencc.OpenCC:
    return opencc.OpenCC(direction)
