"""The corpus of shops as training material."""

import functools
import json
from pathlib import Path

import pytest

from models.search.shops import Shop, read_sections, read_shops

PRICES = "# 价目\n## 套餐\n每天供应。\n\n| 名 | 价 |\n|---|---|\n| 双人 | 168 元 |\n| 四人 | |\n"


@functools.cache
def shipped_shops(test: bool = False) -> list[Shop]:
    """The shops of the corpus, read once: it takes seconds."""
    return read_shops(test=test)


def test_a_table_is_read_row_by_row_under_its_headings() -> None:
    assert list(read_sections(PRICES)) == [
        ("价目 > 套餐", "每天供应。\n名：双人；价：168 元\n名：四人")
    ]


def test_every_question_that_is_answered_has_a_unit_that_states_a_fact() -> None:
    for shop in shipped_shops():
        answerable = [question for question in shop.questions if question.kind == "answerable"]
        assert [question.text for question in answerable if not question.gold] == []


def test_shops_that_are_evaluated_once_are_not_learnt_from() -> None:
    learnt, evaluated = shipped_shops(), shipped_shops(test=True)

    assert {shop.split for shop in learnt} == {"train", "tune"}
    assert [shop.id for shop in evaluated] == ["cinema", "nail_studio", "yarn"]


def test_a_way_to_ask_is_to_be_found_without_itself(tmp_path: Path) -> None:
    folder = tmp_path / "tea"
    (folder / "documents").mkdir(parents=True)
    entry = {"id": "e1", "question": "几点关门", "variants": ["开到几点"], "answer": "22:00。"}
    (folder / "shop.json").write_text(json.dumps({"id": "tea", "split": "train"}), "utf-8")
    (folder / "entries.jsonl").write_text(json.dumps(entry), "utf-8")
    (folder / "messages.jsonl").write_text("", "utf-8")

    [shop] = read_shops(tmp_path)

    assert [(question.text, question.without) for question in shop.questions] == [
        ("几点关门", (0, 0)), ("开到几点", (0, 1)),
    ]  # fmt: skip


@pytest.mark.parametrize("split", ["train", "tune", "test"])
def test_each_split_has_shops(split: str) -> None:
    shops = [*shipped_shops(), *shipped_shops(test=True)]

    assert sum(shop.split == split for shop in shops) >= 3
