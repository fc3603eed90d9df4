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
LONGEST_CLOSING = 30  # characters of a closing sentence that may be written again elsewhere
LEAST_SENTENCES = 2  # of a text with a closing
LEAST_REWRITTEN = 0.6  # distance of two closings, of which one is no correction of the other
_SENTENCE_END = regex.compile(r"[。！？!?\n]+|\.(?:\s|$)")
# Words without a meaning of their own: what takes the place of 吧 replaces the whole sentence.
_PARTICLE = regex.compile("[吧呢啊哦噢嘛呀吗啦哟了的地得着过]+")
_WORD = regex.compile(r"[\p{L}]")
_DIGIT = regex.compile(r"\p{N}")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}")
_OPENING = regex.compile(r"[^，。！？；、,.!?;:：\n…~～]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class EditMeasure:
    """What changed. Counts are of the generated and the approved text.

    distance: edits of characters by the longer text's length, 0 to 1. growth: the change of the
    length, such as -0.2. replacements: phrases (old, new), new is "" for one that was dropped;
    also the closing sentence where it was written anew.
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
        replacements=(*_list_closings(before, after), *_list_replacements(before, after)),
    )


def _count_exclamations(text: str) -> int:
    return text.count("！") + text.count("!")


def _find_opening(text: str) -> str:
    """The first clause, without a heading's sign."""
    match = _OPENING.search(text.lstrip("# \n"))
    return match.group().strip() if match else ""


def _list_closings(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """The last sentence and the one that took its place, where as many stand before them."""
    old, new = _split_sentences(before), _split_sentences(after)
    if len(old) != len(new) or len(old) < LEAST_SENTENCES:
        return ()
    pair = old[-1], new[-1]
    is_rewritten = Levenshtein.normalized_distance(*pair) > LEAST_REWRITTEN
    is_short = max(map(len, pair)) <= LONGEST_CLOSING and not _DIGIT.search("".join(pair))
    return (pair,) if is_rewritten and is_short else ()


def _split_sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE_END.split(text) if _WORD.search(part)]


def _list_replacements(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Short phrases that were replaced or dropped; figures are facts, and no habit."""
    for old_closing, new_closing in _list_closings(before, after):
        before = before[: before.rindex(old_closing)]
        after = after[: after.rindex(new_closing)]
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
    """Whether a change may be one. A single character that is dropped is mostly grammar, and so is
    a particle in place of a word.
    """
    is_grammar = len(old + new) == 1 or any(map(_PARTICLE.fullmatch, (old, new)))
    return _is_short(old) and _is_short(new) and not _DIGIT.search(old + new) and not is_grammar


def _is_short(phrase: str) -> bool:
    return len(phrase.split()) <= MOST_WORDS if phrase.isascii() else len(phrase) <= LONGEST_PHRASE


def _list_words(text: str) -> list[str]:
    """The words of a text; those of an alphabet with a space before them."""
    words = [word for word in rjieba.cut(text) if _WORD.search(word) or _DIGIT.search(word)]
    return [f" {word}" if word.isascii() else word for word in words]


def _join(words: Sequence[str]) -> str:
    return "".join(words).strip()
