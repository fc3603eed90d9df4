"""Reads files in a separate process, so that no file can crash the worker.

`python -m app.knowledge.imports.formats` reads from stdin a line of JSON, {"files": [[name, bytes],
...], "key_names": [...]}, followed by the files' contents. It writes a line of JSON at the
beginning of each file, and for each row, part, fault and remark. With `key_names` the files are
tables whose columns the caller knows, else entries and documents.
"""

import json
import os
import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from pydantic_core import to_jsonable_python

from app.knowledge.imports.formats.encodings import make_printable
from app.knowledge.imports.formats.reading import read_file
from app.knowledge.imports.formats.tables.sheets import read_sheet
from app.knowledge.imports.formats.values import (
    MOST_CHARACTERS,
    Fault,
    ImportItem,
    Remark,
    SheetRow,
    count_characters,
)

MEMORY = 2 * 1024**3  # bytes of address space
SECONDS = 100  # of CPU time
TOO_LONG = {
    "what": f"the import has over {MOST_CHARACTERS // 10**6} million characters up to here",
    "remedy": "split it into several imports",
    "chinese": f"到这里已超过 {MOST_CHARACTERS // 10**4} 万字：请分几次导入",
}


def main() -> None:
    """Read the files from stdin with low priority and limits on memory, CPU and output."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    os.nice(10)  # below the worker, which answers followers
    source = sys.stdin.buffer
    header = json.loads(source.readline())
    files = [(name, source.read(size)) for name, size in header["files"]]
    read = _choose_reader(header["key_names"])
    room = MOST_CHARACTERS
    for name, data in files:
        _write_line({"kind": "Begun", "file": name})
        for each in read(name, data):
            room -= count_characters(each)
            if room < 0:
                _write_line({"kind": "Fault", "file": name, "at": "", **TOO_LONG})
                return
            _write_line({"kind": type(each).__name__} | _to_json_fields(each))


def _choose_reader(
    key_names: Sequence[str],
) -> Callable[[str, bytes], Iterator[ImportItem | SheetRow]]:
    if key_names:
        return partial(read_sheet, key_names=key_names)
    return partial(read_file, seen_names=set())


def _to_json_fields(item: ImportItem | SheetRow) -> dict[str, Any]:
    """The item's fields for JSON; texts of faults and remarks are made printable."""
    fields: dict[str, Any] = to_jsonable_python(item)
    if isinstance(item, Fault | Remark):
        return {name: make_printable(text) for name, text in fields.items()}
    return fields


def _write_line(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    if line["kind"] == "Begun":  # the parent must know the file, should reading it crash
        sys.stdout.flush()


if __name__ == "__main__":
    main()
