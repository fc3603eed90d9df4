"""Files read in another process, so that no file takes the worker or its time along."""

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
    Found,
    Part,
    Remark,
    Row,
    count_characters,
)
from app.knowledge.imports.repository import Upload
from app.messages.values import ANSWER

ROOT = Path(__file__).parents[3]
LONGEST_LINE = 4 * 1024 * 1024  # bytes: a row has 50 variants at most
AT_ONCE = 200  # lines taken before anything else gets a turn


@dataclass(slots=True)
class _Heard:
    """What the other process has said so far."""

    found: list[Found] = field(default_factory=list)
    characters: int = 0
    begun: str = ""  # the file it is at
    trouble: str = "it takes more time or memory than there is for it"

    @property
    def fault(self) -> Fault:
        return Fault(self.begun, "", self.trouble, "split it into several imports")


async def read(uploads: Sequence[Upload], seconds: float = 120.0) -> list[Found]:
    """Rows, parts, faults and remarks in the order of the files; an unreadable file is a fault."""
    heard = _Heard()
    async with _reading(uploads) as process:
        try:
            well = await asyncio.wait_for(_listen(process, heard), seconds)
        except (TimeoutError, ValueError):  # or a line without an end
            well = False
    return heard.found if well else [*heard.found, heard.fault]


async def _listen(process: Process, heard: _Heard) -> bool:
    """To the end; whether all went well."""
    async for line in _lines(process):
        if line["kind"] == "Begun":
            heard.begun = line["file"]
        else:
            heard.found.append(_parsed(line))
            heard.characters += count_characters(heard.found[-1])
        if len(heard.found) > MOST_ROWS:
            heard.trouble = f"so far there are over {MOST_ROWS} rows and chunks"
            return False
        if heard.characters > MOST_CHARACTERS + LONGEST_LINE:  # the process ends before that
            return False
    return await process.wait() == 0


@contextlib.asynccontextmanager
async def _reading(uploads: Sequence[Upload]) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app.knowledge.imports.formats", cwd=ROOT,
        env={},  # nothing in there is for a file's eyes
        stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=LONGEST_LINE,
    )  # fmt: skip
    handing = asyncio.create_task(_hand_over(process, uploads))
    try:
        yield process
    finally:
        handing.cancel()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await asyncio.gather(handing, process.wait(), return_exceptions=True)


async def _hand_over(process: Process, uploads: Sequence[Upload]) -> None:
    assert process.stdin is not None
    listed = json.dumps([[upload.name, len(upload.content)] for upload in uploads])
    with contextlib.suppress(ConnectionError):  # it died over what it has; its exit code tells
        process.stdin.write(f"{listed}\n".encode())
        for upload in uploads:
            process.stdin.write(upload.content)
            await process.stdin.drain()
        process.stdin.close()


async def _lines(process: Process) -> AsyncIterator[dict[str, Any]]:
    assert process.stdout is not None
    number = 0
    async for line in process.stdout:
        yield json.loads(line)
        number += 1
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)


def _parsed(line: dict[str, Any]) -> Found:
    match line.pop("kind"):
        case "Row":
            parsed = {
                "variants": tuple(line["variants"]),
                "answer": ANSWER.validate_python(line["answer"]),
            }
            return Row(**line | parsed)
        case "Part":
            return Part(**line)
        case "Remark":
            return Remark(**line)
        case _:
            return Fault(**line)
