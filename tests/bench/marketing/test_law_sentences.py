"""The sentences of the Advertising-Law check, as README.md beside them describes them."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.bench.marketing.law import SENTENCES, SUBTLE

INDUSTRIES = {"general", "food", "health", "cosmetics", "finance", "education", "realestate"}
FIELDS = ["id", "text", "industry", "lawful", "basis", "kind", "source", "group", "part"]


pytestmark = pytest.mark.parametrize(("path", "size"), [(SENTENCES, 75), (SUBTLE, 60)])


def read_sentences(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_both_parts_are_half_lawful(path: Path, size: int) -> None:
    sentences = read_sentences(path)

    sizes = Counter((sentence["part"], sentence["lawful"]) for sentence in sentences)

    assert sizes == {
        ("tune", True): size,
        ("tune", False): size,
        ("held", True): size,
        ("held", False): size,
    }


def test_every_sentence_has_its_fields_and_no_text_comes_twice(path: Path, size: int) -> None:
    sentences = read_sentences(path)

    texts = {sentence["text"] for sentence in sentences}
    ids = {sentence["id"] for sentence in sentences}

    assert (len(texts), len(ids)) == (4 * size, 4 * size)
    assert [sentence for sentence in sentences if list(sentence) != FIELDS] == []
    assert [text for text in texts if not 6 <= len(text) <= 80] == []


def test_each_industry_has_lawful_and_unlawful_sentences_in_both_parts(
    path: Path, size: int
) -> None:
    sentences = read_sentences(path)

    cells = {(sentence["industry"], sentence["lawful"], sentence["part"]) for sentence in sentences}

    assert cells == {
        (industry, lawful, part)
        for industry in INDUSTRIES
        for lawful in (True, False)
        for part in ("tune", "held")
    }


def test_no_pair_is_split(path: Path, size: int) -> None:
    sentences = read_sentences(path)

    parts = {(sentence["group"], sentence["part"]) for sentence in sentences}

    assert len(parts) == len({group for group, _ in parts})
