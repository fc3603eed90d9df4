"""Normalises a text: Unicode forms, personal data masked, simplified script."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

from models.data.prepare import masks

LONGEST = 10_000  # characters; the rest doesn't change an intent
VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # of emoji, of Chinese characters


@dataclass(frozen=True)
class CleanText:
    """A cleaned text, and what was done to it."""

    text: str
    masked: Counter[str]  # kind of private number or address -> how many
    simplified: bool  # it had traditional characters
    cut: bool  # it was longer than LONGEST


def clean_text(text: str, mask: bool = True, simplify: bool = True) -> CleanText:
    """Normalise, mask, simplify and cut a text. Cut last, so that no partial phone number stays."""
    masked: Counter[str] = Counter()
    normalised = normalise_unicode(text)
    if mask:
        normalised, masked = masks.mask_personal_data(normalised)
    simple = _load_converter().convert(normalised) if simplify else normalised
    return CleanText(simple[:LONGEST], masked, simple != normalised, len(simple) > LONGEST)


def normalise_unicode(text: str) -> str:
    """NFKC (full width becomes half width), no invisible characters, single spaces.

    Emoji stay, as they express sentiment. Their variation selectors and joiners are removed, since
    they only affect drawing and would make equal texts differ.
    """
    return " ".join("".join(map(_visible_or_empty, unicodedata.normalize("NFKC", text))).split())


def has_letters(text: str) -> bool:
    """Whether the text has a letter; "38", "???" or a lone emoji mean nothing to a classifier."""
    return any(map(str.isalpha, text))


def near_key(text: str) -> str:
    """A key that near-duplicates share: only letters, case-folded; the text if it has none."""
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
