"""Reads tables whose columns the caller knows: CSV and Excel, one row for each key cell."""

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
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

SUFFIXES = (".csv", ".tsv", ".xlsx", ".xlsm")


def read_sheet(file: str, data: bytes, key_names: Collection[str]) -> Iterator[SheetItem]:
    """The rows below the header, which names one of `key_names`: what each row is about.

    A file that can't be read is a fault, as is a row with an unreadable cell.
    """
    key = _KeyColumn(tuple(key_names))
    try:
        for number, record in enumerate(_read_records(file, data, key)):
            if number >= MOST_ROWS:
                raise UnreadableFile(f"it has over {MOST_ROWS} rows", "split it into several files")
            yield _build_row(file, record)
    except UnreadableFile as error:
        yield Fault(file, "", error.what, error.remedy)


@dataclass(frozen=True, slots=True)
class _KeyColumn:
    """The column that names what a row is about, under one of `names`."""

    names: tuple[str, ...]

    @property
    def remedy(self) -> str:
        """What to do about a table without it."""
        return f"name a column {' or '.join(self.names[:3])}, and fill it in each row"

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
            f"{suffix or file} is no table that is read here", f"save it as {', '.join(SUFFIXES)}"
        )
    if suffix in {".xlsx", ".xlsm"}:
        return read_sheets(data, read, key.remedy)
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
        what = f"there is no column {key.names[0]}, only {', '.join(filter(None, cells[:8]))}"
        raise NoColumns(what if above else "it has no rows", key.remedy)
    if above:
        yield Remark("", above[0].at, "what stands above the names of the columns was left out")
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
            continue  # the header has two rows
        if merged and [*line.merged.values()].count(merged) > 1:
            yield Remark("", line.at, "it is a title across the columns and was left out")
            continue
        fields = read_fields(line, names)
        yield fields if isinstance(fields, Fault) else _NamedRow(line.at, fields, merged)


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
        return Remark(file, record.at, record.what)
    at, fields = record
    if isinstance(fields, Fault):
        return Fault(file, fields.at or at, fields.what, fields.remedy)
    for name, cell in fields:
        if isinstance(cell, UnreadableCell):
            return Fault(file, at, f"{name}: {cell.what}", cell.remedy)
    texts = [(name, _to_text(cell)) for name, cell in fields if name]
    return SheetRow(file, at, tuple(dict.fromkeys(each for each in texts if each[1])))


def _to_text(cell: Any) -> str:
    return replace_radicals(str(cell)).strip()
