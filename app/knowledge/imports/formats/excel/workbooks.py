"""Reads sheets of Excel workbooks as displayed: formatted texts, merged cells, nothing hidden."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.knowledge.imports.formats.cells import unescape_characters
from app.knowledge.imports.formats.excel.number_formats import format_number, show_text
from app.knowledge.imports.formats.excel.packages import (
    ANEW,
    CHINESE_ANEW,
    ExcelPackage,
    SheetPart,
    local_name,
    open_package,
    text_of,
)
from app.knowledge.imports.formats.values import (
    MOST_ROWS,
    Fault,
    Remark,
    TableLine,
    UnreadableCell,
    UnreadableFile,
)

MOST_LINES = MOST_ROWS + 100  # of a sheet; more would exceed the limit of rows anyway
NO_RESULT = UnreadableCell(
    "its formula has no result",
    "open the file in Excel and save it",
    "公式没有结果：请用 Excel 打开文件再保存",
)
MOST_RANGES = 10  # ranges of hidden rows that are listed
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")


@dataclass(frozen=True, slots=True)
class FormattedNumber:
    """A number with its format code, formatted only when needed."""

    value: float
    code: str
    since_1904: bool = False


SheetCell = str | UnreadableCell | FormattedNumber


@dataclass(slots=True, kw_only=True)
class Sheet:
    """A sheet; `where` is its name if the workbook has several. Rows and columns count from 1."""

    where: str
    hidden: bool = False
    fault: Fault | None = None
    last: int = 0  # number of the last row read
    rows: dict[int, Mapping[int, SheetCell]] = field(default_factory=dict)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def lines(self) -> Iterator[TableLine]:
        """The visible filled rows, each with all visible columns."""
        columns = sorted({column for row in self.rows.values() for column in row})
        columns = [column for column in columns if column not in self.hidden_columns]
        merged = self._merged_by_row(columns)
        out = set(self.hidden_rows)
        for number in self.rows:
            if number in out:
                continue
            places = merged.get(number, {})
            texts = [self._show_cell(places.get(c, (number, c))) for c in columns]
            starts = {n: places[c] for n, c in enumerate(columns) if c in places}
            yield TableLine(f"{self.where} row {number}".lstrip(), texts, starts)

    def list_hidden(self) -> Iterator[Remark]:
        """Remarks on hidden rows and columns, which are left out."""
        filled_columns = {column for row in self.rows.values() for column in row}
        if rows := sorted(self.hidden_rows):
            yield self._remark_hidden("row", "行", _list_ranges(rows, str), len(rows))
        if columns := sorted(self.hidden_columns & filled_columns):
            ranges = _list_ranges(columns, _to_letters)
            yield self._remark_hidden("column", "列", ranges, len(columns))

    def _remark_hidden(self, noun: str, chinese: str, ranges: Sequence[str], count: int) -> Remark:
        """A remark such as "rows 3, 5-7 are hidden and left out"."""
        plural, verb = ("s", "are") if count > 1 else ("", "is")
        first, more = ranges[:MOST_RANGES], ranges[MOST_RANGES:]
        others, chinese_others = (" and others", "等") if more else ("", "")
        return Remark(
            "", self.where,
            f"{noun}{plural} {', '.join(first)}{others} {verb} hidden and left out",
            f"第 {'、'.join(first)} {chinese}{chinese_others}是隐藏的，没有读取",
        )  # fmt: skip

    def _show_cell(self, place: tuple[int, int]) -> str | UnreadableCell:
        cell = self.rows.get(place[0], {}).get(place[1], "")
        if isinstance(cell, FormattedNumber):
            return format_number(cell.value, cell.code, since_1904=cell.since_1904)
        return cell

    def _merged_by_row(self, columns: Sequence[int]) -> dict[int, dict[int, tuple[int, int]]]:
        """Row -> column -> (row, column) where the merged cell over that place begins."""
        places: dict[int, dict[int, tuple[int, int]]] = {}
        for top, left, bottom, right in self.merged:
            covered = [column for column in columns if left <= column <= right]
            for number in range(top, bottom + 1) if covered else ():
                if number in self.rows:
                    places.setdefault(number, {}).update(dict.fromkeys(covered, (top, left)))
        return places


def read_sheets(data: bytes) -> Iterator[Sheet]:
    """The worksheets in order; hidden ones without content.

    Raises UnreadableFile if the workbook is broken.
    """
    package = open_package(data)
    several = len(package.sheets) > 1
    for part in package.sheets:
        where = f"sheet {part.name}" if several else ""
        yield Sheet(where=where, hidden=True) if part.hidden else _read_sheet(package, part, where)


def _read_sheet(package: ExcelPackage, part: SheetPart, where: str) -> Sheet:
    sheet = Sheet(where=where)
    try:
        for element in package.elements(part.path, "col", "row", "mergeCell"):
            _read_element(sheet, package, element)
            if len(sheet.rows) > MOST_LINES:
                break
    except UnreadableFile as error:
        return Sheet(where=where, fault=error.describe("", where))
    except Exception as error:  # noqa: BLE001 - XML, zlib, bz2 and lzma raise errors of their own
        what, chinese = f"it is broken ({error!r:.80})", f"工作表已损坏：{CHINESE_ANEW}"
        return Sheet(where=where, fault=Fault("", where, what, ANEW, chinese))
    return sheet


def _read_element(sheet: Sheet, package: ExcelPackage, element: Any) -> None:
    """Read an element of a sheet's XML: columns, a row or a merged cell."""
    name = local_name(element)
    if name == "col":
        if _is_hidden(element, "width"):
            first, last = int(element.get("min", 1)), int(element.get("max", 1))
            sheet.hidden_columns.update(range(first, min(last, 16_384) + 1))
    elif name == "mergeCell":
        first, _, last = element.get("ref", "").partition(":")
        sheet.merged.append((*_parse_reference(first), *_parse_reference(last or first)))
    else:
        number = sheet.last = int(element.get("r") or sheet.last + 1)
        row = dict(_read_cells(package, element))
        if any(not isinstance(cell, str) or cell.strip() for cell in row.values()):
            sheet.rows[number] = row
            if _is_hidden(element, "ht"):
                sheet.hidden_rows.append(number)


def _is_hidden(element: Any, size: str) -> bool:
    """Whether a row or column is marked as hidden, or has no height or width."""
    return element.get("hidden") in {"1", "true"} or float(element.get(size, 1)) == 0


def _read_cells(package: ExcelPackage, row: Any) -> Iterator[tuple[int, SheetCell]]:
    column = 0
    for element in row:
        if local_name(element) == "c":
            reference = element.get("r")
            column = _parse_reference(reference)[1] if reference else column + 1
            if cell := _read_cell(package, element):
                yield column, cell


def _read_cell(package: ExcelPackage, element: Any) -> SheetCell:
    """What a cell displays; "" for an empty cell."""
    parts = {local_name(part): part for part in element}
    kind = element.get("t", "n")
    raw = parts["v"].text or "" if "v" in parts else ""
    style = int(element.get("s", 0))
    code = package.formats[style] if style < len(package.formats) else ""
    if kind in {"s", "str", "inlineStr"}:
        return show_text(_read_text(package, kind, parts, raw), code)
    if not raw.strip():
        return NO_RESULT if "f" in parts else ""
    return _read_value(package, kind, raw.strip(), code)


def _read_text(package: ExcelPackage, kind: str, parts: Mapping[str, Any], raw: str) -> str:
    if kind == "s":
        return package.texts[int(raw)] if raw else ""
    if kind == "inlineStr":
        raw = text_of(parts["is"]) if "is" in parts else ""
    return unescape_characters(raw)


def _read_value(package: ExcelPackage, kind: str, raw: str, code: str) -> SheetCell:
    """What a cell with a number, date, boolean or error displays."""
    if kind == "e":
        chinese = f"单元格显示 {raw:.20}：请改好公式，或直接写内容"
        remedy = "mend its formula, or write what is meant"
        return UnreadableCell(f"a cell shows {raw:.20}", remedy, chinese)
    if kind == "b":
        return "TRUE" if raw in {"1", "true"} else "FALSE"
    if kind == "d":
        return _to_date_number(datetime.fromisoformat(raw.removesuffix("Z")), code)
    number = float(raw)
    if not math.isfinite(number):
        chinese = f"单元格的值是 {raw:.20}：请写明内容"
        return UnreadableCell(f"a cell holds {raw:.20}", "write what is meant", chinese)
    return FormattedNumber(number, code, package.since_1904)


def _to_date_number(moment: datetime, code: str) -> FormattedNumber:
    """A date of a Strict workbook (ISO 8601) as a number with a format."""
    days = (moment.replace(tzinfo=None) - datetime(1899, 12, 30)) / timedelta(days=1)
    return FormattedNumber(days, code or ("yyyy-mm-dd h:mm" if days % 1 else "yyyy-mm-dd"))


def _parse_reference(reference: str) -> tuple[int, int]:
    """Row and column of a reference such as B4. Raises ValueError."""
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise ValueError(f"no cell is called {reference:.20}")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column


def _to_letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _list_ranges(numbers: Sequence[int], name: Callable[[int], str]) -> list[str]:
    """Names of numbers as ranges, such as 3 and 5-7."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return [name(a) if a == b else f"{name(a)}-{name(b)}" for a, b in ranges]
