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
class CleanText:
    """A text as it is kept, and what was done to it."""

    text: str
    masked: Counter[str]  # kind of private number or address -> how many
    simplified: bool  # it had traditional characters
    cut: bool  # it was longer than LONGEST


def clean_text(text: str, mask: bool = True, simplify: bool = True) -> CleanText:
    """All steps in their order. Cut last, so that no half of a phone number stays."""
    masked: Counter[str] = Counter()
    normalised = normalise_unicode(text)
    if mask:
        normalised, masked = masks.mask_personal_data(normalised)
    simple = _load_converter().convert(normalised) if simplify else normalised
    return CleanText(simple[:LONGEST], masked, simple != normalised, len(simple) > LONGEST)


def normalise_unicode(text: str) -> str:
    """NFKC, so that full width is half width; no invisible characters; single spaces.

    Emoji stay, as they carry mood. Their variation selectors and joiners go: they choose how a
    picture is drawn, and would make two texts of one.
    """
    return " ".join("".join(map(_visible_or_empty, unicodedata.normalize("NFKC", text))).split())


def has_letters(text: str) -> bool:
    """Without any, there is nothing to understand: "38", "???", a lone emoji."""
    return any(map(str.isalpha, text))


def near_key(text: str) -> str:
    """The same for texts that differ in punctuation, digits, spaces, emoji or case alone."""
    return "".join(filter(str.isalpha, text.casefold())) or text


@cache
def _visible_or_empty(character: str) -> str:
    if VARIATION.match(character):
        return ""
    category = unicodedata.category(character)
    if category == "Cc":
        return " "
    return "" if category in {"Cf", "Cs"} else character


@cache
def _load_converter() -> OpenCC:
    return OpenCC("t2s")
