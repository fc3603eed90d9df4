"""What figures are compared by: units, counters, names of attributes, occasions. Data, from
figure_words.toml.
"""

import functools
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import regex

from app.kit.text import fold_to_letters

_DIGITS = str.maketrans("二两三四五六七八九", "223456789")
_COUNTED_PEOPLE = regex.compile(r"(?<!\p{N}|[十百千万第])[二两三四五六七八九](?=名)")


def rewrite_wordings(text: str) -> str:
    """The text in lower case, with wordings that mean the same in one form: 五折 as 5折."""
    text = text.lower()
    for pattern, replacement in _load_rewrites():
        text = pattern.sub(replacement, text)
    return _COUNTED_PEOPLE.sub(lambda match: match.group().translate(_DIGITS), text)


@functools.lru_cache(maxsize=512)  # the facts of a brief are read for each of its texts
def expand_attributes(name: str) -> str:
    """A fact's name with the other words for what it measures: 自重 with 重量 and weighs."""
    letters = fold_to_letters(name)
    groups = [
        group for group in _load_attributes() if any(names(word, letters) for word in group.split())
    ]
    return " ".join([name, *groups])


def names(word: str, name: str) -> bool:
    """Whether a word is a fact's name, or of two letters and more a part of it; both folded."""
    folded = fold_to_letters(word)
    return folded == name or (len(folded) > 1 and not folded.isascii() and folded in name)


def is_price_name(name: str) -> bool:
    """Whether a fact's name means the price, and no more: 售价, but not 补牙价格."""
    return fold_to_letters(name) in map(fold_to_letters, _load_attributes()[0].split())


def find_unit_of_name(name: str) -> str:
    """The unit of a plain figure under a fact's name: 元 for 价格; "" where it tells none."""
    letters = fold_to_letters(name)
    units: dict[str, str] = _load()["attributes"]["units"]
    return next(
        (
            unit
            for unit, words in units.items()
            if any(fold_to_letters(word) in letters for word in words.split())
        ),
        "",
    )


def match_counters(one: str, other: str) -> bool:
    """Whether two counters may stand for one another: 名 and 位, 个 and any that counts."""
    if one == other:
        return True
    counters = _load()["counters"]
    is_counting = _find_class(one) and _find_class(other)
    return bool(is_counting) and (
        counters["any"] in {one, other} or _find_class(one) == _find_class(other)
    )


def is_counter(letter: str) -> bool:
    """Whether a letter after a number counts or labels."""
    return bool(_find_class(letter)) or letter in _load()["counters"]["labels"].split()


def list_range_words() -> tuple[str, str]:
    """What may be said of the first and of the last time of a range."""
    attributes = _load()["attributes"]
    return attributes["range_starts"], attributes["range_ends"]


def find_occasions(text: str) -> frozenset[tuple[int, int]]:
    """Which occasions a text names, as group and place in it: 周末, 成人, 原价."""
    folded = text.lower()
    return frozenset(
        (group_at, at)
        for group_at, group in enumerate(_load_occasions())
        for at, pattern in enumerate(group)
        if pattern.search(folded)
    )


def _find_class(counter: str) -> str:
    counters = _load()["counters"]
    classes: list[str] = [counters["any"], *counters["classes"]]
    return next((each for each in classes if counter in each.split()), "")


@functools.cache
def _load_rewrites() -> tuple[tuple[regex.Pattern[str], str], ...]:
    rows: list[list[str]] = _load()["rewrites"]["rows"]
    return tuple((regex.compile(pattern), replacement) for pattern, replacement in rows)


@functools.cache
def _load_attributes() -> Sequence[str]:
    groups: list[str] = _load()["attributes"]["groups"]
    return groups


@functools.cache
def _load_occasions() -> tuple[tuple[regex.Pattern[str], ...], ...]:
    groups: list[list[str]] = _load()["occasions"]["groups"]
    return tuple(tuple(regex.compile(each) for each in group) for group in groups)


@functools.cache
def _load() -> dict[str, Any]:
    folder = files("app.marketing.content.claims")
    return tomllib.loads(folder.joinpath("figure_words.toml").read_text("utf-8"))
