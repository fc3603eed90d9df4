"""Summarises edits into style notes by rules: length, words, emoji, exclamations, openings. No I/O.

A habit is what editors did in at least two texts; of emoji, exclamations and openings, in most of
the texts where there was something to do.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from app.marketing.content.style.edit_measures import EditMeasure
from app.marketing.content.style.values import StyleNote

LEAST_TEXTS = 2  # that show a habit
LEAST_SHARE = 0.6  # of the texts where it could show
LEAST_GROWTH = 0.1  # of the length
MOST_WORDS = 8  # notes on words
MOST_QUOTED = 20  # characters of an opening


def summarise_edits(measures: Sequence[EditMeasure]) -> tuple[StyleNote, ...]:
    """The habits of editors, the latest edit last in `measures`."""
    notes = [
        *_note_length(measures),
        *_note_signs("emoji", "表情符号", [each.emoji for each in measures]),
        *_note_signs("exclamation", "感叹号", [each.exclamations for each in measures]),
        *_note_openings(measures),
        *_note_words(measures),
    ]
    return tuple(StyleNote(key=key, text=text, origin="learnt") for key, text in notes)


def _note_length(measures: Sequence[EditMeasure]) -> Iterator[tuple[str, str]]:
    changes = [each.growth for each in measures if abs(each.growth) >= LEAST_GROWTH]
    if len(changes) < LEAST_TEXTS or len(changes) < LEAST_SHARE * len(measures):
        return
    middle = median(changes)
    if middle <= -LEAST_GROWTH:
        yield "length", f"写得再短一些：编辑一般会删去约 {-middle:.0%} 的字数"
    elif middle >= LEAST_GROWTH:
        yield "length", f"写得再充实一些：编辑一般会增加约 {middle:.0%} 的字数"


def _note_signs(
    key: str, title: str, counts: Sequence[tuple[int, int]]
) -> Iterator[tuple[str, str]]:
    """A note where editors take signs out of texts; `counts` are before and after."""
    used = [(before, after) for before, after in counts if before]
    fewer = [(before, after) for before, after in used if after < before]
    if len(fewer) < LEAST_TEXTS or len(fewer) < LEAST_SHARE * len(used):
        return
    is_never = all(after == 0 for _, after in fewer)
    yield key, f"不用{title}" if is_never else f"少用{title}"


def _note_openings(measures: Sequence[EditMeasure]) -> Iterator[tuple[str, str]]:
    changed = [each.openings for each in measures if each.openings[0] != each.openings[1]]
    if len(changed) < LEAST_TEXTS or len(changed) < LEAST_SHARE * len(measures):
        return
    old, new = (text[:MOST_QUOTED] for text in changed[-1])
    yield "opening", f"开头常被改写，例如“{old}”改成“{new}”"


def _note_words(measures: Sequence[EditMeasure]) -> Iterator[tuple[str, str]]:
    """Words that were replaced, or dropped, in several texts."""
    texts = Counter(pair for each in measures for pair in set(each.replacements))
    for (old, new), count in texts.most_common(MOST_WORDS):
        if count < LEAST_TEXTS:
            return
        if new:
            yield f"replace:{old}→{new}", f"“{old}”改成“{new}”"
        else:
            yield f"drop:{old}", f"不写“{old}”"
