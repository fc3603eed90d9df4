"""BM25 with what came since: as good as counted anew."""

import numpy as np
import pytest

from app.knowledge.search.lexicon import Counted, Lexicon
from app.knowledge.search.words import words

TEXTS = (
    "多久发货", "什么时候能发出", "可以开发票吗", "发票怎么开", "有实体店吗", "能退货吗",
    "退货运费谁出", "会员积分怎么用", "优惠券用不了", "快递到哪里了", "能改地址吗", "尺码偏大吗",
)  # fmt: skip


def cut(*texts: str) -> dict[str, list[list[str]]]:
    return {text: [words(text)] for text in texts}


def shares(known: dict[str, list[list[str]]], counted: Counted, asked: str) -> np.ndarray:
    return Lexicon(known, counted).shares(words(asked))


@pytest.mark.parametrize("asked", ["发票怎么开", "退货的运费", "我的会员积分", "zebra", "，。"])
def test_one_by_one_scores_as_counted_in_one_go(asked: str) -> None:
    known = cut(*TEXTS)

    one_by_one = shares(known, Counted(), asked)

    np.testing.assert_allclose(one_by_one, shares(known, Counted.of(known), asked), atol=1e-6)


def test_what_is_new_and_what_is_gone_hardly_moves_the_others() -> None:
    before = cut(*TEXTS)
    after = {text: before[text] for text in TEXTS if text != "有实体店吗"} | cut("发票抬头怎么改")

    kept_up = shares(after, Counted.of(before), "发票抬头")

    anew = shares(after, Counted.of(after), "发票抬头")
    assert int(kept_up.argmax()) == int(anew.argmax()) == len(after) - 1
    np.testing.assert_allclose(kept_up, anew, atol=0.1)


def test_a_changed_entry_is_scored_by_its_new_words() -> None:
    before = {"a": [words("多久发货")], "b": [words("能退货吗")]}
    after = {"b": before["b"], "a": [words("开发票吗"), words("开票")]}

    found = shares(after, Counted.of(before), "开发票吗")

    assert found.shape == (3,)
    assert int(found.argmax()) == 1


def test_a_twentieth_of_change_wears_it() -> None:
    many = {str(at): [[str(at)]] for at in range(100)}
    counted = Counted.of(many)
    fewer = {key: its for key, its in many.items() if int(key) >= 5}
    more = many | {f"new{at}": [["new"]] for at in range(5)}

    assert not any(Lexicon(cut, counted).worn for cut in (many, more))
    assert all(Lexicon(cut, counted).worn for cut in (fewer, more | {"one": [["too many"]]}))


def test_texts_without_a_word_are_nothing_to_count_again() -> None:
    dots = {"a": [words("。。。")], "b": [words("！")]}

    lexicon = Lexicon(dots, Counted.of(dots))

    assert not lexicon.worn
    assert lexicon.shares(words("发票")).tolist() == [0.0, 0.0]
