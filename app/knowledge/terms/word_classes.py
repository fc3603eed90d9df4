"""Finds members of excluding word classes in a text, such as 父亲节 and 母亲节. The words are in
word_classes.toml and regions.py.
"""

import re
import tomllib
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cache, reduce
from operator import or_
from pathlib import Path
from typing import Any, NamedTuple

from app.knowledge.terms import regions
from app.knowledge.terms.vocabulary import Match, Vocabulary

EVERY = -1  # all members of a class, as bits
PLACES, WEEK, SPECIES, MOURNING = "places", "week", "species", "mourning"
MOURNED = 1  # the first member of MOURNING
DAYS = 7
BEFORE = 3  # characters before a word that may negate it

# Several days in one word: 周一三五, 周六日, 周一到五.
_DAYS_RUN = re.compile(
    r"(周|星期|礼拜)([一二三四五六日天](?:[到至、,，和~—-][一二三四五六日天])+"
    r"|一三五|二四六|五六日?|六日|六天|一三|二四|三五|四六)(?![个点对只天])"
)
_DAY = re.compile("[一二三四五六日天]")
_SPACE_IN_DATE = re.compile(r"(?<=\d) (?=[月日号])|(?<=月) (?=\d)")
_DATE = re.compile(r"\d.*月\d+[日号]?")
_RANGE = re.compile(r"\s*(?:[到至~～—–-]+|to|through)\s*")
_RANGE_OF_DATES = re.compile(r"\s*(?:[到至~～—–起前后-]|之前|之后)")
_RESTS = re.compile("店?休|闭|不|停|除外")
_OTHER_THING = re.compile(f"{regions.DISHES}|银行|[东西南北中]?[路街]|大道|话|菜|人|味|牌")
_LEAVES = re.compile("出发|往返|起飞|发货|发出|直发|寄出|仓|过来")
# Between a province and its city, or a heading and its subheading: 节日花束 > 母亲节.
_ADJOINS = re.compile(r"[省市的 ，,]?|[^>\n]{0,8} > [^>\n]{0,4}")
# Tells that an animal is kept as a pet.
_PET_OWNER = re.compile(
    "养|只|条|洗澡|洗护|美容|掉毛|换毛|绝育|疫苗|驱虫|遛|寄养|托管|铲屎|[我她他]家|品种|幼|粮"
)
_DENIED = re.compile("(?:不[是算要]|除了|除开|并非|别说)$")


class Member(NamedTuple):
    """The members of one class that a word may mean."""

    name: str  # of the class
    bits: int  # of these members


class Class(NamedTuple):
    """`spellings`: word -> bits of its members. `kinds`: narrower word -> wider words that an
    account may use instead, the most natural first.
    """

    strict: bool
    spellings: Mapping[str, int]
    kinds: Mapping[str, tuple[str, ...]]


NamedMembers = Mapping[
    str, list[int]
]  # for each class that a text names members of, bits of each word


def read_members(text: str, within: Container[str], *, denied: bool = True) -> NamedMembers:
    """For each class of `within` that the text names, the bits of each word. With `denied=False`,
    negated words are skipped.
    """
    plain = _SPACE_IN_DATE.sub("", text) if "月" in text else text
    plain = _DAYS_RUN.sub(_spell_days, plain)
    members_by_class: dict[str, list[int]] = {}
    before: Match[tuple[Member, ...]] | None = None
    for match in _build_vocabulary().find(plain):
        if not denied and _DENIED.search(plain[max(0, match.start - BEFORE) : match.start]):
            continue
        for member in match.meaning:
            if member.name in within and is_meant(plain, match, member.name):
                _add_word(
                    members_by_class.setdefault(member.name, []), member, plain, before, match
                )
        before = match
    return {name: words for name, words in members_by_class.items() if words}


def is_strict(name: str) -> bool:
    """Whether candidates about a rival in this class must not even be offered."""
    return all_classes()[name].strict


def join_bits(words: Iterable[int]) -> int:
    """The union of bits."""
    return reduce(or_, words, 0)


def is_meant(text: str, match: Match[Any], name: str) -> bool:
    """Whether the word is used as a member of that class: not 上海 in 上海路, and not a place that
    something comes from.
    """
    if name == SPECIES:
        return match.word not in _breeds_or_things() or bool(_PET_OWNER.search(text))
    if name != PLACES:
        return True
    comes_from = text[match.start - 1 : match.start] in {"从", "由"}
    leaves = comes_from or _LEAVES.match(text, match.end)
    return not (leaves or _OTHER_THING.match(text, match.end))


def prepare() -> None:
    """Load the words, so that the first text doesn't wait."""
    _build_vocabulary()


@cache
def all_classes() -> Mapping[str, Class]:
    """Name -> class."""
    return {PLACES: _build_places()} | {
        name: _build_class(rows) for name, rows in _load_table().items() if "members" in rows
    }


def _add_word(
    words: list[int], member: Member, text: str, before: Match[Any] | None, match: Match[Any]
) -> None:
    """Add a word's members; a day may end a range, and a city replaces its province."""
    bits = member.bits
    last = words[-1] if words and before and _names_class(before, member.name) else 0
    between = text[before.end : match.start] if before else ""
    if _is_general(member.name, text, match):
        bits = EVERY
    elif last and member.name == WEEK and _RANGE.fullmatch(between):
        bits |= _days_between(last, bits)
    elif last and bits & last == last and not between:
        return  # 苏州市内 means 苏州
    elif last & bits == bits and _ADJOINS.fullmatch(between):
        words.pop()  # 江苏苏州 means 苏州
    words.append(bits)


def _names_class(match: Match[Any], name: str) -> bool:
    return any(member.name == name for member in match.meaning)


def _is_general(name: str, text: str, match: Match[Any]) -> bool:
    """Whether the match also tells about other members: 周一休息, 10月1日到3日."""
    if name == WEEK:
        return bool(_RESTS.match(text, match.end))
    if not _DATE.fullmatch(match.word):
        return False
    return bool(_RANGE_OF_DATES.match(text, match.end)) or text[match.start - 1 : match.start] in {
        "到", "至", "-", "~",
    }  # fmt: skip


def _spell_days(run: re.Match[str]) -> str:
    return _DAY.sub(lambda day: run[1] + day[0], run[2])


def _days_between(first: int, last: int) -> int:
    """The bits of all days from `first` to `last`, wrapping at the end of the week."""
    start, end = first.bit_length() - 1, last.bit_length() - 1
    return join_bits(1 << at % DAYS for at in range(start, start + (end - start) % DAYS + 1))


@cache
def _load_table() -> Mapping[str, Any]:
    file = Path(__file__).with_name("word_classes.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _breeds_or_things() -> frozenset[str]:
    return frozenset(_load_table()["breeds_or_things"]["words"].split())


@cache
def _build_vocabulary() -> Vocabulary[tuple[Member, ...]]:
    """The vocabulary of all classes."""
    meanings: dict[str, tuple[Member, ...]] = dict.fromkeys(not_meant(), ())
    for name, each in all_classes().items():
        for word, bits in each.spellings.items():
            meanings[word] = (*meanings.get(word, ()), Member(name, bits))
    return Vocabulary(meanings)


def not_meant() -> tuple[str, ...]:
    """Words that contain a member's spelling but don't mean it."""
    return (*_load_table()["not_meant"]["words"].split(), *regions.ALSO_WORDS)


def _build_class(rows: Mapping[str, Any]) -> Class:
    spellings = {
        word: 1 << at
        for at, line in enumerate(rows["members"].strip().splitlines())
        for word in _parse_words(line)
    }
    kinds: dict[str, tuple[str, ...]] = {}
    for wide, narrow in _parse_pairs(rows.get("kinds", "")):
        spellings |= dict.fromkeys(narrow, spellings[wide[0]])
        kinds |= dict.fromkeys(narrow, tuple(wide))
    for words, wider_names in _parse_pairs(rows["wider"]):
        bits = EVERY if wider_names == ["*"] else join_bits(spellings[name] for name in wider_names)
        spellings |= dict.fromkeys(words, bits)
    return Class(rows["strict"], spellings, kinds)


def _parse_pairs(lines: str) -> Iterator[tuple[list[str], list[str]]]:
    for line in lines.strip().splitlines():
        left, _, right = line.partition("=")
        yield _parse_words(left), _parse_words(right)


def _parse_words(line: str) -> list[str]:
    return [word.replace("_", " ") for word in line.split()]


def _build_places() -> Class:
    """The class of places; names that are everyday words count only with 市."""
    bits = regions.number_places()
    spellings = {
        f"{name}市" if name in regions.ALSO_WORDS else name: each for name, each in bits.items()
    }
    return Class(strict=True, spellings=spellings, kinds=regions.find_wider())
