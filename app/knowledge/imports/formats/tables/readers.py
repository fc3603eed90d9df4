"""Reads questions and answers from CSV, TSV, Excel, JSON Lines and JSON."""

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any

from app.knowledge.imports.formats import encodings
from app.knowledge.imports.formats.excel import workbooks
from app.knowledge.imports.formats.tables.csv_lines import read_csv_lines
from app.knowledge.imports.formats.tables.headers import (
    COLUMNS,
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

# The records of lines. Raises NoColumns where no line is a header.
ReadLines = Callable[[Iterator[TableLine]], Records]


def read_csv(file: str, data: bytes) -> ImportItems:
    """The rows below the header."""
    return build_rows(file, read_records(read_csv_lines(file, data, is_header)))


def read_excel(file: str, data: bytes) -> ImportItems:
    """The rows of every sheet, each below a header."""
    no_rows = UnreadableFile("it has no rows", f"{COLUMNS}, and write a row for each question")
    return build_rows(file, read_sheets(data, read_records, no_rows))


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


def read_sheets(data: bytes, read: ReadLines, no_rows: UnreadableFile) -> Records:
    """What `read` makes of all sheets. A sheet without header is a fault if no other has one.

    Raises `no_rows` where all sheets are empty.
    """
    lacking: list[Fault] = []
    has_header = False
    for sheet in workbooks.read_sheets(data):
        try:
            has_header |= yield from _read_sheet(sheet, read)
        except NoColumns as error:
            lacking.append(error.describe("", sheet.where))
    for fault in lacking:
        if has_header:
            chinese = fault.chinese and f"{fault.chinese.partition('：')[0]}，没有读取"
            yield Remark("", fault.at, f"{fault.what}; it was left out", chinese)
        else:
            yield fault.at, fault
    if not has_header and not lacking:
        raise no_rows


def _read_sheet(sheet: workbooks.Sheet, read: ReadLines) -> Generator[Record | Remark, None, bool]:
    """Yield a sheet's records; returns whether it has a header or a fault. Raises NoColumns."""
    if sheet.fault:
        yield sheet.where, sheet.fault
        return True
    if sheet.hidden:
        yield Remark("", sheet.where, "it is hidden and was left out", "工作表是隐藏的，没有读取")
        return False
    yield from sheet.list_hidden()
    if not sheet.rows:
        return False
    yield from read(sheet.lines())
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
