"""Folds texts for word lists: undoes variants of letters and gaps that hide a word."""

import functools
import unicodedata
from dataclasses import dataclass

import opencc
import regex

from app.kit.text import fold

BARRIER = "\n"  # marks the end of a clause; no word matches across it
LONGEST_GAP = 3  # characters of a gap within a word; longer ones are layout
_ENDS = frozenset('。！？；，、：,!?;:\n\r()（）《》“”"…【】[]{}「」『』')
_INVISIBLE = regex.compile(r"[\p{Cf}\p{Mn}\p{Me}\p{Co}\p{Cn}]|[^\P{Cc}\n\t]")
_APART = regex.compile(r"(?<=\p{Han})[ \t*_.·|~^#-]+(?=\p{Han})")
_TRICKS = frozenset("*_|\\~^#@=-·•")  # not used within a Chinese word except to hide it


@dataclass(frozen=True, slots=True)
class FoldedLetters:
    """Lower-case, half-width, simplified letters; `places` are their indices in the text.

    `gaps` says for each letter what came before it: `none`, a `trick` or a `pause`.
    """

    letters: str
    places: tuple[int, ...]
    gaps: tuple[str, ...]


def fold_letters(text: str) -> FoldedLetters:
    """Fold a text: drops invisible characters, records spaces and symbols as gaps, and puts a
    BARRIER at the end of clauses.
    """
    letters: list[str] = []
    places: list[int] = []
    gaps: list[str] = []
    gap = ""
    for place, character in enumerate(text):
        folded_character = _fold_character(character)
        if folded_character == BARRIER or len(gap) > LONGEST_GAP:
            letters.append(BARRIER)
            places.append(place)
            gaps.append("none")
            gap = ""
        if folded_character == BARRIER:
            continue
        if not folded_character.isalnum():
            gap += folded_character
            continue
        for letter in folded_character:
            letters.append(letter)
            places.append(place)
            gaps.append(_gap_kind(gap))
            gap = ""
    return FoldedLetters("".join(letters), tuple(places), tuple(gaps))


def fold_word(word: str) -> str:
    """A word of a list in folded form."""
    return fold_letters(word).letters.replace(BARRIER, "")


def fold_for_patterns(text: str) -> str:
    """Fold a text for patterns: half-width, lower-case, simplified letters, without invisible
    characters and without signs between two Chinese characters."""
    wide = fold(_INVISIBLE.sub("", text))
    return _APART.sub("", wide.translate(_simplified_characters()))


def _gap_kind(gap: str) -> str:
    if not gap:
        return "none"
    return "trick" if set(gap) <= _TRICKS else "pause"


@functools.lru_cache(maxsize=65_536)
def _fold_character(character: str) -> str:
    """The folded letters of a character, or one other character; "" if it is invisible."""
    if character in _ENDS:
        return BARRIER
    if unicodedata.category(character) in {"Cf", "Cc", "Mn", "Me", "Cn", "Co"}:
        return " " if character.isspace() else ""
    wide = fold(character).translate(_simplified_characters())
    letters = "".join(letter for letter in wide if letter.isalnum())
    return letters or (BARRIER if wide in _ENDS else wide[:1] or "")


@functools.cache
def _simplified_characters() -> dict[int, str]:
    """Map traditional to simplified characters one by one, so that indices don't change."""
    traditional = [chr(code) for code in range(0x3400, 0xA000)]
    simple = opencc.OpenCC("t2s").convert("\n".join(traditional)).split("\n")
    return {ord(a): b for a, b in zip(traditional, simple, strict=True) if a != b}
