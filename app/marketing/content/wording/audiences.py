"""Which facts come first for an audience, and how templates address it. No I/O."""

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from app.marketing.content.brief import Brief, BriefFact

# Names of facts that readers of what sells ask for first: the price and the use.
_PRICES = ("价", "费用", "学费", "金额", "price", "fee", "価格", "料金", "가격")
_LEADING = (*_PRICES, "用途", "用法", "适用", "功能", "use", "使い方", "용도", "사용")


def choose_address(brief: Brief) -> str:
    """How the brief's audience is addressed, such as 家长朋友; "" for one that no word tells."""
    addresses: Mapping[str, str] = _load()[brief.language]["addresses"]
    audience = brief.audience.lower()
    return next((address for word, address in addresses.items() if word in audience), "")


def measure_interest(fact: BriefFact, brief: Brief) -> int:
    """How much a fact is for the brief's audience: words that they share, as 送礼用 with 送礼的人,
    and one more for a fact that such readers ask for.
    """
    text = f"{fact.name} {fact.value}".lower()
    common = _list_pairs(brief.audience) & _list_pairs(text)
    return len(common) + any(word in text for word in _list_interests(brief))


def is_asked_for(fact: BriefFact, brief: Brief) -> bool:
    """Whether the brief's audience asks for a fact by its name, or shares words with it."""
    common = _list_pairs(brief.audience) & _list_pairs(f"{fact.name} {fact.value}".lower())
    return bool(common) or fact.name.lower() in _list_interests(brief)


def leads_selling(fact: BriefFact) -> bool:
    """Whether all readers of what sells ask for a fact first: the price and the use."""
    return any(word in fact.name.lower() for word in _LEADING)


def is_price(fact: BriefFact) -> bool:
    """Whether a fact is the price."""
    return any(word in fact.name.lower() for word in _PRICES)


def shows_audience(texts: Sequence[str], brief: Brief) -> bool:
    """Whether texts tell whom they are for: by an address, or by a fact that these readers ask for
    and others don't.
    """
    text, address = "\n".join(texts).lower(), choose_address(brief).lower()
    own_facts = (
        fact for fact in brief.facts if measure_interest(fact, brief) and not leads_selling(fact)
    )
    return bool(address and address in text) or any(
        fact.value.rstrip("。.；;").lower() in text for fact in own_facts
    )


def _list_interests(brief: Brief) -> set[str]:
    audience = brief.audience.lower()
    return {
        word
        for interest in _load()[brief.language]["interests"]
        if any(word in audience for word in interest["words"].split())
        for word in interest["facts"].split()
    }


def _list_pairs(text: str) -> set[str]:
    """Pairs of Chinese, Japanese or Korean characters that stand together, and other words."""
    pairs = {text[at : at + 2] for at in range(len(text) - 1)}
    words = re.findall(r"[a-z]{3,}", text.lower())
    return {pair for pair in pairs if not pair.isascii() and pair.isalpha()} | {*words}


@functools.cache
def _load() -> Mapping[str, Any]:
    text = files("app.marketing.content").joinpath("wording/audiences.toml").read_text("utf-8")
    return tomllib.loads(text)
