"""Names of columns as people write them, and what may stand above them."""

import pytest

from app.knowledge.imports.formats.reading import read_file
from app.knowledge.imports.formats.tables.headers import match_column
from app.knowledge.imports.formats.values import Fault, Remark, Row
from app.messages.values import as_plain_text
from tests.knowledge import samples

ENTRY = ("多久发货？", ("几天寄出", "哪天发"), "两天。")


def rows(data: bytes | str, name: str = "faq.csv") -> list[tuple[str, tuple[str, ...], str]]:
    items = [*read_file(name, data.encode() if isinstance(data, str) else data, set())]
    assert [each for each in items if isinstance(each, Fault)] == []
    return [(r.question, r.variants, as_plain_text(r.answer)) for r in items if isinstance(r, Row)]


@pytest.mark.parametrize(
    "name",
    [
        "问题", "问题（必填）", "问题(必填)", "*问题", "＊问题", "问题*", "【问题】", "「问题」",
        " 问 题 ", "\u3000问题\u3000", "问题：", "标准问句", "标准问", "标准问题",
        "标准问法（必填，100字以内）", "提问", "用户问题", "問題", "標準問題", "【標準問法】",
        "Question", "QUESTION*", "Ｑｕｅｓｔｉｏｎ", "Questions", "Q", "问题[必填]", "1.问题",
        "问题_1", "*【问题】(必填)", "客戶問題", "“问题”", "⽤户问题",
    ],
)  # fmt: skip
def test_names_of_questions(name: str) -> None:
    assert match_column(name) == "question"


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("答案", "answer"), ("答案内容", "answer"), ("回复内容", "answer"), ("回复", "answer"),
        ("标准答案", "answer"), ("*回答（必填）", "answer"), ("回覆", "answer"),
        ("答覆內容", "answer"), ("標準答案", "answer"), ("Answer", "answer"),
        ("【参考答案】", "answer"), ("答复", "answer"), ("相似问法", "variants"),
        ("相似問法", "variants"), ("相似问法1", "variants"), ("相似问法（选填）", "variants"),
        ("相似问_2", "variants"), ("【扩展问法】(选填)", "variants"), ("擴展問", "variants"),
        ("Similar Questions", "variants"), ("similar_questions (2)", "variants"),
        ("其它问法", "variants"), ("编号", "id"), ("編號", "id"), ("ID", "id"), ("*id*", "id"),
        ("问题分类", ""), ("答案类型", ""), ("分类", ""), ("备注", ""), ("更新时间", ""),
        ("", ""), ("1", ""), ("(必填)", ""), ("问题" * 100, ""), ("1" * 200_000, ""),
        ("((((" * 50_000, ""),
    ],
)  # fmt: skip
def test_names_of_other_columns(name: str, ours: str) -> None:
    assert match_column(name) == ours


@pytest.mark.parametrize(
    "table",
    [
        "sep=,\n问题,相似问法,答案\n{}",
        '"sep=;"\r\n问题;相似问法;答案\r\n多久发货？;几天寄出|哪天发;两天。',
        "SEP=\t\n问题\t相似问法\t答案\n多久发货？\t几天寄出|哪天发\t两天。",
        "客服常见问题汇总,,\n问题,相似问法,答案\n{}",
        "客服常见问题汇总\n\n整理于六月；请勿外传\n问题,相似问法,答案\n{}",
        "说明：带*的必填；多个问法用|隔开；勿改表头；谢谢\n*问题,相似问法,*答案\n{}",
        "\n\n\n问题,相似问法,答案\n{}",
        "a,b,c\n" * 19 + "问题,相似问法,答案\n{}",
    ],
)
def test_lines_above_the_names_are_passed_over(table: str) -> None:
    assert rows(table.format("多久发货？,几天寄出|哪天发,两天。\n")) == [ENTRY]


def test_a_title_in_a_workbook_is_passed_over_with_a_remark() -> None:
    names = ("【标准问句】", "相似问法（选填）", "答案内容（必填）")
    book = samples.workbook(
        [("常见问题",), ("导出于六月",), names, (ENTRY[0], "几天寄出\n哪天发", ENTRY[2])]
    )
    items = [*read_file("faq.xlsx", book, set())]

    assert rows(book, "faq.xlsx") == [ENTRY]
    assert [(r.at, r.what) for r in items if isinstance(r, Remark)] == [
        ("row 1", "what stands above the names of the columns was left out")
    ]


def test_names_far_below_are_not_looked_for() -> None:
    text = "甲,乙,丙\n" * 20 + "问题,相似问法,答案\n多久发货？,,两天。\n"

    assert [f.what for f in read_file("a.csv", text.encode(), set()) if isinstance(f, Fault)] == [
        "there is no column question or answer, only 甲, 乙, 丙"
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("export.jsonl", b""),
        ("export.jsonl", b"\n"),
        ("export.json", b"[]"),
        ("export.csv", "\ufeffid,question,variants,answer\r\n".encode()),
        ("export.xlsx", samples.workbook([("id", "question", "variants", "answer")])),
    ],
)
def test_a_table_without_rows_is_a_remark(name: str, data: bytes) -> None:
    [remark] = read_file(name, data, set())

    assert isinstance(remark, Remark)
    assert remark.what in {"it has no rows", "there are no rows below the names of the columns"}
