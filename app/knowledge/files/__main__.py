"""Reads files in a process of its own: whatever is in them, the worker goes on.

`python -m app.knowledge.files` takes a line of JSON, [[name, bytes], ...], and the files' contents
behind it; it writes a line of JSON when it begins one, and for each row, part, fault and remark.
"""

import json
import os
import resource
import sys
from dataclasses import asdict

from app.knowledge.files.encodings import printable
from app.knowledge.files.reading import read
from app.knowledge.files.values import Fault, Remark

MEMORY = 2 * 1024**3  # bytes of addresses
SECONDS = 100  # of processor


def main() -> None:
    """Politely, and within bounds."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    os.nice(10)  # who talks comes first
    given = sys.stdin.buffer
    files = [(name, given.read(size)) for name, size in json.loads(given.readline())]
    seen: set[str] = set()
    for name, data in files:
        _tell({"kind": "Begun", "file": name})
        for found in read(name, data, seen):
            said = asdict(found)
            if isinstance(found, Fault | Remark):  # it may quote what nobody can print
                said = {name: printable(text) for name, text in said.items()}
            _tell({"kind": type(found).__name__} | said)


def _tell(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
