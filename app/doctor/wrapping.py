"""Breaks Chinese and English text into lines of a width in terminal cells.

rich breaks at spaces only, so that a Chinese sentence moves to the next line as a whole. Here a
line may end after each Chinese character, but no line begins with a closing mark or ends with an
opening one.
"""

import re
from collections.abc import Iterator

from rich.cells import cell_len, chop_cells

_OPENING = "（「『《〈【“‘"
_CLOSING = "）」』》〉】”’，。；：、！？…"
_CHINESE = "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_UNIT = re.compile(
    rf"[{_OPENING}]*(?:[{_CHINESE}]|[^\s{_CHINESE}{_OPENING}{_CLOSING}]+)[{_CLOSING}]*"
    rf"|[{_OPENING}{_CLOSING}]+|[^\S\n]+"
)


def wrap_text(text: str, width: int) -> list[str]:
    """The lines of the text, each of at most `width` cells; a Chinese character has two."""
    return [line for paragraph in text.split("\n") for line in _wrap_paragraph(paragraph, width)]


def _wrap_paragraph(paragraph: str, width: int) -> Iterator[str]:
    line = ""
    for unit in _UNIT.findall(paragraph):
        if cell_len(line) + cell_len(unit.rstrip()) > width and line:
            yield line.rstrip()
            line = ""
        if cell_len(unit) > width:
            *full_lines, line = chop_cells(unit, width)
            yield from full_lines
        else:
            line = (line + unit).lstrip()
    yield line.rstrip()
