"""Reads a table in a process of its own, so that no file can crash or block the worker.

`python -m app.marketing.events.files csv|parquet` reads the file from stdin and writes its rows as
lines of JSON: an object each, without empty cells. What can't be read ends it with a sentence on
stderr and exit code 3.
"""

import csv
import io
import json
import os
import resource
import sys
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from app.knowledge.imports.formats import encodings
from app.knowledge.imports.formats.values import UnreadableFile

MEMORY, SECONDS = 2 * 1024**3, 60  # bytes and seconds of a processor
UNREADABLE = 3
MOST_ROWS = 100_000  # of a file: the worker stores them within one request
_LARGEST_CELL = 100_000  # characters
_DELIMITERS = ",\t;|"


def main() -> None:
    """Read one file, within limits of memory and time."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    os.nice(10)  # below the worker, which answers followers
    data = sys.stdin.buffer.read()
    read = read_parquet if sys.argv[1] == "parquet" else read_csv
    count = 0
    try:
        for count, row in enumerate(read(data), start=1):
            if count <= MOST_ROWS:  # the others are only counted
                line = json.dumps(_tidy_row(row), ensure_ascii=False, default=str)
                sys.stdout.write(line + "\n")
        _refuse_many(count)
    except UnreadableFile as error:
        sys.stderr.write(f"{error.what}: {error.remedy}")
        sys.exit(UNREADABLE)


def _refuse_many(rows: int) -> None:
    """Raise UnreadableFile, which says into how many files the table is split."""
    if rows > MOST_ROWS:
        parts = -(-rows // MOST_ROWS)
        raise UnreadableFile(
            f"it has {rows:,} rows, a file may have {MOST_ROWS:,}",
            f"split it into {parts} files, each with the header (docs/marketing.md has a command)",
        )


def read_csv(data: bytes) -> Iterator[dict[str, Any]]:
    """The rows below the header, in whatever encoding Chinese programs write."""
    csv.field_size_limit(_LARGEST_CELL)
    text = encodings.decode(data)
    head = text.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for row in reader:
            if None in row:
                raise UnreadableFile(
                    f"line {reader.line_num} has more cells than the header",
                    'put a text with the separator in it in double quotes ("")',
                )
            yield row
    except csv.Error as error:
        raise UnreadableFile(f"the table can't be read ({error})", "save it as CSV anew") from None


def read_parquet(data: bytes) -> Iterator[dict[str, Any]]:
    """The rows of a Parquet file; times with a zone as seconds since 1970."""
    import duckdb

    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        file.write(data)
        file.flush()
        try:
            connection = duckdb.connect(config={"threads": 1, "memory_limit": "512MB"})
            rows = connection.read_parquet(file.name)
            cells = [
                f'epoch("{name}") AS "{name}"' if "TIME ZONE" in str(kind) else f'"{name}"'
                for name, kind in zip(rows.columns, rows.types, strict=True)
                if '"' not in name
            ]
            names = [name for name in rows.columns if '"' not in name]
            query = f"SELECT {', '.join(cells)} FROM read_parquet(?)"  # noqa: S608 - quoted names
            answer = connection.execute(query, [file.name])
            while some := answer.fetchmany(1_000):
                yield from (dict(zip(names, row, strict=True)) for row in some)
        except duckdb.Error as error:
            what = f"the Parquet file can't be read ({type(error).__name__})"
            raise UnreadableFile(what, "write it anew") from None


def _tidy_row(row: dict[str, Any]) -> dict[str, Any]:
    """The row without empty cells; `properties` may be JSON, or columns like properties.city."""
    tidy: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    for name, cell in row.items():
        if cell is None or cell == "":
            continue
        value = float(cell) if isinstance(cell, Decimal) else cell
        prefix, _, rest = name.strip().partition(".")
        if prefix == "properties" and rest:
            properties[rest] = value
        else:
            tidy[name.strip()] = _parse_properties(value) if prefix == "properties" else value
    if properties:
        tidy["properties"] = properties
    return tidy


def _parse_properties(value: Any) -> Any:
    """The object of a cell; what is none stays, for the row's check to name."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


if __name__ == "__main__":
    main()
