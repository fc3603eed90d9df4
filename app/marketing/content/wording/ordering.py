"""Which facts of a brief a template's text states, and in which order. No I/O.

An offer stands in every text that has room for it with its conditions, and the price in every text
of two facts that sells. What the product's name says already is left out; sizes and codes come
last, and what warns is in no short text.
"""

import math
import re

from app.kit.text import fold_to_letters
from app.marketing.content.brief import Brief, BriefFact, Channel, Language
from app.marketing.content.wording import facts as wording
from app.marketing.content.wording.audiences import (
    is_asked_for,
    is_price,
    leads_selling,
    measure_interest,
)
from app.marketing.content.wording.fact_words import (
    adds_to_offer,
    has_plain_name,
    is_activity,
    is_caution,
    is_offer,
)

MOST_IN_TITLE = 14  # characters of a fact, beside the product
LEAST_SELLING = 3  # facts that sell, where those that don't are left out
_SHORT: frozenset[Channel] = frozenset({"title", "poster"})
_SELLING: frozenset[Channel] = frozenset({"ad", "broadcast"})
_WITHOUT_LEAD: frozenset[Channel] = frozenset({"topic", "menu"})
# What names of activities end in: 旧头盔换新周, 双十一优惠; and names of facts that only they have.
_ACTIVITY = re.compile("(?:活动|[节周日季课展会赛]|促销|特卖|换新|体验|优惠|大促|团购|抽奖)$")
_TAKING_PART = re.compile("名额|报名|参加|参与|集合|嘉宾|活动(?:地点|流程)")
_PLACE = re.compile(
    "地[点址]|门店|店址|场地|集合|place|address|venue|場所|会場|장소", re.IGNORECASE
)
# What a value refuses or leaves to the customer, which sells nothing: 不接维修, 运费由顾客付.
_REFUSES = re.compile(
    "不(?:接|支持|提供|退|换|可|能)(?!错过|多得|思议|少|缺|忽视)|由(?:顾客|客户|买家|您|你)[^，。；]{0,4}付|自理|另[付计收]"
)
_MEASURE = re.compile(r"[\d\s.,×xX*/-]+")  # 52-18-145: nobody but the trade reads it


def order_facts(brief: Brief) -> Brief:
    """The brief with facts first that its audience asks for, and, in what sells, price and use.

    In titles those that fit one come before all others. Titles, posters and ads have no sizes,
    codes and the like, where enough other facts are left.
    """
    is_selling = brief.channel in _SELLING
    most = MOST_IN_TITLE if brief.channel in _SHORT else math.inf

    def rank(fact: BriefFact) -> tuple[bool, bool, bool, int, bool]:
        is_short = _measure_width(wording.name_fact(fact, brief.language)) <= most
        fits = is_short and (brief.channel not in _SHORT or not is_activity(fact, brief.language))
        leads = is_selling and leads_selling(fact)
        interest = measure_interest(fact, brief) + leads
        return is_offer(fact, brief.language), sells(fact, brief), fits, interest, leads

    facts = [fact for fact in brief.facts if not _is_in_name(fact, brief)] or [*brief.facts]
    selling_facts = [fact for fact in facts if sells(fact, brief)]
    if brief.channel in _SHORT | {"ad"} and len(selling_facts) >= LEAST_SELLING:
        facts = selling_facts
    return brief.model_copy(update={"facts": tuple(sorted(facts, key=rank, reverse=True))})


def sells(fact: BriefFact, brief: Brief) -> bool:
    """Whether a fact is no size, code and the like and refuses nothing, or is one that the audience
    asks for; in topics, which ask, all are.
    """
    is_plain = has_plain_name(fact, brief.language) or _MEASURE.fullmatch(fact.value.strip())
    is_dull = is_plain or (_REFUSES.search(fact.value) and not is_offer(fact, brief.language))
    return brief.channel in _WITHOUT_LEAD or not is_dull or is_asked_for(fact, brief)


def _measure_width(text: str) -> float:
    """Characters, two Latin letters or digits as one."""
    return sum(0.5 if letter.isascii() else 1 for letter in text)


def choose_facts(brief: Brief, start: int, needed: int, *, leads: bool) -> tuple[BriefFact, ...]:
    """The facts of one text: those from `start` on, warnings last, and in short texts none.

    leads: with what every text states in front, and no second offer; in longer texts an offer
    stands beside the price. What adds to an offer is stated after one only.
    """
    facts, language = brief.facts, brief.language
    plain = tuple(fact for fact in facts if not is_caution(fact, language)) or facts
    if leads and (first := _find_lead(plain, brief, needed, start)):
        others = [fact for fact in _rotate(plain, start) if not is_offer(fact, language)]
        if is_offer(first, language) and needed >= wording.MOST_NAMES:
            price = _find_price(plain, brief)
            others.sort(key=lambda fact: fact != price)
        return (first, *(fact for fact in others if fact != first))
    facts, plain = (_drop_additions(each, language) for each in (facts, plain))
    chosen = _rotate(facts, start)[:needed]
    if needed < wording.MOST_NAMES or is_caution(chosen[0], language):
        return _rotate(plain, start)
    return tuple(sorted(chosen, key=lambda fact: is_caution(fact, language)))


def is_activity_brief(brief: Brief) -> bool:
    """Whether an offer's brief is of an activity, not of goods: by its name, or by how to take part
    where there is no price.
    """
    is_named = _ACTIVITY.search(brief.product) is not None
    takes_part = any(_TAKING_PART.search(fact.name) for fact in brief.facts)
    return is_named or (takes_part and not any(map(is_price, brief.facts)))


def has_place(brief: Brief) -> bool:
    """Whether a fact tells where readers come to: 地点, 集合地点, 门店."""
    return any(_PLACE.search(fact.name) for fact in brief.facts)


def has_lead(brief: Brief, needed: int) -> bool:
    """Whether a text with `needed` facts has one that every such text states."""
    return _find_lead(brief.facts, brief, needed, 0) is not None


def _find_lead(
    facts: tuple[BriefFact, ...], brief: Brief, needed: int, start: int
) -> BriefFact | None:
    """An offer, another for each `start`; in what sells with more facts than one, the price."""
    if brief.channel in _WITHOUT_LEAD or not needed:
        return None
    if offers := [fact for fact in facts if is_offer(fact, brief.language)]:
        return offers[start % len(offers)]
    if brief.channel not in _SELLING or needed == 1:
        return None
    return _find_price(facts, brief)


def _find_price(facts: tuple[BriefFact, ...], brief: Brief) -> BriefFact | None:
    """The price to pay before any other, such as 原价."""
    prices = sorted(filter(is_price, facts), key=lambda fact: not sells(fact, brief))
    return next(iter(prices), None)


def _drop_additions(facts: tuple[BriefFact, ...], language: Language) -> tuple[BriefFact, ...]:
    return tuple(fact for fact in facts if not adds_to_offer(fact, language)) or facts


def _is_in_name(fact: BriefFact, brief: Brief) -> bool:
    """Whether the product's name says a fact already: 轻屿β钛近视镜架, 材质 β钛."""
    letters = fold_to_letters(fact.value)
    return bool(letters) and letters in fold_to_letters(brief.product)


def _rotate(facts: tuple[BriefFact, ...], start: int) -> tuple[BriefFact, ...]:
    at = start % len(facts) if facts else 0
    return facts[at:] + facts[:at]
