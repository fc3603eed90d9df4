"""Reads questions and answers from CSV, TSV, Excel, JSON Lines and JSON."""

import csv
import io
import itertools
import json
import re
from collections.abc import Generator, Iterator, Mapping
from typing import Any

from app.knowledge.imports.formats import encodings
from app.knowledge.imports.formats.excel import workbooks
from app.knowledge.imports.formats.tables.headers import (
    COLUMNS,
    LARGEST_CELL,
    SEARCHED,
    Fields,
    NoColumns,
    Record,
    is_header,
    read_records,
)
from app.knowledge.imports.formats.tables.rows import EXAMPLE, Records, build_rows
from app.knowledge.imports.formats.values import (
    Fault,
    ImportItems,
    Remark,
    TableLine,
    UnreadableFile,
)

DELIMITERS = ",\t;|，；"
SEPARATOR = re.compile(r'"?sep=(.)"?\r?(?:\n|$)', re.IGNORECASE)  # Excel's own first line


def read_csv(file: str, data: bytes) -> ImportItems:
    """The rows below the header."""
    text = encodings.decode(data)
    first = 1
    if separator := SEPARATOR.match(text):
        text, delimiter, first = text[separator.end() :], separator[1], 2
    else:
        delimiter = _find_delimiter(file, text)
    return build_rows(file, read_records(_csv_lines(text, delimiter, first)))


def read_excel(file: str, data: bytes) -> ImportItems:
    """The rows of every sheet, each below a header."""
    return build_rows(file, _read_sheets(data))


def read_jsonl(file: str, data: bytes) -> ImportItems:
    """A row for each line, which is a JSON object."""
    return build_rows(file, _json_lines(file, encodings.decode(data) if data.strip() else ""))


def read_json(file: str, data: bytes) -> ImportItems:
    """A row for each object of a JSON array, or of JSON Lines."""
    text = encodings.decode(data)
    if not text.lstrip().startswith("["):
        return build_rows(file, _json_lines(file, text))
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"it isn't JSON ({error})", f"make it [{EXAMPLE}, ...]") from None
    return build_rows(
        file, ((f"item {n}", _check_fields(file, n, one)) for n, one in enumerate(items, 1))
    )


def _find_delimiter(file: str, text: str) -> str:
    """The delimiter that yields a header, else the most frequent one in the first line."""
    if file.lower().endswith(".tsv"):
        return "\t"
    first = text.lstrip().partition("\n")[0]
    likely = sorted(DELIMITERS, key=first.count, reverse=True)
    return next((each for each in likely if _has_header(text, each)), likely[0])


def _has_header(text: str, delimiter: str) -> bool:
    try:
        rows = itertools.islice(_csv_reader(text, delimiter), SEARCHED)
        return any(is_header(row) for row in rows)
    except csv.Error:
        return False


def _csv_reader(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(LARGEST_CELL * 2)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _csv_lines(text: str, delimiter: str, first: int) -> Iterator[TableLine]:
    number = first - 1
    try:
        for number, row in enumerate(_csv_reader(text, delimiter), first):
            yield TableLine(f"row {number}", row)
    except csv.Error as error:
        remedy = 'put a text with " in it in quotes, each " in it twice'
        raise UnreadableFile(f"row {number + 1} can't be read ({error})", remedy) from None


def _read_sheets(data: bytes) -> Records:
    """Rows of all sheets. A sheet without header is a fault if no other sheet has one."""
    lacking: list[Fault] = []
    read = False
    for sheet in workbooks.read_sheets(data):
        try:
            read |= yield from _read_sheet(sheet)
        except NoColumns as error:
            lacking.append(Fault("", sheet.where, error.what, error.remedy))
    for fault in lacking:
        if read:
            yield Remark("", fault.at, f"{fault.what}; it was left out")
        else:
            yield fault.at, fault
    if not read and not lacking:
        raise UnreadableFile("it has no rows", f"{COLUMNS}, and write a row for each question")


def _read_sheet(sheet: workbooks.Sheet) -> Generator[Record | Remark, None, bool]:
    """Yield a sheet's records; returns whether it has a header or a fault. Raises NoColumns."""
    if sheet.fault:
        yield sheet.where, sheet.fault
        return True
    if sheet.hidden:
        yield Remark("", sheet.where, "it is hidden and was left out")
        return False
    yield from (Remark("", sheet.where, what) for what in sheet.describe_hidden())
    if not sheet.rows:
        return False
    yield from read_records(sheet.lines())
    return True


def _json_lines(file: str, text: str) -> Records:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                item = json.loads(line)
            except (ValueError, RecursionError) as error:
                fault = Fault(file, f"row {number}", f"it isn't JSON ({error})", _suggest_example())
                yield f"row {number}", fault
                continue
            yield f"row {number}", _check_fields(file, number, item)


def _check_fields(file: str, number: int, item: Any) -> Fields | Fault:
    if not isinstance(item, Mapping):
        return Fault(file, f"row {number}", "it is no JSON object", _suggest_example())
    return [*item.items()]


def _suggest_example() -> str:
    return f"make it {EXAMPLE}"
