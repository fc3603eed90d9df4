"""Lines of a PDF's page out of its characters, which a PDF places one by one.

The order is that in which they were written: it follows columns, which reading from left to right
would not. Lengths are in parts of a character's height.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

Char = dict[str, Any]  # pdfplumber's: text, x0, x1, top, bottom, size, matrix

SAME_LINE = 0.5  # of a character's height beside the character before
BACKWARDS = 1.0  # further to the left than this begins a new line
WIDE_GAP = 2.0  # between the columns of a table without rulings
LONGEST_TRACKING = 1.2  # that all characters of a line may be set apart by
SPACED_GAP, CHINESE_GAP, LATIN_GAP = 0.2, 0.4, 0.18  # more than that is a space
FULL_LINE = 14.0  # narrower ones were not broken by the page's width
TOUCHING = 0.1
MARGIN = 1.5  # a line that ends so near to the right edge was
RAGGED = 0.3  # of the width, where no syllables are divided
NEAR_EDGE, NEAR_END = 30.0, 15.0  # points, between ends of four and of two lines at an edge
WIDE_TEXT = 0.7  # of the page's width: text so wide ends at an edge
TURNED = 0.2  # a line that rises so much in proportion to its length

ENDS = re.compile(r"(?:[。！？；：.!?;:…”」』）)]|[-=_*~—─]{3})\s*$")
GOES_ON = re.compile(r"[，、,]\s*$")
STARTS = re.compile(
    r"\s*(?:[•●◆■·*-]|\d+[.、)）]|[（(]?[一二三四五六七八九十]+[、)）]|第.{1,4}[条章节])"
)
CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A line of text, where it stands, and whether it is a row of a table."""

    text: str
    x0: float
    x1: float
    height: float
    is_row: bool = False


def build_lines(chars: Sequence[Char]) -> Iterator[PdfLine]:
    """In the order of the characters."""
    line: list[Char] = []
    for char in chars:
        if line and not _is_beside(line[-1], char):
            yield from _build_line(line)
            line = []
        line.append(char)
    yield from _build_line(line)


def join_lines(lines: Sequence[PdfLine], width: float) -> Iterator[str]:
    """Paragraphs: lines that only the width of the page, in points, broke are one again."""
    columns: dict[int, list[float]] = defaultdict(list)
    for line in lines:
        columns[_find_column(line)].append(line.x1)
    edges = {column: _right_edge(ends, width) for column, ends in columns.items()}
    text, goes_on = "", False
    for line in lines:
        if text and (not goes_on or line.is_row or STARTS.match(line.text)):
            yield text
            text = ""
        text = join_text(text, line.text)
        goes_on = not line.is_row and _goes_on(line, edges[_find_column(line)])
    if text:
        yield text


def join_text(text: str, more: str) -> str:
    """Chinese goes on without a space, other writing with one."""
    is_spaced = text and more and text[-1].isascii() and more[0].isascii()
    return f"{text} {more}" if is_spaced else text + more


def is_one_word(left: Char, right: Char) -> bool:
    """Whether nothing is between two characters."""
    is_text = not left["text"].isspace() and not right["text"].isspace()
    return is_text and _is_beside(left, right) and abs(_measure_gap(left, right)) < TOUCHING


def _find_column(line: PdfLine) -> int:
    return round(line.x0 / 40)  # points; the first line of a paragraph is indented


def _right_edge(ends: Sequence[float], width: float) -> float:
    """Where a column's lines are broken: several end there, or a line of the page's width."""
    ordered = sorted(ends, reverse=True)
    for first, fourth in zip(ordered, ordered[3:], strict=False):
        if first - fourth <= NEAR_EDGE:
            return first
    two_alike = len(ordered) > 1 and ordered[0] - ordered[1] < NEAR_END
    return ordered[0] if two_alike or ordered[0] > WIDE_TEXT * width else math.inf


def _goes_on(line: PdfLine, edge: float) -> bool:
    if GOES_ON.search(line.text):
        return True
    margin = MARGIN * line.height
    if line.text[-1].isascii():  # it is broken between words
        margin = max(margin, RAGGED * (edge - line.x0))
    is_wide = line.x1 - line.x0 >= FULL_LINE * line.height
    return is_wide and line.x1 >= edge - margin and not ENDS.search(line.text)


def _is_beside(char: Char, following: Char) -> bool:
    if _is_turned(char) or _is_turned(following):  # a watermark: nothing tells its lines apart
        return _is_turned(char) and _is_turned(following)
    height = min(_measure_height(char), _measure_height(following))
    shared = min(char["bottom"], following["bottom"]) - max(char["top"], following["top"])
    return bool(
        shared > SAME_LINE * height
        and following["x0"] > char["x0"] - BACKWARDS * _measure_height(char)
    )


def _build_line(chars: Sequence[Char]) -> Iterator[PdfLine]:
    letters = [char for char in chars if not char["text"].isspace()]
    if not letters:
        return
    pairs = [*pairwise(letters)]
    chinese = [_measure_gap(*pair) for pair in pairs if all(map(_is_chinese, pair))]
    usual = median(chinese) if chinese else 0.0
    tracking = usual if 0 < usual <= LONGEST_TRACKING else 0.0
    after_space = {id(char) for space, char in pairwise(chars)
                   if space["text"].isspace()}  # fmt: skip
    text = letters[0]["text"]
    for left, right in pairs:
        is_spaced = _is_spaced(left, right, tracking, is_written=id(right) in after_space)
        text += " " * is_spaced + right["text"]
    widest = max((_measure_gap(*pair) for pair in pairs), default=0.0)
    x0, x1 = min(char["x0"] for char in letters), max(char["x1"] for char in letters)
    yield PdfLine(text, x0, x1, max(map(_measure_height, letters)), is_row=widest > WIDE_GAP)


def _is_spaced(left: Char, right: Char, tracking: float, *, is_written: bool) -> bool:
    """Whether there is a space between two letters; `is_written`: there is a character for it."""
    gap = _measure_gap(left, right)
    if _is_chinese(left) and _is_chinese(right):
        return gap > tracking + (SPACED_GAP if is_written else CHINESE_GAP)
    if _is_chinese(left) or _is_chinese(right):
        return is_written or gap > tracking + CHINESE_GAP
    return is_written or gap > LATIN_GAP


def _measure_gap(left: Char, right: Char) -> float:
    return float(right["x0"] - left["x1"]) / _measure_height(left)


def _measure_height(char: Char) -> float:
    return max(float(char["size"]), 0.1)


def _is_turned(char: Char) -> bool:
    along, rise = char["matrix"][:2]
    return bool(abs(rise) > TURNED * abs(along))


def _is_chinese(char: Char) -> bool:
    return bool(CHINESE.match(char["text"]))
