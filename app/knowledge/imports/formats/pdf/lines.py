"""Builds lines and paragraphs from the characters of a PDF's page, which are placed one by one.

Characters are taken in the order of the file, which follows columns; reading from left to right
would not. Lengths are multiples of a character's height.
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

SAME_LINE = 0.5  # vertical overlap with the character before
BACKWARDS = 1.0  # a step to the left from which a new line begins
WIDE_GAP = 2.0  # gap between the columns of a table without rulings
LONGEST_TRACKING = 1.2  # largest spacing between all characters of a line
SPACED_GAP, CHINESE_GAP, LATIN_GAP = 0.2, 0.4, 0.18  # gaps above which there is a space
FULL_LINE = 14.0  # narrower lines were not wrapped
TOUCHING = 0.1
MARGIN = 1.5  # distance from the right edge within which a line was wrapped
RAGGED = 0.3  # the same as a share of the width, for text without hyphenation
NEAR_EDGE, NEAR_END = 30.0, 15.0  # points between the ends of four and of two lines at an edge
WIDE_TEXT = 0.7  # share of the page's width from which a line ends at an edge
TURNED = 0.2  # slope from which a line is turned

ENDS = re.compile(r"(?:[。！？；：.!?;:…”」』）)]|[-=_*~—─]{3})\s*$")
GOES_ON = re.compile(r"[，、,]\s*$")
STARTS = re.compile(
    r"\s*(?:[•●◆■·*-]|\d+[.、)）]|[（(]?[一二三四五六七八九十]+[、)）]|第.{1,4}[条章节])"
)
CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A line of text, its position, and whether it is a row of a table."""

    text: str
    x0: float
    x1: float
    height: float
    is_row: bool = False


def build_lines(chars: Sequence[Char]) -> Iterator[PdfLine]:
    """Build lines in the order of the characters."""
    line: list[Char] = []
    for char in chars:
        if line and not _is_beside(line[-1], char):
            yield from _build_line(line)
            line = []
        line.append(char)
    yield from _build_line(line)


def join_lines(lines: Sequence[PdfLine], width: float) -> Iterator[str]:
    """Join wrapped lines into paragraphs; `width` is the page's, in points."""
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
    """Join two texts, with a space if both are ASCII at the joint."""
    is_spaced = text and more and text[-1].isascii() and more[0].isascii()
    return f"{text} {more}" if is_spaced else text + more


def is_one_word(left: Char, right: Char) -> bool:
    """Whether two characters adjoin, without a space between."""
    is_text = not left["text"].isspace() and not right["text"].isspace()
    return is_text and _is_beside(left, right) and abs(_measure_gap(left, right)) < TOUCHING


def _find_column(line: PdfLine) -> int:
    return round(line.x0 / 40)  # 40 points: tolerates the indent of a paragraph's first line


def _right_edge(ends: Sequence[float], width: float) -> float:
    """The x at which a column's lines are wrapped, in points; infinity if unknown."""
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
    if line.text[-1].isascii():  # wrapped between words
        margin = max(margin, RAGGED * (edge - line.x0))
    is_wide = line.x1 - line.x0 >= FULL_LINE * line.height
    return is_wide and line.x1 >= edge - margin and not ENDS.search(line.text)


def _is_beside(char: Char, following: Char) -> bool:
    if _is_turned(char) or _is_turned(following):  # a watermark, whose lines can't be separated
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
    """Whether there is a space between two letters; `is_written`: the file has a space there."""
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
