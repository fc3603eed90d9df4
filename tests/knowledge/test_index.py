"""Search over one account's entries."""

from dataclasses import replace

import numpy as np
import pytest

from app.inference.fakes import FakeClassifier
from app.inference.ports import Judgement
from app.knowledge.index import Index, Query, largest
from app.knowledge.store import Kept
from app.knowledge.values import Entry, Found, name
from app.knowledge.words import words

SHIP = Entry("ship", "多久发货", ("什么时候能发出", "几天寄出"), "48 小时内。")
BILL = Entry("bill", "可以开发票吗", ("发票怎么开",), "可以。")
STORE = Entry("store", "有实体店吗", (), "杭州一家。")


async def read(text: str, model: str = "fake-1") -> Query:
    [judged] = await FakeClassifier().classify([text])
    assert isinstance(judged, Judgement)
    return Query(text, judged.vector, model)


async def kept(entry: Entry, revision: int, model: str = "fake-1") -> Kept:
    vectors = [(await read(text)).vector for text in entry.texts]
    return Kept(entry, np.stack(vectors), model, revision=revision)


@pytest.fixture
async def index() -> Index:
    return Index().changed([await kept(e, at) for at, e in enumerate((SHIP, BILL, STORE), 1)])


@pytest.mark.parametrize(
    ("asked", "best"),
    [("什么时候能发出呀", "ship"), ("几天寄", "ship"), ("开发票", "bill"), ("实体店在哪", "store")],
)
async def test_the_entry_that_is_asked_for_comes_first(index: Index, asked: str, best: str) -> None:
    [found] = index.search([await read(asked)], 3)

    assert found.hits[0].id == best
    assert [hit.score for hit in found.hits] == sorted(
        (hit.score for hit in found.hits), reverse=True
    )


async def test_what_nobody_asked_is_answerable_by_its_own_words_and_a_stranger_is_not(
    index: Index,
) -> None:
    own, stranger = index.search([await read("发票怎么开"), await read("zebra quagga")], 2)

    assert (own.answerable, stranger.answerable) == (True, False)
    assert len(own.hits) == len(stranger.hits) == 2


async def test_a_changed_entry_takes_the_place_of_the_old_and_a_deleted_one_is_gone(
    index: Index,
) -> None:
    other = replace(SHIP, question="能开普票吗", variants=(), answer="能。")
    gone = Kept(replace(BILL, question="", variants=(), answer=""), np.zeros((0, 0)), "", True, 5)

    later = index.changed([await kept(other, 4), gone])

    assert (index.revision, later.revision) == (3, 5)
    [found] = later.search([await read("能开普票吗")], 9)
    assert found.hits[0].id == "ship"
    assert {hit.id for hit in found.hits} == {"ship", "store"}
    assert found.hits[0].answer == "能。"


async def test_vectors_of_two_models_are_not_compared(index: Index) -> None:
    both = index.changed([await kept(BILL, 4, model="fake-2")])

    [found] = both.search([await read("有实体店吗", model="fake-2")], 3)
    [same] = both.search([await read("发票怎么开", model="fake-2")], 3)

    assert same.hits[0].score > found.hits[0].score  # the words alone are less


async def test_an_empty_index_finds_nothing() -> None:
    assert Index().search([await read("好")], 3) == [Found(False, ())]


def test_words_are_in_small_letters_without_punctuation_and_pairs_help_them() -> None:
    assert {"iphone15", "退货", "货地", "地址"} <= set(words("ＩＰｈｏｎｅ15 退货地址？"))
    assert words("？！") == []


def test_a_question_names_its_entry_however_it_is_spaced() -> None:
    assert name("多久 发货?") == name("多久发货？") != name("多久到货？")


@pytest.mark.parametrize("size", [1, 5, 700, 5000])
@pytest.mark.parametrize("k", [1, 3, 9])
def test_the_largest_are_found_in_order(size: int, k: int) -> None:
    values = np.random.default_rng(size).permutation(size).astype(np.float32)

    found = largest(values, k)

    assert values[found].tolist() == sorted(values.tolist(), reverse=True)[:k]


async def test_an_entry_is_named_once_however_many_of_its_texts_are_near() -> None:
    many = Entry("many", "发票", tuple(f"发票{mark}" for mark in "吗呢啊吧呀"), "可以。")
    index = Index().changed([await kept(many, 1), await kept(STORE, 2)])

    [found] = index.search([await read("发票")], 2)

    assert [hit.id for hit in found.hits] == ["many", "store"]
