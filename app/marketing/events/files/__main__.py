"""Reads a table in a process of its own, so that no file can crash or block the worker.

`python -m app.marketing.events.files csv|parquet FILE MOST_ROWS SECONDS` writes the file's rows as
lines of JSON: an object each, without empty cells. What can't be read ends it with a sentence in
English and in Chinese, an array of JSON, on stderr and exit code 3, a row beyond MOST_ROWS with
exit code 4. SECONDS are of a processor.
"""

import csv
import json
import os
import resource
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.knowledge.imports.formats import encodings
from app.knowledge.imports.formats.values import UnreadableFile

MEMORY = 2 * 1024**3  # bytes
UNREADABLE, TOO_LONG = 3, 4
_LARGEST_CELL = 100_000  # characters
_SAMPLE = 20 * 1024 * 1024  # bytes by which the encoding of a larger file is chosen
_DELIMITERS = ",\t;|"


def main() -> None:
    """Read one file, within limits of memory and time."""
    kind, file, most_rows, seconds = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    os.nice(10)  # below the worker, which answers followers
    read = read_parquet if kind == "parquet" else read_csv
    encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
    try:
        for count, row in enumerate(read(Path(file)), start=1):
            if count > int(most_rows):
                sys.exit(TOO_LONG)
            sys.stdout.write(encode(_tidy_row(row)) + "\n")
    except UnreadableFile as error:
        sys.stderr.write(json.dumps([f"{error.what}: {error.remedy}", error.chinese]))
        sys.exit(UNREADABLE)


def read_csv(file: Path) -> Iterator[dict[str, Any]]:
    """The rows below the header, in whatever encoding Chinese programs write."""
    csv.field_size_limit(_LARGEST_CELL)
    with file.open("rb") as binary:
        sample = binary.read(_SAMPLE)
        if len(sample) == _SAMPLE:  # no half of a character at its end
            sample = sample[: sample.rfind(b"\n") + 1] or sample
    encoding = encodings.find_encoding(sample)
    with file.open(encoding=encoding, newline="") as text:
        head = next((line for line in text if line.strip()), "")
        text.seek(0)
        reader = csv.DictReader(text, delimiter=max(_DELIMITERS, key=head.count), strict=True)
        try:
            yield from _check_rows(reader)
        except csv.Error as error:
            raise UnreadableFile(
                f"the table can't be read ({error})",
                "save it as CSV anew",
                f"表格读不了（{error}）：请重新存为 CSV",
            ) from None
        except UnicodeDecodeError:
            what = f"a line after {reader.line_num} is not {encoding}, as the lines before are"
            chinese = f"第 {reader.line_num} 行之后有一行不是 {encoding} 编码：请另存为 UTF-8"
            raise UnreadableFile(what, encodings.SAVE, chinese) from None


def _check_rows(reader: "csv.DictReader[str]") -> Iterator[dict[str, Any]]:
    for row in reader:
        if None in row:
            raise UnreadableFile(
                f"line {reader.line_num} has more cells than the header",
                'put a text with the separator in it in double quotes ("")',
                f"第 {reader.line_num} 行的格数比列名多："
                '内容里有分隔符的，请用英文双引号（""）括起来',
            )
        yield row


def read_parquet(file: Path) -> Iterator[dict[str, Any]]:
    """The rows of a Parquet file, in its order; times with a zone as seconds since 1970."""
    import duckdb

    try:
        connection = duckdb.connect(config={"threads": 1, "memory_limit": "512MB"})
        rows = connection.read_parquet(str(file))
        cells = [
            f'epoch("{name}") AS "{name}"' if "TIME ZONE" in str(kind) else f'"{name}"'
            for name, kind in zip(rows.columns, rows.types, strict=True)
            if '"' not in name
        ]
        names = [name for name in rows.columns if '"' not in name]
        query = f"SELECT {', '.join(cells)} FROM read_parquet(?)"  # noqa: S608 - quoted names
        answer = connection.execute(query, [str(file)])
        while some := answer.fetchmany(1_000):
            yield from (dict(zip(names, row, strict=True)) for row in some)
    except duckdb.Error as error:
        what = f"the Parquet file can't be read ({type(error).__name__})"
        chinese = f"Parquet 文件读不了（{type(error).__name__}）：请重新生成"
        raise UnreadableFile(what, "write it anew", chinese) from None


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
