"""Reads rows of texts from JSON Lines, JSON, CSV, TSV and workbooks, for all of models/."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.data.encodings import Undecodable, decode_text
from models.errors import ExpectedFault

DELIMITERS = ",\t;|"
EXAMPLE = '{"text": "什么时候发货", "label": "ask_ship_time"}'

Fields = Mapping[str, object]


class BadData(ExpectedFault):
    """Data that can't be used; the message names file and line, and says what to do."""


@dataclass(frozen=True)
class DataColumn:
    """A column to read: our name for it, and the names that a file may use."""

    name: str
    also: tuple[str, ...] = ()  # other names that files use
    required: bool = True
    option: str = ""  # the command's option that gives this file's name of the column
    renamed: str = ""  # the name given by that option; if set, the only one looked for

    @property
    def sought_names(self) -> tuple[str, ...]:
        """The names to look for in a file, the first one first."""
        return (self.renamed,) if self.renamed else (self.name, *self.also)


@dataclass(frozen=True)
class DataRow:
    """One row: its number from 1 (line, JSON object or sheet row), and a string a column."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True)
class DataTable:
    """All rows of a file; `names` are the file's names of the columns that were found."""

    path: Path
    names: dict[str, str]
    rows: tuple[DataRow, ...]


def read_table(path: Path, columns: Sequence[DataColumn]) -> DataTable:
    """Read the rows of `path`, each with all `columns`; a missing optional value is "".

    Raises BadData when the file is missing, empty, broken, of another format or encoding, or lacks
    a required column.
    """
    records = list(_read_records(path))
    column_names = list(dict.fromkeys(name for _, fields in records for name in fields))
    names = {column: _find_column(path, column, column_names) for column in columns}
    rows = tuple(
        DataRow(line, _extract_values(path, line, fields, names)) for line, fields in records
    )
    return DataTable(path, {ours.name: theirs for ours, theirs in names.items() if theirs}, rows)


def read_lines(path: Path) -> list[str]:
    """The non-blank lines of a text file, stripped. Raises BadData when it can't be read."""
    return [line.strip() for line in _read_text(path).split("\n") if line.strip()]


def _read_records(path: Path) -> Iterator[tuple[int, Fields]]:
    if path.is_dir():
        raise BadData(f"{path} is a folder; name the files in it")
    if not path.exists():
        raise BadData(f"{path} doesn't exist; check its name")
    if path.suffix.lower() not in FORMATS:
        known_formats = ", ".join(FORMATS)
        raise BadData(
            f"{path} is of no format that is read here ({known_formats}); save it as one of them"
        )
    empty = True
    for record in FORMATS[path.suffix.lower()](path):
        empty = False
        yield record
    if empty:
        raise BadData(f"{path} holds no rows; it needs one for every text")


def _read_bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadData(
            f"{path} can't be read: {error.strerror}; check its name and rights"
        ) from error
    if not data.strip():
        raise BadData(f"{path} is empty; it needs a row for every text")
    return data


def _read_text(path: Path) -> str:
    try:
        return decode_text(_read_bytes(path))
    except Undecodable as error:
        raise BadData(f"{path}: {error}") from None


def _read_jsonl(path: Path) -> Iterator[tuple[int, Fields]]:
    for number, line in enumerate(_read_text(path).split("\n"), 1):
        if line.strip():
            yield number, _check_object(path, number, _parse_json(path, number, line))


def _read_json(path: Path) -> Iterator[tuple[int, Fields]]:
    """A JSON array of objects; anything else is read as JSON Lines."""
    text = _read_text(path)
    if not text.lstrip().startswith("["):
        yield from _read_jsonl(path)
        return
    for number, item in enumerate(_parse_json(path, 1, text), 1):
        yield number, _check_object(path, number, item)


def _parse_json(path: Path, line: int, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {line + error.lineno - 1}"
        why = f"{error.msg}, character {error.colno}"
    except (ValueError, RecursionError) as error:
        where, why = f"line {line}", str(error)
    raise BadData(f"{path}, {where} isn't JSON ({why}); it should look like {EXAMPLE}")


def _check_object(path: Path, line: int, item: object) -> Fields:
    if not isinstance(item, dict):
        raise BadData(f"{path}, line {line} is no JSON object; it should look like {EXAMPLE}")
    return item


def _read_csv(path: Path) -> Iterator[tuple[int, Fields]]:
    text = _read_text(path)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=_guess_delimiter(path, text), strict=True
    )
    header: list[str] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not header:
                header = _parse_header(path, cells)
            elif any(cell.strip() for cell in cells):
                yield reader.line_num, _to_record(path, reader.line_num, header, cells)
    except csv.Error as error:
        raise BadData(
            f"{path}, line {reader.line_num}: {error};"
            ' a text with " in it stands in quotes, and each " in it is doubled'
        ) from None


def _guess_delimiter(path: Path, text: str) -> str:
    """The most frequent delimiter of the first line; csv.Sniffer would be misled by the texts."""
    if path.suffix.lower() == ".tsv":
        return "\t"
    first = text.lstrip().partition("\n")[0]
    return max(DELIMITERS, key=first.count)


def _to_record(path: Path, line: int, header: Sequence[str], cells: Sequence[str]) -> Fields:
    if len(cells) != len(header):
        raise BadData(
            f"{path}, line {line} has {len(cells)} cells where the first line has {len(header)};"
            " a text with the delimiter in it stands in double quotes"
        )
    return {name: cell for name, cell in zip(header, cells, strict=True) if name}


def _read_workbook(path: Path) -> Iterator[tuple[int, Fields]]:
    header: list[str] = []
    for number, cells in enumerate(_read_sheet(path), 1):
        if any(cell != "" for cell in cells) and not header:
            header = _parse_header(path, [str(cell) for cell in cells])
        elif any(cell != "" for cell in cells):
            pairs = zip(header, cells, strict=True)
            yield number, {name: cell for name, cell in pairs if name}


def _read_sheet(path: Path) -> list[list[object]]:
    """The cells of the first visible sheet; formulas as their saved values.

    A cell merged downwards is repeated in each of its rows that has any other cell. Raises BadData.
    """
    from python_calamine import CalamineError, SheetTypeEnum, SheetVisibleEnum, load_workbook

    try:
        with load_workbook(io.BytesIO(_read_bytes(path))) as book:
            names = [
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.visible == SheetVisibleEnum.Visible
                and sheet.typ == SheetTypeEnum.WorkSheet
            ]
            sheet = book.get_sheet_by_name(names[0])
            rows: list[list[object]] = [[*row] for row in sheet.to_python(skip_empty_area=False)]
            merged = sheet.merged_cell_ranges or []
    except (CalamineError, OSError, IndexError) as error:
        raise BadData(f"{path} is no workbook ({error}); save it as .xlsx anew") from None
    for (top, column), (bottom, _) in merged:
        for row in rows[top + 1 : bottom + 1]:
            if any(cell != "" for cell in row):
                row[column] = rows[top][column]
    return rows


def _parse_header(path: Path, cells: Sequence[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    for name in filter(None, names):
        if names.count(name) > 1:
            raise BadData(f"{path} has several columns {name!r}; rename all but one")
    return names


FORMATS: dict[str, Callable[[Path], Iterator[tuple[int, Fields]]]] = {
    ".jsonl": _read_jsonl,
    ".json": _read_json,
    ".csv": _read_csv,
    ".tsv": _read_csv,
    ".xlsx": _read_workbook,
    ".xlsm": _read_workbook,
    ".xlsb": _read_workbook,
    ".xls": _read_workbook,
    ".ods": _read_workbook,
}


def _find_column(path: Path, column: DataColumn, column_names: Sequence[str]) -> str:
    """The file's name of `column`; "" for a missing optional one. Raises BadData."""
    for name in column.sought_names:
        if name in column_names:
            return name
    if not column.required:
        return ""
    remedy = f", or say with {column.option} which one it is" if column.option else ""
    raise BadData(
        f"{path} has no column {' or '.join(column.sought_names)},"
        f" only {', '.join(column_names)}; rename one{remedy}"
    )


def _extract_values(
    path: Path, line: int, fields: Fields, names: Mapping[DataColumn, str]
) -> dict[str, str]:
    values = {}
    for column, name in names.items():
        if column.required and name not in fields:
            raise BadData(f"{path}, line {line} has no {name}, unlike others; add it")
        value = fields.get(name)
        if isinstance(value, list | dict):
            raise BadData(f"{path}, line {line}: {name} must be a text, not {value!r:.60}")
        values[column.name] = _to_string(value)
    return values


def _to_string(value: object) -> str:
    """The value as text; Excel's 1.0 becomes "1", None becomes ""."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
