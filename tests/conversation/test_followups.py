"""The questions that the measure is made of, and what is promised of it."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.conversation import followups, unrelated
from tests.conversation.followups import Pair

HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (HERE / name).read_text("utf-8").splitlines()]


def test_the_set_is_as_it_is_said_to_be() -> None:
    pairs = [Pair(**row) for row in rows("shop/followups.jsonl")]

    assert Counter(pair.part for pair in pairs) == {"dev": 30, "test": 70}
    assert Counter(pair.kind for pair in pairs) == {
        "object": 24, "attribute": 28, "pronoun": 12, "correction": 11, "new": 25,
    }  # fmt: skip
    assert len({(pair.question, pair.followup) for pair in pairs}) == len(pairs)


@pytest.mark.parametrize("name", ["shop", "tea", "skincare"])
def test_every_answer_is_an_entry_and_no_question_is_one_word_for_word(name: str) -> None:
    entries = rows(f"{name}/faq.jsonl")
    pairs = [Pair(**row) for row in rows(f"{name}/followups.jsonl")]

    entry_ids = {entry["id"] for entry in entries}
    followup_texts = {pair.followup for pair in pairs if pair.kind != "new"}

    assert len(entry_ids) == len(entries)
    assert {p.entry for p in pairs} | {p.expected for p in pairs} <= entry_ids
    assert not followup_texts & {text for e in entries for text in (e["question"], *e["variants"])}


def test_the_table_has_a_row_for_each_way() -> None:
    figures = {"alone": {"dev": 0.5, "test": 0.571}, "kept": {"dev": 1.0, "test": 0.9}}

    table = followups.markdown(figures)

    assert table.splitlines() == [
        "| hit@1 | dev | test |",
        "| --- | ---: | ---: |",
        "| alone | 0.500 | 0.571 |",
        "| kept | 1.000 | 0.900 |",
    ]


def test_in_a_row_each_message_is_read_after_the_one_before_it() -> None:
    readings = unrelated.in_a_row(["羽绒服怎么洗", "那毛衣呢", "怎么注销账号", "要多久"])

    assert [reading.standalone_question for reading in readings] == [
        "羽绒服怎么洗", "毛衣怎么洗", "怎么注销账号", "注销账号要多久",
    ]  # fmt: skip


@pytest.mark.weights
@pytest.mark.timeout(240)
async def test_85_of_100_follow_ups_find_their_entry_with_the_shipped_model() -> None:
    figures = await followups.measure(HERE / "shop")

    best_figures = figures["rewritten and blended (kept)"]
    assert best_figures["test"] >= 0.85
    assert best_figures["new topics"] >= figures["alone"]["new topics"] - 0.04  # one of 25
    assert best_figures["test"] >= max(figures[way]["test"] for way in followups.WAYS) - 0.02
