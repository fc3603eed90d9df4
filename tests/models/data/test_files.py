"""Reading tables of texts in every format and encoding."""

import csv
import io
import json
from pathlib import Path

import pytest
from openpyxl import Workbook

from models.data.files import BadData, DataColumn, DataRow, DataTable, read_lines, read_table
from tests.knowledge import packages

TEXT = DataColumn("text", ("said",), option="--text-column")
LABEL = DataColumn("label", required=False)
ROWS = [("什么时候发货，急", "催发货"), ('他说"好"', "其他")]


def table(delimiter: str = ",") -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows([("text", "label"), *ROWS])
    return buffer.getvalue()


def objects() -> list[dict[str, str]]:
    return [{"text": text, "label": label} for text, label in ROWS]


def json_lines() -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in objects())


def workbook(path: Path, rows: list[tuple[object, ...]]) -> Path:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def values(data_table: DataTable) -> list[tuple[str, str]]:
    return [(row.values["text"], row.values["label"]) for row in data_table.rows]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", json_lines()),
        ("a.json", json_lines()),
        ("a.json", json.dumps(objects(), indent=1)),
        ("a.csv", table()),
        ("A.CSV", table(";")),
        ("a.csv", table("\t")),
        ("a.tsv", table("\t")),
    ],
)
def test_every_format_gives_the_same_rows(tmp_path: Path, name: str, content: str) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")

    data_table = read_table(path, [TEXT, LABEL])

    assert (values(data_table), data_table.names) == (ROWS, {"text": "text", "label": "label"})


def test_excel_cells_are_texts_whatever_their_type(tmp_path: Path) -> None:
    cells: list[tuple[object, ...]] = [
        (None,), ("text", None, "label"), ("好", "a note", 1.0), (None, None), (13800138000,),
    ]  # fmt: skip
    path = workbook(tmp_path / "a.xlsx", cells)

    data_table = read_table(path, [TEXT, LABEL])

    assert data_table.rows == (
        DataRow(3, {"text": "好", "label": "1"}), DataRow(5, {"text": "13800138000", "label": ""}),
    )  # fmt: skip


LABELLED = (
    packages.row(1, "text", "label")
    + packages.row(2, "能停车吗", "停车")
    + packages.row(3, "车位多吗")
    + packages.row(4, "能订座吗", "订座")
)
ALL = [("能停车吗", "停车"), ("车位多吗", ""), ("能订座吗", "订座")]


@pytest.mark.parametrize("dimension", ["A1", "A1:B2", "A1:B3", "B2", "A1:Z9999"])
def test_a_wrong_dimension_of_a_sheet_loses_no_rows(tmp_path: Path, dimension: str) -> None:
    path = tmp_path / "a.xlsx"
    sheet = f'<dimension ref="{dimension}"/><sheetData>{LABELLED}</sheetData>'
    path.write_bytes(packages.package(sheet))

    assert values(read_table(path, [TEXT, LABEL])) == ALL


def test_workbooks_that_other_tools_write_are_read(tmp_path: Path) -> None:
    fill = packages.styles(more="<fills><fill/></fills>")
    books = [packages.package(LABELLED, strict=True), packages.package(LABELLED, style_sheet=fill),
             packages.package(packages.row(1, "旧表"), LABELLED, states=("hidden",))]  # fmt: skip
    for number, book in enumerate(books):
        path = tmp_path / f"{number}.xlsx"
        path.write_bytes(book)

        assert values(read_table(path, [TEXT, LABEL])) == ALL


def test_a_label_merged_over_rows_is_that_of_each(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    merged = '<mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'
    path.write_bytes(packages.package(f"<sheetData>{LABELLED}</sheetData>{merged}"))

    assert values(read_table(path, [TEXT, LABEL])) == [
        ("能停车吗", "停车"), ("车位多吗", "停车"), ("能订座吗", "订座"),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_every_encoding_gives_the_same_rows(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(table(delimiter).encode(encoding))

    data_table = read_table(path, [TEXT, LABEL])

    assert values(data_table) == ROWS


@pytest.mark.parametrize("encoding", ["big5hkscs", "gb18030"])
def test_traditional_texts_of_windows_are_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("text,label\n請問什麼時候發貨,催發貨\n".encode(encoding))

    data_table = read_table(path, [TEXT, LABEL])

    assert values(data_table) == [("請問什麼時候發貨", "催發貨")]


def test_a_short_word_that_looks_like_utf8_stays_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes("联通\n什么时候发货\n".encode("gb18030"))

    assert read_lines(path) == ["联通", "什么时候发货"]


def test_another_name_of_a_column_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('\n{"said": "好", "label": null}\n{"said": 1.5, "label": 2.0}\n', "utf-8")

    data_table = read_table(path, [TEXT, LABEL])

    rows = DataRow(2, {"text": "好", "label": ""}), DataRow(3, {"text": "1.5", "label": "2"})
    assert data_table == DataTable(path, {"text": "said", "label": "label"}, rows)


def test_a_renamed_column_is_the_only_one_looked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("text,问题\n旧,新\n", "utf-8")

    data_table = read_table(path, [DataColumn("text", renamed="问题"), LABEL])

    assert data_table.rows == (DataRow(2, {"text": "新", "label": ""}),)


def test_a_text_may_run_over_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('text,label\n"上\n下",a\n\n好,b\n', "utf-8")

    data_table = read_table(path, [TEXT, LABEL])

    assert [(row.line, row.values["text"]) for row in data_table.rows] == [(3, "上\n下"), (5, "好")]


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.csv", b" \n", "a.csv is empty; it needs a row for every text"),
        ("a.csv", b"text,label\n", "a.csv holds no rows; it needs one for every text"),
        ("a.doc", b"x", "a.doc is of no format that is read here (.jsonl, .json, .csv, .tsv,"),
        ("a.csv", b"a,b\n1,2\n", "a.csv has no column text or said, only a, b; rename one, or say"
         " with --text-column which one it is"),
        ("a.csv", b"text\na,b\n", "a.csv, line 2 has 2 cells where the first line has 1; a text"),
        ("a.csv", b'text\na\n"b\nc\n', "a.csv, line 4: unexpected end of data; a text with"),
        ("a.csv", b"text,text\na,b\n", "a.csv has several columns 'text'; rename all but one"),
        ("a.jsonl", b'{"text": "a"}\n{"text"\n', "a.jsonl, line 2 isn't JSON (Expecting ':'"),
        ("a.json", b'[{"text": "a"},\n{]', "a.json, line 2 isn't JSON (Expecting property"),
        ("a.jsonl", b"[" * 99_999, "a.jsonl, line 1 isn't JSON (maximum recursion depth"),
        ("a.jsonl", b'"text"\n', "a.jsonl, line 1 is no JSON object; it should look like"),
        ("a.jsonl", b'{"text": "a"}\n{"label": "b"}\n', "a.jsonl, line 2 has no text, unlike"),
        ("a.jsonl", b'{"text": ["a"]}\n', "a.jsonl, line 1: text must be a text, not ['a']"),
        ("a.jsonl", b"a\n\x80", "a.jsonl: line 2 is text neither in"),
        ("a.csv", b"\xff\xfea", "a.csv: line 1 is text neither in UTF-8, UTF-16, GB18030 nor Big5"),
        ("a.csv", "text\n好的\n谢谢你\n".encode() + "发货".encode("gb18030"), "a.csv: encodings are"
         " mixed: line 4 is not UTF-8, unlike most of the file (1 such of 3); save each part"),
        ("a.csv", "text\n好的\n谢谢你\n".encode("gb18030") + "发货".encode(), "a.csv: encodings are"
         " mixed: line 4 is UTF-8, unlike most of the file (1 such of 3)"),
        ("a.xlsx", b"text,label\n", "a.xlsx is no workbook (Cannot detect file format); save"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_in_a_sentence(
    tmp_path: Path, name: str, content: bytes, complaint: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(BadData) as refusal:
        read_table(path, [TEXT, LABEL])

    assert str(refusal.value).removeprefix(f"{tmp_path}/").startswith(complaint)


def test_a_folder_a_missing_and_an_unreadable_file_are_told_apart(tmp_path: Path) -> None:
    broken = tmp_path / "c.csv"
    broken.symlink_to("/proc/self/mem")  # opens, and fails at the first read
    (tmp_path / "a.csv").mkdir()

    messages = []
    for name in ("a.csv", "b.csv", "c.csv"):
        with pytest.raises(BadData) as refusal:
            read_table(tmp_path / name, [TEXT])
        messages.append(str(refusal.value).removeprefix(f"{tmp_path}/"))

    assert messages == [
        "a.csv is a folder; name the files in it",
        "b.csv doesn't exist; check its name",
        "c.csv can't be read: Input/output error; check its name and rights",
    ]
