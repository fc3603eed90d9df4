"""Sentences of our own, neighbours of what the rules were written for: `industry|text` a line."""

from pathlib import Path
from typing import cast

import pytest

from app.safety.advertising.checking import check
from app.safety.advertising.rulebook import build_shipped_rulebook
from app.safety.advertising.values import Industry

RULEBOOK = build_shipped_rulebook()


def read_sentences(name: str) -> list[tuple[Industry, str]]:
    path = Path(__file__).parent / "sentences" / name
    pairs = [line.split("|", 1) for line in path.read_text("utf-8").splitlines()]
    return [(cast(Industry, industry), text) for industry, text in pairs]


@pytest.mark.parametrize(
    ("name", "is_lawful"),
    [
        ("unlawful.txt", False),
        ("lawful.txt", True),
        ("unlawful_denials.txt", False),
        ("lawful_denials.txt", True),
        ("unlawful_services.txt", False),
        ("lawful_services.txt", True),
    ],
)
def test_sentences_are_told_apart(name: str, is_lawful: bool) -> None:
    sentences = read_sentences(name)

    wrong = [
        text
        for industry, text in sentences
        if (check(text, industry, RULEBOOK) == ()) is not is_lawful
    ]

    assert wrong == []


def test_each_suggestion_passes_by_itself() -> None:
    suggestions = {
        (industry, finding.suggestion)
        for industry, text in read_sentences("unlawful.txt")
        for finding in check(text, industry, RULEBOOK)
    }

    failing = [each for each in suggestions if check(each[1], each[0], RULEBOOK)]

    assert failing == []
