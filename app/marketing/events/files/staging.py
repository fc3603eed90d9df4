"""Reads a file of events or items in a subprocess: its rows become lines of JSON on the disk."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.errors import Refusal
from app.marketing.events.files.__main__ import TOO_LONG, UNREADABLE

ROOT = Path(__file__).parents[4]
SUFFIXES = ("", ".csv", ".tsv", ".txt", ".parquet")
_NO_MEMORY = (
    "it takes more memory than there is: split it",
    "读取它要用的内存超过了限额：请拆成几个文件",
)
_OUT_OF_TIME = -24  # the subprocess had no time of the processor left: SIGXCPU


class UnreadableTable(Refusal):
    """The file is no table of events or items, or too large; nothing of it is stored."""

    status = 422
    name = "unreadable_table"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingBounds:
    """How many rows a file may have, and in how many seconds it has to be read."""

    rows: int
    seconds: float


WITHIN_REQUEST = ReadingBounds(rows=100_000, seconds=30.0)
WITHIN_JOB = ReadingBounds(rows=5_000_000, seconds=1_800.0)


async def stage_table(name: str, table: Path, rows: Path, bounds: ReadingBounds) -> bool:
    """Write the rows of the CSV or Parquet file `table`, called `name`, as lines to `rows`.

    False where it is beyond `bounds`. Raises UnreadableTable.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise UnreadableTable(
            f"{name}: {suffix} is no table that is read here: save it as .csv",
            chinese=f"{name}：这里读不了 {suffix} 表格，请另存为 .csv",
        )
    with rows.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app.marketing.events.files", _find_kind(table), str(table),
            str(bounds.rows), str(int(bounds.seconds)), cwd=ROOT,
            env={},  # no secrets for a process that parses untrusted files
            stdout=output, stderr=PIPE,
        )  # fmt: skip
    try:
        _, complaint = await asyncio.wait_for(process.communicate(), bounds.seconds)
    except TimeoutError:
        return False
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode in {TOO_LONG, _OUT_OF_TIME}:
        return False
    _check_end(name, process.returncode, complaint)
    _check_rows(name, rows)
    return True


def _find_kind(table: Path) -> str:
    with table.open("rb") as file:
        return "parquet" if file.read(4) == b"PAR1" else "csv"


def _check_end(name: str, code: int | None, complaint: bytes) -> None:
    """Raise UnreadableTable unless the subprocess ended well."""
    if code:
        english, chinese = _NO_MEMORY
        if code == UNREADABLE:
            english, chinese = json.loads(complaint.rpartition(b"\n")[2])
        raise UnreadableTable(f"{name}: {english}", chinese=chinese and f"{name}：{chinese}")


def _check_rows(name: str, rows: Path) -> None:
    if not rows.stat().st_size:
        raise UnreadableTable(
            f"{name} has no rows: the first line names the columns",
            chinese=f"{name} 里没有数据行：第一行是列名，数据从第二行开始",
        )
