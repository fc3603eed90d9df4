"""Which facts come first for an audience, and how templates address it. No I/O."""

import functools
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from app.marketing.content.brief import Brief, BriefFact


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


def suits_audience(brief: Brief) -> bool:
    """Whether templates write differently for the audience than for nobody in particular."""
    return bool(choose_address(brief)) or any(measure_interest(fact, brief) for fact in brief.facts)


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
