"""Whether a candidate speaks of a neighbour of what was asked for, 母亲节 for 父亲节. No I/O.

The network that verifies candidates takes words for alike that name different things of one sort.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from app.inference.ports import Bands
from app.knowledge.terms import regions, word_classes
from app.knowledge.terms.word_classes import MOURNED, MOURNING, PLACES, WEEK

Rivalry = Literal["none", "soft", "strict"]

# Speaks for what it doesn't name, too.
_OTHERS = re.compile("其[他它余]|别[处的]|除了|任何|所有|各种|不限|不分|统一|全部")
# Flowers and things for the dead, not a mourner who cancels a lesson.
_FOR_MOURNING = re.compile("[用送买订带做]|花圈|花篮|挽联|鲜花|花束|flower|wreath", re.IGNORECASE)
# 周末加 2000 元: what stands before goes for the other days.
_SURCHARGED = re.compile(
    r"(?:周末|[周礼][拜一二三四五六日天末至到、]*|节假日|工作日|平日|平时)[^，,。；;]{0,6}"
    r"(?:加收?|多收|多付|贵|减|便宜|优惠|打折?)\s*\d"
)
_CANCELS = re.compile("退|改|取消|延|停|假|转")


@dataclass(frozen=True, slots=True)
class QuestionMembers:
    """Of each class the members that a question names, as bits."""

    members: Mapping[str, int]
    mourns: bool = False


def read_question(text: str) -> QuestionMembers:
    """Of words that hold each other the narrowest: 江苏的昆山 asks for 昆山, 全国 for no place."""
    china, _ = _load_bounds()
    members = {}
    for name, words in word_classes.read_members(
        text, word_classes.all_classes(), denied=False
    ).items():
        narrowest = (
            each
            for each in words
            if not any(other != each and other & each == other for other in words)
        )
        bits = word_classes.join_bits(narrowest)
        if bits not in {word_classes.EVERY, china}:
            members[name] = bits
    mourns = bool(members.get(MOURNING, 0) & MOURNED) and bool(_FOR_MOURNING.search(text))
    return QuestionMembers(members, mourns and not _CANCELS.search(text))


def find_rivalry(question_members: QuestionMembers, text: str) -> Rivalry:
    """Whether a candidate, its headings and what it says, names neighbours alone; strict where it
    isn't even worth an offer.
    """
    if not question_members.members:
        return "none"
    read = word_classes.read_members(text, question_members.members)
    candidate_members = {name: word_classes.join_bits(words) for name, words in read.items()}
    if question_members.mourns and not candidate_members.get(MOURNING, 0) & MOURNED:
        return "strict"
    apart = [
        name
        for name, bits in question_members.members.items()
        if name in candidate_members
        and not bits & candidate_members[name]
        and not _goes_for(name, bits, candidate_members, text)
    ]
    if not apart or _OTHERS.search(text):
        return "none"
    return "strict" if any(map(word_classes.is_strict, apart)) else "soft"


def limit_probability(probability: float, rivalry: Rivalry, bands: Bands) -> float:
    """How likely a candidate answers, in the light of what it names."""
    match rivalry:
        case "none":
            return probability
        case "soft":  # a choice at most
            return min(probability, bands.possible)
        case "strict":
            return 0.0


def _goes_for(
    name: str, question_bits: int, candidate_members: Mapping[str, int], text: str
) -> bool:
    """Whether a rule names exceptions alone: 满 99 元包邮，新疆 20 元; 8800 元，周末加 2000 元."""
    if name == WEEK:
        return _SURCHARGED.search(text) is not None
    china, remote = _load_bounds()
    if name != PLACES or question_bits & ~(china & ~remote):
        return False
    return "包邮" in text or not candidate_members[name] & ~remote


@cache
def _load_bounds() -> tuple[int, int]:
    numbers = regions.number_places()
    return numbers["全国"], word_classes.join_bits(numbers[each] for each in regions.REMOTE.split())
