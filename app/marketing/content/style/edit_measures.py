"""Measures how an approved text differs from the generated one. No I/O."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import regex
import rjieba
from rapidfuzz.distance import Levenshtein

from app.marketing.content.style.values import TextEdit

LONGEST_PHRASE = 8  # characters, or three words of an alphabet: longer ones are new sentences
MOST_WORDS = 3
_WORD = regex.compile(r"[\p{L}]")
_DIGIT = regex.compile(r"\p{N}")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}")
_OPENING = regex.compile(r"[^，。！？；、,.!?;:：\n…~～]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class EditMeasure:
    """What changed. Counts are of the generated and the approved text.

    distance: edits of characters by the longer text's length, 0 to 1. growth: the change of the
    length, such as -0.2. replacements: phrases (old, new), new is "" for one that was dropped.
    """

    distance: float
    growth: float
    emoji: tuple[int, int]
    exclamations: tuple[int, int]
    openings: tuple[str, str]
    replacements: tuple[tuple[str, str], ...]


def measure_distance(edit: TextEdit) -> float:
    """The edit distance by characters, divided by the longer text's length."""
    return Levenshtein.normalized_distance(edit.generated, edit.approved)


def measure_edit(edit: TextEdit) -> EditMeasure:
    """Measure one edit."""
    before, after = edit.generated, edit.approved
    return EditMeasure(
        distance=measure_distance(edit),
        growth=len(after) / len(before) - 1 if before else 0.0,
        emoji=(len(_EMOJI.findall(before)), len(_EMOJI.findall(after))),
        exclamations=(_count_exclamations(before), _count_exclamations(after)),
        openings=(_find_opening(before), _find_opening(after)),
        replacements=_list_replacements(before, after),
    )


def _count_exclamations(text: str) -> int:
    return text.count("！") + text.count("!")


def _find_opening(text: str) -> str:
    """The first clause, without a heading's sign."""
    match = _OPENING.search(text.lstrip("# \n"))
    return match.group().strip() if match else ""


def _list_replacements(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Short phrases that were replaced or dropped; figures are facts, and no habit."""
    old, new = _list_words(before), _list_words(after)
    steps = itertools.groupby(Levenshtein.opcodes(old, new), lambda step: step.tag == "equal")
    changes = [[*group] for is_equal, group in steps if not is_equal]
    pairs = [
        (
            _join(old[change[0].src_start : change[-1].src_end]),
            _join(new[change[0].dest_start : change[-1].dest_end]),
        )
        for change in changes
    ]
    return tuple((old, new) for old, new in pairs if old and _is_habit(old, new))


def _is_habit(old: str, new: str) -> bool:
    """Whether a change may be one. A single character that is dropped is mostly grammar."""
    return _is_short(old) and _is_short(new) and not _DIGIT.search(old + new) and len(old + new) > 1


def _is_short(phrase: str) -> bool:
    return len(phrase.split()) <= MOST_WORDS if phrase.isascii() else len(phrase) <= LONGEST_PHRASE


def _list_words(text: str) -> list[str]:
    """The words of a text; those of an alphabet with a space before them."""
    words = [word for word in rjieba.cut(text) if _WORD.search(word) or _DIGIT.search(word)]
    return [f" {word}" if word.isascii() else word for word in words]


def _join(words: Sequence[str]) -> str:
    return "".join(words).strip()
