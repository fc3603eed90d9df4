"""Kinds of facts by their names, from the words of facts.toml for each language."""

import functools
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from app.marketing.content.brief import BriefFact, Language

OTHERS = -1  # the kind of facts of no kind
CAUTION = 100  # the kind of side effects and limits
_NONE = re.compile(r"暂?无|没有|none\b|no\b", re.IGNORECASE)
_PRICE = re.compile("价|费|规则|说明|条件|细则")
_FORBIDS = re.compile("不可(?!多得|思议)|请勿|切勿|禁止|严禁")


@functools.cache
def load_fact_words() -> Mapping[str, Any]:
    """The table of each language, by its code."""
    text = files("app.marketing.content").joinpath("wording/facts.toml").read_text("utf-8")
    return tomllib.loads(text)


def list_words(key: str, language: Language) -> list[str]:
    """Names of a list that a language may lack."""
    return str(load_fact_words()[language].get(key, "")).split()


def split_names(names: str) -> list[str]:
    """Names of a list: between bars where one of them has a space, or else between spaces."""
    return names.split("|") if "|" in names else names.split()


def find_kind(name: str, language: Language) -> int:
    """The kind of a fact by its name: a place in `kinds`, OTHERS, or CAUTION."""
    words, lower = load_fact_words()[language], name.lower()
    if any(word in lower for word in words["caution"].split()):
        return CAUTION
    matches = (
        at for at, kind in enumerate(words["kinds"]) if any(word in lower for word in kind.split())
    )
    return next(matches, OTHERS)


def is_caution(fact: BriefFact, language: Language) -> bool:
    """Whether a fact warns, limits or forbids (不可水洗): it opens no text. An offer does not."""
    warns = find_kind(fact.name, language) == CAUTION or _FORBIDS.search(fact.value) is not None
    return warns and not is_offer(fact, language)


def is_activity(fact: BriefFact, language: Language) -> bool:
    """Whether a fact's name is of something done, such as 入住 and 配送."""
    return fact.name in load_fact_words()[language]["activities"].split()


def is_place(fact: BriefFact, language: Language) -> bool:
    """Whether a fact's name is of a place: 地址, 门店."""
    return fact.name in split_names(str(load_fact_words()[language]["places"]))


def has_plain_name(fact: BriefFact, language: Language) -> bool:
    """Whether a fact's name is of sizes, codes and the like, which sell nothing."""
    name = fact.name.lower()
    return any(re.search(pattern, name) for pattern in list_words("plain", language))


def is_offer(fact: BriefFact, language: Language) -> bool:
    """Whether a fact is what is offered for a time, by its name (活动, 优惠, 会员折扣) or its value
    (多买多惠, 买两袋减 15 元); not 优惠：暂无, nor a price.
    """
    priced = str(load_fact_words()[language].get("priced", ""))
    is_priced = bool(priced) and re.search(priced, fact.value) and not _PRICE.search(fact.name)
    if find_kind(fact.name, language) == CAUTION or _NONE.match(fact.value):
        return False
    is_one = matches_name(fact, "offers", language) or bool(is_priced)
    return is_one and not adds_to_offer(fact, language)


def adds_to_offer(fact: BriefFact, language: Language) -> bool:
    """Whether a fact adds to the offer, and is none of its own: 会员专享, 会员再减 5 元."""
    pattern = str(load_fact_words()[language].get("additions", ""))
    is_addition = bool(pattern) and re.match(pattern, fact.value) is not None
    return is_addition and fact.name not in list_words("unnamed", language)


def matches_name(fact: BriefFact, key: str, language: Language) -> bool:
    """Whether a fact's whole name has the pattern of this key, which a language may lack."""
    pattern = str(load_fact_words()[language].get(key, ""))
    return bool(pattern) and re.fullmatch(pattern, fact.name, re.IGNORECASE) is not None
