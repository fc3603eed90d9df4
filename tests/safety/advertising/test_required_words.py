"""The words that patterns require: no match is ever missed for want of them."""

import pytest

from app.safety.advertising.folding import fold_with_places
from app.safety.advertising.required_words import list_requirements
from app.safety.advertising.rulebook import build_shipped_rulebook
from tests.safety.advertising.test_sentences import read_sentences

RULEBOOK = build_shipped_rulebook()


@pytest.mark.parametrize(
    ("pattern", "requirements"),
    [
        ("国家级", [("国家级",)]),
        ("降血[压脂]", [("降血压 降血脂",)]),
        ("(?:降|调)血压?", [("降血 降血压 调血 调血压",)]),
        ("保证.{0,4}(?:收益|回报)", [("保证", "收益 回报")]),
        ("第一|唯一", [("第一",), ("唯一",)]),
        ("(?i)LV", [("lv",)]),
        ("稳赚(?:不赔)?", [("稳赚 稳赚不赔",)]),
        (r"\p{Han}{2,4}", [()]),
        ("[^,]{0,3}最?", [()]),
        ("(?<name>坏的", [()]),
    ],
)
def test_requirements_are_told_from_the_pattern(
    pattern: str, requirements: list[tuple[str, ...]]
) -> None:
    expected = [tuple(frozenset(words.split()) for words in sets) for sets in requirements]

    assert list(map(set, list_requirements(pattern))) == list(map(set, expected))


def test_every_pattern_that_matches_is_selected() -> None:
    texts = [text for name in ("unlawful.txt", "lawful.txt") for _, text in read_sentences(name)]
    # Each fifth sentence: every pattern over all of them takes 17 s.
    texts = [*texts[::5], *(each.rule.example for each in RULEBOOK.rules)]

    missed = []
    for letters in (fold_with_places(text).letters for text in texts):
        selected = {id(pattern) for _, pattern in RULEBOOK.index.select(letters)}
        missed += [
            (letters, RULEBOOK.rules[index].rule.id)
            for index, pattern in RULEBOOK.index.patterns
            if id(pattern) not in selected and pattern.search(letters)
        ]

    assert missed == []
