"""BM25 with what came since: as good as counted anew."""

import numpy as np
import pytest

from app.knowledge.search.lexicon import Bm25Base, Lexicon
from app.knowledge.search.words import split_words

TEXTS = (
    "多久发货", "什么时候能发出", "可以开发票吗", "发票怎么开", "有实体店吗", "能退货吗",
    "退货运费谁出", "会员积分怎么用", "优惠券用不了", "快递到哪里了", "能改地址吗", "尺码偏大吗",
)  # fmt: skip


def cut(*texts: str) -> dict[str, list[list[str]]]:
    return {text: [split_words(text)] for text in texts}


def shares(words: dict[str, list[list[str]]], counted: Bm25Base, question: str) -> np.ndarray:
    return Lexicon(words, counted).shares(split_words(question))


@pytest.mark.parametrize("query", ["发票怎么开", "退货的运费", "我的会员积分", "zebra", "，。"])
def test_one_by_one_scores_as_counted_in_one_go(query: str) -> None:
    words = cut(*TEXTS)

    one_by_one = shares(words, Bm25Base(), query)

    np.testing.assert_allclose(one_by_one, shares(words, Bm25Base.of(words), query), atol=1e-6)


def test_what_is_new_and_what_is_gone_hardly_moves_the_others() -> None:
    before = cut(*TEXTS)
    after = {text: before[text] for text in TEXTS if text != "有实体店吗"} | cut("发票抬头怎么改")

    kept_up = shares(after, Bm25Base.of(before), "发票抬头")

    anew = shares(after, Bm25Base.of(after), "发票抬头")
    assert int(kept_up.argmax()) == int(anew.argmax()) == len(after) - 1
    np.testing.assert_allclose(kept_up, anew, atol=0.1)


def test_a_changed_entry_is_scored_by_its_new_words() -> None:
    before = {"a": [split_words("多久发货")], "b": [split_words("能退货吗")]}
    after = {"b": before["b"], "a": [split_words("开发票吗"), split_words("开票")]}

    scores = shares(after, Bm25Base.of(before), "开发票吗")

    assert scores.shape == (3,)
    assert int(scores.argmax()) == 1


def test_a_twentieth_of_change_wears_it() -> None:
    many = {str(at): [[str(at)]] for at in range(100)}
    counted = Bm25Base.of(many)
    fewer = {key: its for key, its in many.items() if int(key) >= 5}
    more = many | {f"new{at}": [["new"]] for at in range(5)}

    assert not any(Lexicon(cut, counted).needs_compaction for cut in (many, more))
    assert all(
        Lexicon(cut, counted).needs_compaction for cut in (fewer, more | {"one": [["too many"]]})
    )


def test_texts_without_a_word_are_nothing_to_count_again() -> None:
    dots = {"a": [split_words("。。。")], "b": [split_words("！")]}

    lexicon = Lexicon(dots, Bm25Base.of(dots))

    assert not lexicon.needs_compaction
    assert lexicon.shares(split_words("发票")).tolist() == [0.0, 0.0]
