"""An offer of a brief, when it holds and what limits it, as one fact. No I/O.

A text that states an offer states its conditions, too: 第二本半价（12 月 1 日至 7 日，特价书除外）.
Where a text has no room for both, it states neither.
"""

import re
from collections.abc import Sequence

from app.kit.text import fold_to_letters
from app.marketing.content.brief import Brief, BriefFact, Language
from app.marketing.content.wording import facts as wording
from app.marketing.content.wording.fact_values import read_value, says_itself
from app.marketing.content.wording.fact_words import (
    adds_to_offer,
    is_caution,
    is_offer,
    list_words,
    load_fact_words,
    matches_name,
)
from app.marketing.content.wording.grammar import lower_first
from app.marketing.content.wording.ordering import is_activity_brief

# A range of dates, an end or a day of the week: 12 月 1 日至 7 日, 即日起, 每周三, 1-7 December.
_DATES = re.compile(
    r"(?:\d\s*[月日号天]|\d[./-]\d|即日|[月年]底).*(?:[至到起止前内]|[-–—~～])|(?:[至到]|截[至止])\s*\d"
    r"|\d.*[-–—~～].*\d|周[一二三四五六日末]|星期|工作日|节假日|每[月周天日]"
    r"|\b(?:until|till|to|through|from)\b|から|まで|부터|까지",
    re.IGNORECASE,
)
# When something is done for whoever orders, whatever the offer: 收到后 7 个工作日内修好寄回.
_AFTER_ORDER = re.compile(
    r"(?:收到|下单|付款|签收|拍下|到货|确认|支付)[^，。；]{0,4}后|[内里前](?:修|做|发|寄|送|完)|\d+\s*(?:个工作日|小时|分钟)(?:内|$)"
)
_EXCLUDING = re.compile("除外|例外|不参[加与]|不享|不适用")  # in a name: what it names is left out
_COURSE = re.compile("(?:班|课|课程|营)$")  # its 时间 is that of the lessons


def join_conditions(brief: Brief) -> Brief:
    """The brief with the conditions of its offers in these, and no more as facts of their own."""
    offers = list_offers(brief)
    conditions = [fact for fact in brief.facts if offers and _is_condition(fact, brief)]
    if not conditions:
        return brief
    facts = (
        _add_conditions(fact, conditions, brief.language) if fact in offers else fact
        for fact in brief.facts
        if fact not in conditions
    )
    return brief.model_copy(update={"facts": tuple(facts)})


def list_offers(brief: Brief) -> list[BriefFact]:
    """The facts that are offers."""
    return [fact for fact in brief.facts if is_offer(fact, brief.language)]


def leave_offers_out(brief: Brief) -> Brief:
    """The brief without its offers and their conditions, for texts that have no room for them; when
    an activity takes place stays.
    """
    is_activity = is_activity_brief(brief)
    facts = tuple(
        fact
        for fact in brief.facts
        if not is_offer(fact, brief.language)
        and not adds_to_offer(fact, brief.language)
        and not _is_limit(fact, brief)
        and (is_activity or not _is_period(fact, brief))
    )
    return brief.model_copy(update={"facts": facts})


def _is_condition(fact: BriefFact, brief: Brief) -> bool:
    return not is_offer(fact, brief.language) and (
        _is_limit(fact, brief) or _is_period(fact, brief)
    )


def _is_period(fact: BriefFact, brief: Brief) -> bool:
    if matches_name(fact, "periods", brief.language):
        return True
    is_date = matches_name(fact, "dates", brief.language) and _DATES.search(fact.value) is not None
    is_of_goods = _COURSE.search(brief.product) or _AFTER_ORDER.search(fact.value)
    return is_date and not is_of_goods


def _is_limit(fact: BriefFact, brief: Brief) -> bool:
    language = brief.language
    if matches_name(fact, "limits", language):
        return True
    shared = load_fact_words()[language].get("shared_limits", "")
    speaks_of_offers = bool(shared) and re.search(shared, f"{fact.name}{fact.value}") is not None
    denials = load_fact_words()[language].get("denials", "")
    denies = bool(denials) and re.search(denials, fact.value) is not None
    return denies or (is_caution(fact, language) and speaks_of_offers)


def _add_conditions(
    offer: BriefFact, conditions: Sequence[BriefFact], language: Language
) -> BriefFact:
    """The offer with its conditions in brackets, when it holds in front; without those that it has
    already.
    """
    value, letters = read_value(offer), fold_to_letters(offer.value)
    ordered = sorted(conditions, key=lambda fact: not _is_date(fact, language))
    clauses = [_state_condition(fact, language) for fact in ordered]
    clauses = [clause for clause in clauses if fold_to_letters(clause) not in letters]
    if not clauses:
        return offer
    comma = {"zh": "，", "ja": "、"}.get(language, "; ")
    if language == "zh" and any(comma in clause for clause in clauses):
        comma = "；"
    if value.endswith("）") and "（" in value:
        return offer.model_copy(update={"value": value[:-1] + comma + comma.join(clauses) + "）"})
    brackets = "（{}）" if language in {"zh", "ja"} else " ({})"
    return offer.model_copy(update={"value": value + brackets.format(comma.join(clauses))})


def _state_condition(fact: BriefFact, language: Language) -> str:
    """12 月 1 日至 7 日, 12 月 31 日截止, 特价书除外, 限全市门店; no name that only sorts it."""
    if language == "zh" and _EXCLUDING.search(fact.name):
        return wording.state_fact(_name_exclusion(fact, language), language)
    value = read_value(fact)
    if "截止" in fact.name and not _DATES.search(value):
        return value if "截止" in value else f"{value}截止"
    if matches_name(fact, "scopes", language) and not says_itself(fact, language):
        return f"限{value}"
    if language == "zh":
        is_said = fact.name in {*list_words("suffixes", language), *list_words("verbs", language)}
        return wording.state_fact(fact, language) if is_said else value
    is_clear = _is_date(fact, language) or matches_name(fact, "sorts", language)
    return value if is_clear else lower_first(wording.name_fact(fact, language))


def _name_exclusion(fact: BriefFact, language: Language) -> BriefFact:
    """The fact under a name that follows its value: 儿童造型蛋糕除外, for 不参加活动."""
    is_suffix = fact.name in list_words("suffixes", language)
    return fact if is_suffix else fact.model_copy(update={"name": "除外"})


def _is_date(fact: BriefFact, language: Language) -> bool:
    return matches_name(fact, "periods", language) or matches_name(fact, "dates", language)
