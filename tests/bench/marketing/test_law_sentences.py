"""The 300 sentences of the Advertising-Law check, as README.md beside them describes them."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

SENTENCES = Path(__file__).parent / "advertising_law" / "sentences.jsonl"
INDUSTRIES = {"general", "food", "health", "cosmetics", "finance", "education", "realestate"}
FIELDS = ["id", "text", "industry", "lawful", "basis", "kind", "source", "group", "part"]


def read_sentences() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SENTENCES.read_text("utf-8").splitlines()]


def test_both_parts_are_half_lawful() -> None:
    sentences = read_sentences()

    sizes = Counter((sentence["part"], sentence["lawful"]) for sentence in sentences)

    assert sizes == {
        ("tune", True): 75, ("tune", False): 75, ("held", True): 75, ("held", False): 75,
    }  # fmt: skip


def test_every_sentence_has_its_fields_and_no_text_comes_twice() -> None:
    sentences = read_sentences()

    texts = {sentence["text"] for sentence in sentences}
    ids = {sentence["id"] for sentence in sentences}

    assert (len(texts), len(ids)) == (300, 300)
    assert [sentence for sentence in sentences if list(sentence) != FIELDS] == []
    assert [text for text in texts if not 6 <= len(text) <= 80] == []


def test_each_industry_has_lawful_and_unlawful_sentences_in_both_parts() -> None:
    sentences = read_sentences()

    cells = {(sentence["industry"], sentence["lawful"], sentence["part"]) for sentence in sentences}

    assert cells == {
        (industry, lawful, part)
        for industry in INDUSTRIES
        for lawful in (True, False)
        for part in ("tune", "held")
    }


def test_no_pair_is_split() -> None:
    sentences = read_sentences()

    parts = {(sentence["group"], sentence["part"]) for sentence in sentences}

    assert len(parts) == len({group for group, _ in parts})
