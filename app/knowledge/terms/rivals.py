"""Detects candidates about a rival of what was asked for, such as 母亲节 for 父亲节. No I/O.

The model that verifies candidates takes different members of one class for similar words.
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

# The text also applies to members that it doesn't name.
_OTHERS = re.compile("其[他它余]|别[处的]|除了|任何|所有|各种|不限|不分|统一|全部")
# Questions on goods for mourning, not those of a mourner who cancels a lesson.
_FOR_MOURNING = re.compile("[用送买订带做]|花圈|花篮|挽联|鲜花|花束|flower|wreath", re.IGNORECASE)
# 周末加 2000 元: the price before it applies to the other days.
_SURCHARGED = re.compile(
    r"(?:周末|[周礼][拜一二三四五六日天末至到、]*|节假日|工作日|平日|平时)[^，,。；;]{0,6}"
    r"(?:加收?|多收|多付|贵|减|便宜|优惠|打折?)\s*\d"
)
_CANCELS = re.compile("退|改|取消|延|停|假|转")


@dataclass(frozen=True, slots=True)
class QuestionMembers:
    """The members of each class that a question names, as bits."""

    members: Mapping[str, int]
    mourns: bool = False


def read_question(text: str) -> QuestionMembers:
    """Read the narrowest members that a question names: 昆山 of 江苏的昆山; none of 全国."""
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
    """Whether a candidate's text (headings and answer) names only rivals of the question's members;
    "strict" if the candidate shouldn't even be offered.
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
    """Limit a candidate's probability: soft to `bands.possible`, strict to 0."""
    match rivalry:
        case "none":
            return probability
        case "soft":  # may be offered as a choice at most
            return min(probability, bands.possible)
        case "strict":
            return 0.0


def _goes_for(
    name: str, question_bits: int, candidate_members: Mapping[str, int], text: str
) -> bool:
    """Whether the text names exceptions only, and so applies: 满 99 元包邮，新疆 20 元."""
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
