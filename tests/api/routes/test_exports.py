"""What is exported is imported again unchanged, whatever people wrote."""

import csv
import io
import json
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from tests.api.routes.test_imports import over
from tests.conftest import Open
from tests.service import Service, client

ODD: list[dict[str, Any]] = [
    {"id": "plain", "question": "多久发货？", "variants": ["几天寄", "哪天发"], "answer": "两天。"},
    {"id": "formula", "question": '=HYPERLINK("http://x")', "variants": ["+1", "-1", "@a", "'=b"],
     "answer": "=1+1"},
    {"id": "quoted", "question": "'=1", "variants": ["''=1", "'好"], "answer": "'-\n"},
    {"id": "lines", "question": "第一行\n第二行", "variants": ["a|b", "c\nd", '["e"]', "f｜g"],
     "answer": "  一\r\n二\t三\r "},
    {"id": "odd", "question": 'a"b,c;d', "variants": ["_x000D_", "'"], "answer": "\x0b\x1f_x0041_"},
    {"id": "bare", "question": "好", "variants": [], "answer": "1.0"},
    {"id": "wide", "question": "宽", "variants": [f"{n}" + "宽" * 1990 for n in range(50)],
     "answer": "#N/A"},
    {"id": "card", "question": "门店在哪", "variants": [], "answer": {
        "type": "article", "title": "门店", "description": "杭州" * 60,
        "url": "https://shop.example/" + "a" * 1000, "picture": ""}},
]  # fmt: skip


async def fetched(http: httpx.AsyncClient, form: str) -> bytes:
    answered = await http.get("/api/v1/knowledge/export", params={"format": form})
    assert answered.status_code == 200, answered.text
    return answered.content


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx"])
async def test_what_goes_out_comes_back_unchanged(huiyin: Service, form: str) -> None:
    async with client(huiyin) as http:
        taught = await http.post("/api/v1/knowledge/entries", json={"entries": ODD})
        assert taught.status_code == 200, taught.text
        first = await fetched(http, "jsonl")
        file = await fetched(http, form)
        for entry in ODD:
            await http.delete(f"/api/v1/knowledge/entries/{entry['id']}")
        report = await over(http, {f"export.{form}": file})
        again = await fetched(http, "jsonl")

    assert (report["state"], report["faults"]) == ("done", [])
    assert [json.loads(line) for line in first.splitlines()] == sorted(ODD, key=lambda e: e["id"])
    assert again == first


async def test_no_cell_is_a_formula_to_a_spreadsheet(huiyin: Service) -> None:
    async with client(huiyin) as http:
        await http.post("/api/v1/knowledge/entries", json={"entries": ODD})
        text = (await fetched(http, "csv")).decode("utf-8-sig")
        book = load_workbook(io.BytesIO(await fetched(http, "xlsx")))

    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    types = {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row}
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert "f" not in types


async def test_what_is_exported_opens_as_a_file_of_the_account(huiyin: Service) -> None:
    async with client(huiyin) as http:
        empty = await http.get("/api/v1/knowledge/export", params={"format": "csv"})
        unknown = await http.get("/api/v1/knowledge/export", params={"account": "coffee"})
        wrong = await http.get("/api/v1/knowledge/export", params={"format": "pdf"})

    assert empty.content == "\ufeffid,question,variants,answer\r\n".encode()
    assert empty.headers["content-disposition"] == 'attachment; filename="default.csv"'
    assert (unknown.status_code, wrong.status_code) == (404, 422)


async def test_more_entries_than_are_read_at_once_come_out_once_each(open_service: Open) -> None:
    rows = "".join(json.dumps({"question": f"第{n}个", "answer": "好"}) + "\n" for n in range(601))
    async with open_service() as running, client(running) as http:
        await over(http, {"many.jsonl": rows}, skip_faulty=True)
        out = await fetched(http, "jsonl")

    questions = [json.loads(line)["question"] for line in out.splitlines()]
    assert sorted(questions) == sorted(f"第{n}个" for n in range(601))
