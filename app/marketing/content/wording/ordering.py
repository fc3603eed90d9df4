"""Which facts of a brief a template's text states, and in which order. No I/O.

What an activity offers stands in every text, and the price in every text of two facts that sells.
What the product's name says already is left out, bare measures come last, and what is excluded
ends longer texts and is in no short one.
"""

import re

from app.kit.text import fold_to_letters
from app.marketing.content.brief import Brief, BriefFact, Channel
from app.marketing.content.wording import facts as wording
from app.marketing.content.wording.audiences import is_price, leads_selling, measure_interest
from app.marketing.content.wording.fact_words import is_activity, is_caution, is_offer

MOST_IN_TITLE = 14  # characters of a fact, beside the product
_SHORT: frozenset[Channel] = frozenset({"title", "poster"})
_SELLING: frozenset[Channel] = frozenset({"ad", "broadcast"})
_WITHOUT_LEAD: frozenset[Channel] = frozenset({"topic", "menu"})
# What names of activities end in: 旧头盔换新周, 双十一优惠.
_ACTIVITY = re.compile("(?:活动|[节周日季课展会赛]|促销|特卖|换新|体验|优惠|大促|团购|抽奖)$")
_PERIOD = re.compile("(?:活动|优惠)?(?:时间|日期|期限)|有效期|截止(?:时间|日期)?")
_GOODS = re.compile("重量|净含量|材质|面料|尺寸|规格|容量|颜色|口味|型号|尺码|成分|配料|产地")
_MEASURE = re.compile(r"[\d\s.,×xX*/-]+")  # 52-18-145: nobody but the trade reads it


def order_facts(brief: Brief) -> Brief:
    """The brief with facts first that its audience asks for, and, in what sells, price and use.

    In titles those that fit one come before all others.
    """
    is_selling = brief.channel in _SELLING
    most = MOST_IN_TITLE if brief.channel in _SHORT else None

    def rank(fact: BriefFact) -> tuple[bool, bool, bool, int, bool]:
        is_short = most is None or len(wording.name_fact(fact, brief.language)) <= most
        fits = is_short and (most is None or not is_activity(fact, brief.language))
        leads = is_selling and leads_selling(fact)
        is_measure = bool(_MEASURE.fullmatch(fact.value.strip()))
        interest = measure_interest(fact, brief) + leads
        return _is_offer(fact, brief), not is_measure, fits, interest, leads

    facts = [fact for fact in brief.facts if not _is_in_name(fact, brief)] or brief.facts
    return brief.model_copy(update={"facts": tuple(sorted(facts, key=rank, reverse=True))})


def choose_facts(brief: Brief, start: int, needed: int, *, leads: bool) -> tuple[BriefFact, ...]:
    """The facts of one text: those from `start` on, warnings last, and in short texts none.

    leads: with what every text states in front; a longer text with an offer ends with what is
    excluded from it.
    """
    facts, language = brief.facts, brief.language
    plain = tuple(fact for fact in facts if not is_caution(fact, language)) or facts
    if leads and (first := _find_lead(plain, brief, needed)):
        others = [fact for fact in _rotate(plain, start) if fact != first]
        if _is_offer(first, brief) and needed >= wording.MOST_NAMES:
            others.sort(key=lambda fact: not _PERIOD.fullmatch(fact.name))
        limits = [fact for fact in facts if fact not in plain and _is_offer(first, brief)]
        room = max(0, needed - 2) if limits and needed >= wording.MOST_NAMES else len(others)
        return (first, *others[:room], *limits, *others[room:])
    chosen = _rotate(facts, start)[:needed]
    if needed < wording.MOST_NAMES or is_caution(chosen[0], language):
        return _rotate(plain, start)
    return tuple(sorted(chosen, key=lambda fact: is_caution(fact, language)))


def is_activity_brief(brief: Brief) -> bool:
    """Whether an offer's brief is of an activity, not of goods: by its name, or without a price
    and a property of goods.
    """
    is_named = _ACTIVITY.search(brief.product) is not None
    return is_named or not any(is_price(fact) or _GOODS.search(fact.name) for fact in brief.facts)


def has_lead(brief: Brief, needed: int) -> bool:
    """Whether a text with `needed` facts has one that every such text states."""
    return _find_lead(brief.facts, brief, needed) is not None


def _find_lead(facts: tuple[BriefFact, ...], brief: Brief, needed: int) -> BriefFact | None:
    """The offer; in what sells with more facts than one, the price."""
    if brief.channel in _WITHOUT_LEAD or not needed:
        return None
    offer = next((fact for fact in facts if _is_offer(fact, brief)), None)
    if offer or brief.channel not in _SELLING or needed == 1:
        return offer
    return next((fact for fact in facts if is_price(fact)), None)


def _is_offer(fact: BriefFact, brief: Brief) -> bool:
    return is_offer(fact, brief.language)


def _is_in_name(fact: BriefFact, brief: Brief) -> bool:
    """Whether the product's name says a fact already: 轻屿β钛近视镜架, 材质 β钛."""
    letters = fold_to_letters(fact.value)
    return bool(letters) and letters in fold_to_letters(brief.product)


def _rotate(facts: tuple[BriefFact, ...], start: int) -> tuple[BriefFact, ...]:
    at = start % len(facts) if facts else 0
    return facts[at:] + facts[:at]
