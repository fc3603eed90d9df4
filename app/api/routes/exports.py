"""REST for exporting an account's entries, in formats that the import reads back unchanged."""

import asyncio
import csv
import io
import json
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict
from typing import IO, Any, Literal

from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncEngine

from app.deps import ServedAccount, State, api_router
from app.knowledge.entries import entry_stream
from app.knowledge.entries.entry_stream import EntryRow
from app.knowledge.imports.formats import cells
from app.messages import marks
from app.messages.values import Text

router = api_router("/api/v1/knowledge", "knowledge", "knowledge")
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
async def export_entries(
    state: State,
    account: ServedAccount,
    format: Format = "jsonl",  # noqa: A002 - what it is called in the URL
) -> StreamingResponse:
    """Download all entries: id, question, variants and answer."""
    headers = {"Content-Disposition": f'attachment; filename="{account.name}.{format}"'}
    content = EXPORTERS[format](state.engine, account.name)
    return StreamingResponse(content, media_type=MEDIA[format], headers=headers)


async def _export_jsonl(engine: AsyncEngine, account: str) -> AsyncIterator[bytes]:
    async for rows in entry_stream.stream_entries(engine, account):
        lines = (json.dumps(_entry_object(row), ensure_ascii=False) + "\n" for row in rows)
        yield "".join(lines).encode()


def _entry_object(row: EntryRow) -> dict[str, Any]:
    answer = row.answer
    content = answer.content if isinstance(answer, Text) else answer.model_dump()
    return asdict(row) | {"answer": content}


async def _export_csv(engine: AsyncEngine, account: str) -> AsyncIterator[bytes]:
    yield "\ufeffid,question,variants,answer\r\n".encode()  # without the mark Excel reads GBK
    async for rows in entry_stream.stream_entries(engine, account):
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerows(
            [
                cells.guard_formula(cell)
                for cell in (
                    row.id,
                    row.question,
                    cells.join_variants(row.variants),
                    marks.write(row.answer),
                )
            ]
            for row in rows
        )
        yield text.getvalue().encode()


async def _export_xlsx(engine: AsyncEngine, account: str) -> AsyncIterator[bytes]:
    # The number of columns, by the longest list of variants, is known only after all rows.
    with tempfile.TemporaryFile() as lines, tempfile.TemporaryFile() as file:
        columns = 0
        async for rows in entry_stream.stream_entries(engine, account):
            columns = max(columns, await asyncio.to_thread(_write_lines, lines, rows))
        await asyncio.to_thread(_build_workbook, lines, columns, file)
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece


def _write_lines(lines: IO[bytes], rows: Rows) -> int:
    """Write each row's cells as a line of JSON; returns the most cells of a row."""
    table = [
        [row.id, row.question, marks.write(row.answer), *_split_variants(row.variants)]
        for row in rows
    ]
    for line in table:
        lines.write(json.dumps([_escape_cell(text) for text in line]).encode() + b"\n")
    return max(map(len, table), default=0)


def _build_workbook(lines: IO[bytes], columns: int, file: IO[bytes]) -> None:
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


def _escape_cell(text: str) -> str:
    return cells.escape_characters(cells.guard_formula(text))


def _split_variants(variants: Sequence[str]) -> Iterator[str]:
    """Yield cells with as many variants as each can hold."""
    some: list[str] = []
    for variant in variants:
        if some and len(_escape_cell(cells.join_variants([*some, variant]))) > CELL:
            yield cells.join_variants(some)
            some = []
        some.append(variant)
    yield cells.join_variants(some)


EXPORTERS = {"jsonl": _export_jsonl, "csv": _export_csv, "xlsx": _export_xlsx}
