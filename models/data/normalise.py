"""One text made plain: one form for every character, nothing private, simplified script."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

from models.data.prepare import masks

LONGEST = 10_000  # characters; what is behind them changes no intent
VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # of emoji, of Chinese characters


@dataclass(frozen=True)
class Plain:
    """A text as it is kept, and what was done to it."""

    text: str
    masked: Counter[str]  # kind of private number or address -> how many
    simplified: bool  # it had traditional characters
    cut: bool  # it was longer than LONGEST


def plain(text: str, mask: bool = True, simplify: bool = True) -> Plain:
    """All steps in their order. Cut last, so that no half of a phone number stays."""
    masked: Counter[str] = Counter()
    found = normalise(text)
    if mask:
        found, masked = masks.mask(found)
    simple = _converter().convert(found) if simplify else found
    return Plain(simple[:LONGEST], masked, simple != found, len(simple) > LONGEST)


def normalise(text: str) -> str:
    """NFKC, so that full width is half width; no invisible characters; single spaces.

    Emoji stay, as they carry mood. Their variation selectors and joiners go: they choose how a
    picture is drawn, and would make two texts of one.
    """
    return " ".join("".join(map(_visible, unicodedata.normalize("NFKC", text))).split())


def has_letters(text: str) -> bool:
    """Without any, there is nothing to understand: "38", "???", a lone emoji."""
    return any(map(str.isalpha, text))


def near_key(text: str) -> str:
    """The same for texts that differ in punctuation, digits, spaces, emoji or case alone."""
    return "".join(filter(str.isalpha, text.casefold())) or text


@cache
def _visible(character: str) -> str:
    if VARIATION.match(character):
        return ""
    category = unicodedata.category(character)
    if category == "Cc":
        return " "
    return "" if category in {"Cf", "Cs"} else character


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")
