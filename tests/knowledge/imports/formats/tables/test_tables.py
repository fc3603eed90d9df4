"""Questions and answers out of tables, as people make them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.knowledge.imports.formats import cells
from app.knowledge.imports.formats.reading import read_file
from app.knowledge.imports.formats.values import Fault, Row
from app.messages.values import as_plain_text
from tests.knowledge import samples

HEAD = ("问题", "相似问法", "答案")
SHIP = ("多久发货？", ("几天寄出", "哪天发"), "两天。")


def rows(name: str, data: bytes | str) -> list[tuple[str, str, tuple[str, ...], str]]:
    items = read_file(name, data.encode() if isinstance(data, str) else data, set())
    return [
        (r.at, r.question, r.variants, as_plain_text(r.answer)) for r in items if isinstance(r, Row)
    ]


def faults(name: str, data: bytes | str) -> list[tuple[str, str]]:
    items = read_file(name, data.encode() if isinstance(data, str) else data, set())
    return [(f.at, f.what) for f in items if isinstance(f, Fault)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "，"])
def test_encodings_and_separators_are_seen(encoding: str, separator: str) -> None:
    lines = [
        ("标准问题", "答案"),
        ("多久发货？", "付款后 48 小时内发货。"),
        ("能开发票吗", "可以。"),
    ]
    text = "\r\n".join(separator.join(line) for line in lines)

    assert rows("faq.csv", text.encode(encoding)) == [
        ("row 2", "多久发货？", (), "付款后 48 小时内发货。"),
        ("row 3", "能开发票吗", (), "可以。"),
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.csv", "问题,相似问法,答案\n多久发货？,几天寄出|哪天发,两天。\n"),
        ("a.csv", '\n问题,相似问法,答案\n多久发货？,"几天寄出\n哪天发\n",两天。\n'),
        ("a.csv", "答案,相似问1,相似问2,相似问3,标准问\n两天。,几天寄出,,哪天发,多久发货？\n"),
        ("a.tsv", "Question\tVariants\tAnswer\n多久发货？\t几天寄出｜哪天发\t两天。\n"),
        ("a.jsonl", json.dumps({"问题": SHIP[0], "相似问法": SHIP[1], "答案": SHIP[2]}) + "\n\n"),
        ("a.json", json.dumps([{"question": SHIP[0], "variants": SHIP[1], "answer": SHIP[2]}])),
        ("a.xlsx", samples.workbook([HEAD, (), (SHIP[0], "几天寄出\n哪天发", SHIP[2])])),
    ],
)  # fmt: skip
def test_a_row_is_the_same_whatever_it_stands_in(name: str, data: bytes | str) -> None:
    assert [row[1:] for row in rows(name, data)] == [SHIP]


def test_every_sheet_is_read_and_figures_are_texts() -> None:
    head = ("问题", "答案")
    notes = [("填写说明",)]
    book = samples.workbook(
        [head, ("几个门店", 12.0)], notes, [], [head, ("多重", 1.5), ("几天", None)]
    )

    assert rows("a.xlsx", book) == [
        ("sheet 表1 row 2", "几个门店", (), "12"),
        ("sheet 表4 row 2", "多重", (), "1.5"),
    ]
    assert faults("a.xlsx", book) == [
        ("sheet 表4 row 3", "there is no answer"),
    ]


LONG = {"answer": "长" * 683, "question": "长" * 2001, "cell": "长" * 200_001}
MANY = "|".join("长" * 51)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ("", ("", "the file is empty")),
        (" \n\n", ("", "the file is empty")),
        ("标题,内容\n一,二\n", ("", "there is no column question or answer, only 标题, 内容")),
        ("问题,答案\n,好\n", ("row 2", "there is no question")),
        ("问题,答案\n好, \n", ("row 2", "there is no answer")),
        ("问题,答案\n好,a,b\n", ("row 2", "there are 3 cells, and 2 names of columns")),
        ('问题,答案\n好,"好\n', ("", "row 2 can't be read (unexpected end of data)")),
        (f"问题,答案\n好,{LONG['answer']}\n", ("row 2", "the answer has 2049 bytes")),
        (f"问题,答案\n{LONG['question']},好\n", ("row 2", "a question has 2001 characters")),
        (f"问题,答案\n好,{LONG['cell']}\n", ("row 2", "a cell has over 200000 characters")),
        (f"问题,相似问,答案\n好,{MANY},好\n", ("row 2", "there are 51 variants")),
        ("id,问题,答案\na b,好,好\n", ("row 2", "the id 'a b' can't be one")),
        ("问题,答案\n好,\0\n", ("row 2", "the character U+0000 can't be kept")),
    ],
)
def test_what_is_wrong_in_a_csv_is_said_where_it_is(data: str, what: tuple[str, str]) -> None:
    assert faults("a.csv", data) == [what]


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.jsonl", "{", ("row 1", "it isn't JSON (Expecting property name")),
        ("a.jsonl", "[1]", ("row 1", "it is no JSON object")),
        ("a.jsonl", '{"question": ["好"], "answer": "好"}', ("row 1", "\"['好']\" is no text")),
        ("a.jsonl", '{"q": "\\ud800", "a": "好"}', ("row 1", "the character U+D800 can't be kept")),
        ("a.jsonl", '{"q": "好", "a": "\\ud800"}', ("row 1", "the character U+D800 can't be kept")),
        (
            "a.jsonl",
            '{"q": "好", "a": {"type": "image"}}',
            ("row 1", "the answer is no card (media_"),
        ),
        ("a.json", "[" * 100_000, ("", "it isn't JSON (maximum recursion depth")),
        ("a.json", "[1, 2", ("", "it isn't JSON (Expecting ',' delimiter")),
        ("a.xlsx", "no workbook", ("", "it is broken (File is not a zip file)")),
        ("a.xlsx", samples.folder({"a": "b"}), ("", "it is no workbook")),
    ],
)
def test_what_is_wrong_elsewhere_is_said_where_it_is(
    name: str, data: bytes | str, what: tuple[str, str]
) -> None:
    assert [(at, message[: len(what[1])]) for at, message in faults(name, data)] == [what]


@given(st.text())
def test_a_guarded_cell_is_itself_again(text: str) -> None:
    assert cells.unguard_formula(cells.guard_formula(text)) == text
    assert not cells.guard_formula(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text())
def test_a_named_cell_is_itself_again(text: str) -> None:
    assert cells.unescape_characters(cells.escape_characters(text)) == text


@given(st.lists(st.text().map(str.strip).filter(bool)))
def test_joined_variants_are_themselves_again(variants: list[str]) -> None:
    assert list(cells.split_variants(cells.join_variants(variants))) == variants
