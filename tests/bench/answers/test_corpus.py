"""The corpus as it is read, and that every gold answer says what it shall."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bench.answers import corpus, matching
from tests.bench.answers.corpus import CareCase, Case, Entry, Gold, Shop

SHOP = {
    "id": "tea", "brand": "山行茶", "trade": "茶馆", "city": "泉州", "hours": "每天 9:00-21:00",
    "about": ["我们卖茶。"], "split": "tune",
}  # fmt: skip
ENTRY = {"id": "e01", "question": "红茶多少钱", "variants": ["红茶价格"], "answer": "一罐 88 元。"}
MESSAGES = [
    {"id": "a01", "kind": "answerable", "text": "红的咋卖", "style": "dialect",
     "entry": "e01|e02", "facts": ["88"]},
    {"id": "n01", "kind": "near", "text": "绿茶多少钱", "style": "plain", "tempting": "e01",
     "why": "other product"},
    {"id": "s01", "kind": "several", "text": "红茶几块 能泡几次 有WiFi吗", "parts": [
        {"entry": "e01", "facts": ["88"]}, {"document": "1.md", "facts": ["7 泡"]},
        {"unknown": "WiFi"}]},
    {"id": "r01", "kind": "slot_reply", "turns": ["几天到", "新疆"], "slot": "city",
     "value": "新疆"},
    {"id": "b01", "kind": "basic", "text": "多少钱", "intents": ["ask_price"]},
]  # fmt: skip


def write_shop(folder: Path, *messages: Any, **changed: Any) -> Path:
    (folder / "tea" / "documents").mkdir(parents=True)
    files = {
        "shop.json": [SHOP | changed],
        "entries.jsonl": [ENTRY],
        "messages.jsonl": messages or MESSAGES,
    }
    for name, rows in files.items():
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        (folder / "tea" / name).write_text("\n".join(lines), "utf-8")
    (folder / "tea" / "documents" / "1.md").write_text("# 泡茶\n可泡 7 泡。", "utf-8")
    return folder


def test_a_shop_is_read_with_its_base_and_what_its_followers_write(tmp_path: Path) -> None:
    [shop] = corpus.load("tune", folder=write_shop(tmp_path))

    assert shop == Shop(
        id="tea", brand="山行茶", trade="茶馆", hours="每天 9:00-21:00", about=("我们卖茶。",),
        split="tune", entries=(Entry("e01", "红茶多少钱", ("红茶价格",), "一罐 88 元。"),),
        documents={"1.md": "# 泡茶\n可泡 7 泡。"},
        cases=(
            Case("tea", "a01", "answerable", ("红的咋卖",), "dialect",
                 gold=(Gold(("88",), frozenset({"e01", "e02"})),)),
            Case("tea", "n01", "near", ("绿茶多少钱",), why="other product", tempting="e01"),
            Case("tea", "s01", "several", ("红茶几块 能泡几次 有WiFi吗",), gold=(
                Gold(("88",), frozenset({"e01"})), Gold(("7 泡",), document="1.md"),
                Gold(unknown="WiFi"))),
            Case("tea", "r01", "slot_reply", ("几天到", "新疆"), value="新疆"),
            Case("tea", "b01", "basic", ("多少钱",), intents=frozenset({"ask_price"})),
        ),
    )  # fmt: skip


def test_a_shop_is_chosen_by_split_or_by_name(tmp_path: Path) -> None:
    folder = write_shop(tmp_path)

    assert corpus.load("test", ["tea"], folder) == corpus.load(None, folder=folder)
    with pytest.raises(ValueError, match="no shop of the split test"):
        corpus.load("test", folder=folder)
    with pytest.raises(ValueError, match="no shop coffee"):
        corpus.load("tune", ["coffee"], folder)


@pytest.mark.parametrize(
    "row",
    [{"id": "x1"}, {"id": "x1", "kind": "riddle", "text": "谜"}, {"id": "x1", "kind": "open"}, [1]],
)
def test_a_row_that_cannot_be_read_is_named_by_its_line(tmp_path: Path, row: Any) -> None:
    folder = write_shop(tmp_path, MESSAGES[0], row)

    with pytest.raises(ValueError, match=r"messages.jsonl, line 2"):
        corpus.load("tune", folder=folder)


def test_care_cases_are_none_where_there_is_no_file(tmp_path: Path) -> None:
    assert corpus.load_care(tmp_path / "care.tsv") == ()


def test_care_cases_are_calls_and_look_alikes(tmp_path: Path) -> None:
    file = tmp_path / "care.tsv"
    file.write_text("suicide\t不想活了\nnone\t笑死\n", "utf-8")

    cases = corpus.load_care(file)

    assert cases == (CareCase("不想活了", "suicide"), CareCase("笑死", "none"))
    assert [case.calls for case in cases] == [True, False]


@pytest.mark.parametrize("line", ["", "不想活了", "\t不想活了", "suicide\t"])
def test_a_care_case_that_cannot_be_read_is_named_by_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "care.tsv"
    file.write_text(f"none\t笑死\n{line}\n", "utf-8")

    with pytest.raises(ValueError, match="line 2"):
        corpus.load_care(file)


@pytest.mark.parametrize("shop", corpus.load(None), ids=lambda shop: shop.id)
def test_each_gold_answer_of_the_corpus_states_its_facts(shop: Shop) -> None:
    answers = {entry.id: entry.answer for entry in shop.entries}
    golds = [(case.id, gold) for case in shop.cases for gold in case.gold if not gold.unknown]

    lacking = [
        (case, gold)
        for case, gold in golds
        for text in [answers[id_] for id_ in gold.entries] or [shop.documents[gold.document]]
        if not matching.states_all(text, gold.facts)
    ]

    assert lacking == []
