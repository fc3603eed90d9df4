"""What a rewritten text keeps of each unlawful sentence of our own: whole words."""

import functools
from itertools import accumulate

import rjieba

from app.safety.advertising.checking import check
from app.safety.advertising.clauses import iter_clauses
from app.safety.advertising.rewriting import rewrite
from app.safety.advertising.rulebook import build_shipped_rulebook
from app.safety.advertising.values import Industry
from tests.safety.advertising.test_sentences import read_sentences

RULEBOOK = build_shipped_rulebook()
# Names that the dictionary doesn't know, so that it joins their last character to what follows.
NAMES = {
    "薏米水", "鹿血酒", "桑叶茶", "足浴粉", "光疗仪", "男科新技术", "游泳班", "这款乳胶枕",
    "石墨烯护腰", "少儿编程课", "考研英语网课", "艾草足浴包", "这碗汤",
}  # fmt: skip


def passes_check(industry: Industry, text: str) -> bool:
    return check(text, industry, RULEBOOK) == ()


def find_cut_words(text: str, rewritten: str) -> list[str]:
    """Clauses of `rewritten` that begin as a clause of `text` and end inside a word of it."""
    beginnings = [clause.text for clause in iter_clauses(rewritten)]
    return [
        f"{beginning} of {original.text}"
        for original in iter_clauses(text)
        for beginning in beginnings
        if len(beginning) > 1 and beginning not in NAMES
        if original.text.startswith(beginning)
        if len(beginning) not in accumulate(map(len, rjieba.cut(original.text)))
    ]


def test_a_rewritten_text_keeps_no_half_of_a_word() -> None:
    faults: list[str] = []

    for industry, text in read_sentences("unlawful.txt"):
        passes = functools.partial(passes_check, industry)
        rewritten = rewrite(text, check(text, industry, RULEBOOK), passes).text
        faults += find_cut_words(text, rewritten)

    assert faults == []
