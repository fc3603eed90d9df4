"""REST for taking an account's entries along: in a form that the import reads back unchanged."""

import asyncio
import csv
import io
import json
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict
from typing import IO, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Security
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPBearer
from sqlalchemy.ext.asyncio import AsyncEngine

from app import accounts
from app.deps import Door, door
from app.knowledge import entry_stream
from app.knowledge.entry_stream import EntryRow
from app.knowledge.imports.formats import cells
from app.messages import marks
from app.messages.values import Text

_bearer = HTTPBearer(auto_error=False, description="The CMS's key, CMS_API_KEY")
router = APIRouter(prefix="/api/v1/knowledge", tags=["knowledge"], dependencies=[Security(_bearer)])
OpenDoor = Annotated[Door, Depends(door)]
Format = Literal["jsonl", "csv", "xlsx"]
Rows = Sequence[EntryRow]

MEDIA = {
    "jsonl": "application/jsonl",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
CELL = 32_000  # characters; a cell of a workbook holds 32,767
PIECE = 64 * 1024  # bytes


@router.get("/export", response_class=StreamingResponse)
async def export(
    at: OpenDoor,
    account: Annotated[str, Query(max_length=64)] = "default",
    format: Format = "jsonl",  # noqa: A002 - what it is called in the URL
) -> StreamingResponse:
    """All entries: id, question, variants and answer."""
    accounts.get(at.accounts, account)
    named = {"Content-Disposition": f'attachment; filename="{account}.{format}"'}
    written = WRITTEN[format](at.engine, account)
    return StreamingResponse(written, media_type=MEDIA[format], headers=named)


async def _jsonl(engine: AsyncEngine, account: str) -> AsyncIterator[bytes]:
    async for rows in entry_stream.stream(engine, account):
        lines = (json.dumps(_object(row), ensure_ascii=False) + "\n" for row in rows)
        yield "".join(lines).encode()


def _object(row: EntryRow) -> dict[str, Any]:
    answer = row.answer
    told = answer.content if isinstance(answer, Text) else answer.model_dump()
    return asdict(row) | {"answer": told}


async def _csv(engine: AsyncEngine, account: str) -> AsyncIterator[bytes]:
    yield "\ufeffid,question,variants,answer\r\n".encode()  # without the mark Excel reads GBK
    async for rows in entry_stream.stream(engine, account):
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerows(
            [cells.guarded(cell) for cell in (row.id, row.question, cells.joined(row.variants),
                                              marks.write(row.answer))]
            for row in rows
        )  # fmt: skip
        yield text.getvalue().encode()


async def _xlsx(engine: AsyncEngine, account: str) -> AsyncIterator[bytes]:
    # How many columns the longest list of variants takes is known only at its end.
    with tempfile.TemporaryFile() as lines, tempfile.TemporaryFile() as file:
        columns = 0
        async for rows in entry_stream.stream(engine, account):
            columns = max(columns, await asyncio.to_thread(_note, lines, rows))
        await asyncio.to_thread(_bind, lines, columns, file)
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


def _note(lines: IO[bytes], rows: Rows) -> int:
    """A line of cells for each row; how many the longest has."""
    found = [
        [row.id, row.question, marks.write(row.answer), *_columns(row.variants)] for row in rows
    ]
    for line in found:
        lines.write(json.dumps([_cell(text) for text in line]).encode() + b"\n")
    return max(map(len, found), default=0)


def _bind(lines: IO[bytes], columns: int, file: IO[bytes]) -> None:
    from openpyxl import Workbook  # 0.3 s that only workbooks cost
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("FAQ")
    extra = [f"variants {number}" for number in range(2, columns - 2)]
    sheet.append(["id", "question", "answer", "variants", *extra])
    lines.seek(0)
    for line in lines:
        texts = [WriteOnlyCell(sheet, text) for text in json.loads(line)]
        for text in texts:
            text.data_type = "s"  # openpyxl takes the text #N/A for an error
        sheet.append(texts)
    book.save(file)
    file.seek(0)


def _cell(text: str) -> str:
    return cells.named(cells.guarded(text))


def _columns(variants: Sequence[str]) -> Iterator[str]:
    """As many in a cell as it holds."""
    some: list[str] = []
    for variant in variants:
        if some and len(_cell(cells.joined([*some, variant]))) > CELL:
            yield cells.joined(some)
            some = []
        some.append(variant)
    yield cells.joined(some)


WRITTEN = {"jsonl": _jsonl, "csv": _csv, "xlsx": _xlsx}
