"""Splits CSV and TSV into lines of cells, with the delimiter that yields a header."""

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from app.knowledge.imports.formats import encodings
from app.knowledge.imports.formats.tables.headers import LARGEST_CELL, SEARCHED
from app.knowledge.imports.formats.values import TableLine, UnreadableFile

DELIMITERS = ",\t;|，；"
SEPARATOR = re.compile(r'"?sep=(.)"?\r?(?:\n|$)', re.IGNORECASE)  # Excel's own first line

IsHeader = Callable[[Sequence[str]], bool]


def read_csv_lines(file: str, data: bytes, is_header: IsHeader) -> Iterator[TableLine]:
    """The lines of a file; `is_header` tells the delimiter. Raises UnreadableFile."""
    text = encodings.decode(data)
    first = 1
    if separator := SEPARATOR.match(text):
        text, delimiter, first = text[separator.end() :], separator[1], 2
    else:
        delimiter = _find_delimiter(file, text, is_header)
    return _split_lines(text, delimiter, first)


def _find_delimiter(file: str, text: str, is_header: IsHeader) -> str:
    """The delimiter that yields a header, else the most frequent one in the first line."""
    if file.lower().endswith(".tsv"):
        return "\t"
    first = text.lstrip().partition("\n")[0]
    likely = sorted(DELIMITERS, key=first.count, reverse=True)
    return next((each for each in likely if _has_header(text, each, is_header)), likely[0])


def _has_header(text: str, delimiter: str, is_header: IsHeader) -> bool:
    try:
        rows = itertools.islice(_open_reader(text, delimiter), SEARCHED)
        return any(is_header(row) for row in rows)
    except csv.Error:
        return False


def _open_reader(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(LARGEST_CELL * 2)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _split_lines(text: str, delimiter: str, first: int) -> Iterator[TableLine]:
    number = first - 1
    try:
        for number, row in enumerate(_open_reader(text, delimiter), first):
            yield TableLine(f"row {number}", row)
    except csv.Error as error:
        remedy = 'put a text with " in it in quotes, each " in it twice'
        raise UnreadableFile(
            f"row {number + 1} can't be read ({error})",
            remedy,
            f'第 {number + 1} 行读不了：含有 " 的内容要用引号括起来，里面的每个 " 写成 ""',
        ) from None
