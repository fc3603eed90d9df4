"""Reads files in a subprocess, so that no file can crash or block the worker."""

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.knowledge.imports.formats.values import (
    MOST_CHARACTERS,
    MOST_ROWS,
    Fault,
    ImportItem,
    Part,
    Remark,
    Row,
    SheetItem,
    SheetRow,
    count_characters,
)
from app.knowledge.imports.repository import Upload
from app.messages.values import ANSWER

ROOT = Path(__file__).parents[3]
LONGEST_LINE = 4 * 1024 * 1024  # bytes of one JSON line: a row has 50 variants at most
AT_ONCE = 200  # lines read before other tasks run


@dataclass(slots=True)
class _ReaderProgress:
    """What the subprocess has reported so far."""

    items: list[ImportItem | SheetRow] = field(default_factory=list)
    characters: int = 0
    current_file: str = ""  # the file being read
    trouble: str = "it takes more time or memory than there is for it"
    chinese_trouble: str = "读取它要用的时间或内存超过了限额"

    @property
    def fault(self) -> Fault:
        return Fault(
            self.current_file, "", self.trouble, "split it into several imports",
            f"{self.chinese_trouble}：请分几次导入",
        )  # fmt: skip


async def read_uploads(uploads: Sequence[Upload], seconds: float = 120.0) -> list[ImportItem]:
    """Rows, parts, faults and remarks in the order of the files; reading ends after `seconds`.

    An unreadable file becomes a fault, and so does the file at which a limit was exceeded.
    """
    items = await _read(uploads, (), seconds)
    return [item for item in items if not isinstance(item, SheetRow)]


async def read_sheet(
    upload: Upload, key_names: Sequence[str], seconds: float = 50.0
) -> list[SheetItem]:
    """The rows of a table, CSV or Excel, with a column of one of `key_names`; faults, remarks.

    An unreadable file becomes a fault.
    """
    items = await _read([upload], key_names, seconds)
    return [item for item in items if isinstance(item, SheetRow | Fault | Remark)]


async def _read(
    uploads: Sequence[Upload], key_names: Sequence[str], seconds: float
) -> list[ImportItem | SheetRow]:
    progress = _ReaderProgress()
    async with _start_reader(uploads, key_names) as process:
        try:
            well = await asyncio.wait_for(_read_items(process, progress), seconds)
        except (TimeoutError, ValueError):  # ValueError: a line over LONGEST_LINE
            well = False
    return progress.items if well else [*progress.items, progress.fault]


async def _read_items(process: Process, progress: _ReaderProgress) -> bool:
    """Read items to the end. False if a limit was exceeded or the subprocess failed."""
    async for line in _read_lines(process):
        if line["kind"] == "Begun":
            progress.current_file = line["file"]
        else:
            progress.items.append(_parse_item(line))
            progress.characters += count_characters(progress.items[-1])
        if len(progress.items) > MOST_ROWS:
            progress.trouble = f"so far there are over {MOST_ROWS} rows and chunks"
            progress.chinese_trouble = f"到这里已超过 {MOST_ROWS} 行"
            return False
        if progress.characters > MOST_CHARACTERS + LONGEST_LINE:  # the process ends before that
            return False
    return await process.wait() == 0


@contextlib.asynccontextmanager
async def _start_reader(
    uploads: Sequence[Upload], key_names: Sequence[str]
) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.knowledge.imports.formats", cwd=ROOT,
        env={},  # no secrets for a process that parses untrusted files
        stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=LONGEST_LINE,
    )  # fmt: skip
    handing = asyncio.create_task(_send_files(process, uploads, key_names))
    try:
        yield process
    finally:
        handing.cancel()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await asyncio.gather(handing, process.wait(), return_exceptions=True)


async def _send_files(
    process: Process, uploads: Sequence[Upload], key_names: Sequence[str]
) -> None:
    assert process.stdin is not None
    files = [[upload.name, len(upload.content)] for upload in uploads]
    header = json.dumps({"files": files, "key_names": list(key_names)})
    with contextlib.suppress(ConnectionError):  # it ended early: its exit code is checked elsewhere
        process.stdin.write(f"{header}\n".encode())
        for upload in uploads:
            process.stdin.write(upload.content)
            await process.stdin.drain()
        process.stdin.close()


async def _read_lines(process: Process) -> AsyncIterator[dict[str, Any]]:
    assert process.stdout is not None
    number = 0
    async for line in process.stdout:
        yield json.loads(line)
        number += 1
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)


def _parse_item(line: dict[str, Any]) -> ImportItem | SheetRow:
    match line.pop("kind"):
        case "Row":
            parsed = {
                "variants": tuple(line["variants"]),
                "answer": ANSWER.validate_python(line["answer"]),
            }
            return Row(**line | parsed)
        case "Part":
            return Part(**line)
        case "SheetRow":
            cells = tuple((name, text) for name, text in line["cells"])
            return SheetRow(line["file"], line["at"], cells)
        case "Remark":
            return Remark(**line)
        case _:
            return Fault(**line)
