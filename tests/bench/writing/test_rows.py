"""Rows to train on hold the service's own prompts, and what it would say."""

from pathlib import Path

from tests.bench.answers import corpus
from tests.bench.answers.test_corpus import write_shop
from tests.bench.writing.rows import Row, build_rows

MESSAGES = [
    {"id": "a01", "kind": "answerable", "text": "红的咋卖", "entry": "e01", "facts": ["88"]},
    {"id": "a02", "kind": "answerable", "text": "能泡几回", "document": "1.md", "section": "泡茶",
     "facts": ["7 泡"]},
    {"id": "a03", "kind": "answerable", "text": "how much is it", "entry": "e01", "facts": ["88"]},
    {"id": "a04", "kind": "answerable", "text": "红茶多重", "entry": "e01", "facts": ["50克"]},
    {"id": "n01", "kind": "near", "text": "绿茶多少钱", "tempting": "e01"},
    {"id": "n02", "kind": "near", "text": "白茶能泡几回", "tempting": "1.md"},
]  # fmt: skip


def rows(folder: Path, count: int = 10, seed: int = 7) -> list[Row]:
    return build_rows(corpus.load("tune", folder=folder), count, seed)


def test_a_row_answers_with_its_passage_or_declines(tmp_path: Path) -> None:
    table = rows(write_shop(tmp_path, *MESSAGES))

    answers = {row.question.splitlines()[-2]: row for row in table}
    assert set(answers) == {"红的咋卖", "能泡几回", "绿茶多少钱", "白茶能泡几回"}
    for question, text in (("红的咋卖", "一罐 88 元"), ("能泡几回", "可泡 7 泡")):
        row = answers[question]
        place = next(line for line in row.question.splitlines() if f"：{text}" in line)[:4]
        assert row.answer == f"{text}{place}。"
    assert "「绿茶多少钱」" in answers["绿茶多少钱"].answer
    assert all("你是「山行茶」公众号的客服" in row.system for row in table)
    assert all("我们卖茶。" in row.system for row in table)


def test_rows_are_the_same_for_the_same_seed(tmp_path: Path) -> None:
    folder = write_shop(tmp_path, *MESSAGES)

    assert rows(folder) == rows(folder) != rows(folder, seed=8)


def test_three_of_five_rows_answer(tmp_path: Path) -> None:
    table = rows(write_shop(tmp_path, *MESSAGES), count=3)

    assert sorted("「人工」" in row.answer for row in table) == [False, False, True]
