"""Reads tables whose columns the caller knows: CSV and Excel, one row for each key cell."""

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from app.knowledge.imports.formats.radicals import replace_radicals
from app.knowledge.imports.formats.tables.csv_lines import read_csv_lines
from app.knowledge.imports.formats.tables.headers import (
    SEARCHED,
    Fields,
    NoColumns,
    Record,
    is_filled,
    read_fields,
    remark_above,
    remark_title,
    simplify_name,
)
from app.knowledge.imports.formats.tables.readers import read_sheets
from app.knowledge.imports.formats.tables.rows import Records
from app.knowledge.imports.formats.values import (
    MOST_ROWS,
    Fault,
    Remark,
    SheetItem,
    SheetRow,
    TableLine,
    UnreadableCell,
    UnreadableFile,
)

_ZIP = b"PK\x03\x04"  # the first bytes of workbooks
SUFFIXES = (".csv", ".tsv", ".xlsx", ".xlsm")


def read_sheet(file: str, data: bytes, key_names: Collection[str]) -> Iterator[SheetItem]:
    """The rows below the header, which names one of `key_names`: what each row is about.

    A file that can't be read is a fault, as is a row with an unreadable cell.
    """
    key = _KeyColumn(tuple(key_names))
    try:
        for number, record in enumerate(_read_records(file, data, key)):
            if number >= MOST_ROWS:
                raise UnreadableFile(
                    f"it has over {MOST_ROWS} rows",
                    "split it into several files",
                    f"表格超过 {MOST_ROWS} 行：请拆成几个文件",
                )
            yield _build_row(file, record)
    except UnreadableFile as error:
        yield error.describe(file)


@dataclass(frozen=True, slots=True)
class _KeyColumn:
    """The column that names what a row is about, under one of `names`."""

    names: tuple[str, ...]

    @property
    def remedy(self) -> str:
        """What to do about a table without it."""
        return f"name a column {' or '.join(self.names[:3])}, and fill it in each row"

    @property
    def chinese_remedy(self) -> str:
        """The same for operators."""
        return f"请把一列命名为{'、'.join(self.names[:3])}之一，并在每行填写"

    def is_named(self, cell: Any) -> bool:
        """Whether a header's cell is one of the names."""
        return isinstance(cell, str) and simplify_name(cell) in map(simplify_name, self.names)

    def is_in(self, cells: Sequence[Any]) -> bool:
        """Whether a line has it."""
        return any(map(self.is_named, cells))


def _read_records(file: str, data: bytes, key: _KeyColumn) -> Records:
    suffix = PurePosixPath(file).suffix.lower()
    read = partial(_read_lines, key=key)
    if suffix not in SUFFIXES:
        raise UnreadableFile(
            f"{suffix or file} is no table that is read here",
            f"save it as {', '.join(SUFFIXES)}",
            f"这里读不了 {suffix or file} 文件：请另存为 {'、'.join(SUFFIXES)}",
        )
    if suffix in {".xlsx", ".xlsm"} or data.startswith(_ZIP):  # a workbook may be named .csv
        no_rows = UnreadableFile("it has no rows", key.remedy, f"没有内容：{key.chinese_remedy}")
        return read_sheets(data, read, no_rows)
    return read(read_csv_lines(file, data, key.is_in))


@dataclass(frozen=True, slots=True)
class _NamedRow:
    """A row below the header; `merged` is where its merged key cell begins, if it is merged."""

    at: str
    fields: Fields
    merged: tuple[int, int] | None


def _read_lines(lines: Iterator[TableLine], key: _KeyColumn) -> Records:
    lines = (line for line in lines if any(map(is_filled, line.cells)))
    above: list[TableLine] = []
    header = None
    for line in itertools.islice(lines, SEARCHED):
        if key.is_in(line.cells):
            header = line
            break
        above.append(line)
    if header is None:
        cells = [str(cell).strip()[:20] for line in above[:1] for cell in line.cells]
        filled = [*filter(None, cells[:8])]
        what, chinese = "it has no rows", "没有内容"
        if above:
            what = f"there is no column {key.names[0]}, only {', '.join(filled)}"
            chinese = f"没有“{key.names[0]}”这一列，只有 {'、'.join(filled)}"
        raise NoColumns(what, key.remedy, f"{chinese}：{key.chinese_remedy}")
    if above:
        yield remark_above(above[0])
    rows = _read_rows(lines, header, key)
    for _, group in itertools.groupby(rows, lambda row: getattr(row, "merged", None) or row):
        yield from _join_rows([*group])


def _read_rows(
    lines: Iterator[TableLine], header: TableLine, key: _KeyColumn
) -> Iterator[_NamedRow | Fault | Remark]:
    names = [cell.strip() if isinstance(cell, str) else "" for cell in header.cells]
    place = next(n for n, name in enumerate(names) if key.is_named(name))
    for line in lines:
        merged = line.merged.get(place)
        if merged and merged == header.merged.get(place):
            names = _name_below(names, line.cells)  # the header has two rows
            continue
        if merged and [*line.merged.values()].count(merged) > 1:
            yield remark_title(line)
            continue
        fields = read_fields(line, names)
        yield fields if isinstance(fields, Fault) else _NamedRow(line.at, fields, merged)


def _name_below(names: Sequence[str], cells: Sequence[Any]) -> list[str]:
    """The columns' names of a header of two rows: 净重 and 价格 below a merged 规格.

    Where two of the second row are the same (价格 below 门店 and 网店), both rows are the name.
    """
    second = [cell.strip() if isinstance(cell, str) else "" for cell in cells]
    return [
        above if below in {"", above} else below if second.count(below) == 1 else f"{above}{below}"
        for above, below in itertools.zip_longest(names, second, fillvalue="")
    ]


def _join_rows(rows: Sequence[_NamedRow | Fault | Remark]) -> Iterator[Record | Remark]:
    """Rows of one merged key cell as one record; others as they are."""
    named = [row for row in rows if isinstance(row, _NamedRow)]
    for row in rows:
        if isinstance(row, Remark):
            yield row
        elif isinstance(row, Fault):
            yield row.at, row
    if named:
        last = named[-1].at.rpartition(" ")[2]
        at = named[0].at if len(named) == 1 else f"{named[0].at}-{last}"
        yield at, [field for row in named for field in row.fields]


def _build_row(file: str, record: Record | Remark) -> SheetItem:
    if isinstance(record, Remark):
        return replace(record, file=file)
    at, fields = record
    if isinstance(fields, Fault):
        return replace(fields, file=file, at=fields.at or at)
    for name, cell in fields:
        if isinstance(cell, UnreadableCell):
            chinese = f"{name}：{cell.chinese}"
            return Fault(file, at, f"{name}: {cell.what}", cell.remedy, chinese)
    texts = [(name, _to_text(cell)) for name, cell in fields if name]
    return SheetRow(file, at, tuple(dict.fromkeys(each for each in texts if each[1])))


def _to_text(cell: Any) -> str:
    return replace_radicals(str(cell)).strip()
