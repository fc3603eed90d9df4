"""Search over one account's entries."""

from dataclasses import replace

import numpy as np
import pytest

from app.inference.fakes import FakeClassifier
from app.inference.ports import Classification
from app.knowledge.entries.repository import StoredEntry
from app.knowledge.search.index import BaseSegment, Index
from app.knowledge.search.largest import find_largest
from app.knowledge.search.query import Blend, Query
from app.knowledge.search.words import split_words
from app.knowledge.values import Entry, SearchResult, make_entry_id
from app.messages.values import Text

SHIP = Entry("ship", "多久发货", ("什么时候能发出", "几天寄出"), Text(content="48 小时内。"))
BILL = Entry("bill", "可以开发票吗", ("发票怎么开",), Text(content="可以。"))
STORE = Entry("store", "有实体店吗", (), Text(content="杭州一家。"))


async def read(text: str, model: str = "fake-1") -> Query:
    [classification] = await FakeClassifier().classify([text])
    assert isinstance(classification, Classification)
    return Query(text, classification.vector, model)


async def stored_entry(entry: Entry, revision: int, model: str = "fake-1") -> StoredEntry:
    vectors = [(await read(text)).vector for text in entry.texts]
    return StoredEntry(entry, np.stack(vectors), model, revision=revision)


@pytest.fixture
async def index() -> Index:
    return Index().with_changes(
        [await stored_entry(e, at) for at, e in enumerate((SHIP, BILL, STORE), 1)]
    )


@pytest.mark.parametrize(
    ("query", "best"),
    [("什么时候能发出呀", "ship"), ("几天寄", "ship"), ("开发票", "bill"), ("实体店在哪", "store")],
)
async def test_the_entry_that_is_asked_for_comes_first(index: Index, query: str, best: str) -> None:
    [result] = index.search([await read(query)], 3)

    assert result.hits[0].id == best
    assert [hit.score for hit in result.hits] == sorted(
        (hit.score for hit in result.hits), reverse=True
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
    other = replace(SHIP, question="能开普票吗", variants=(), answer=Text(content="能。"))
    erased = replace(BILL, question="", variants=(), answer=Text(content=""))
    gone = StoredEntry(erased, np.zeros((0, 0)), "", True, 5)

    later = index.with_changes([await stored_entry(other, 4), gone])

    assert (index.revision, later.revision) == (3, 5)
    [result] = later.search([await read("能开普票吗")], 9)
    assert result.hits[0].id == "ship"
    assert {hit.id for hit in result.hits} == {"ship", "store"}
    assert result.hits[0].answer == Text(content="能。")


async def test_vectors_of_two_models_are_not_compared(index: Index) -> None:
    both = index.with_changes([await stored_entry(BILL, 4, model="fake-2")])

    [words_only] = both.search([await read("有实体店吗", model="fake-2")], 3)
    [same] = both.search([await read("发票怎么开", model="fake-2")], 3)

    assert same.hits[0].score > words_only.hits[0].score  # the words alone are less


async def test_an_empty_index_finds_nothing() -> None:
    assert Index().search([await read("好")], 3) == [SearchResult(False, ())]


def test_words_are_in_small_letters_without_punctuation_and_pairs_help_them() -> None:
    assert {"iphone15", "退货", "货地", "地址"} <= set(split_words("ＩＰｈｏｎｅ15 退货地址？"))
    assert split_words("？！") == []


def test_a_question_names_its_entry_however_it_is_spaced() -> None:
    assert make_entry_id("多久 发货?") == make_entry_id("多久发货？") != make_entry_id("多久到货？")


@pytest.mark.parametrize("size", [1, 5, 700, 5000])
@pytest.mark.parametrize("k", [1, 3, 9])
def test_the_largest_are_found_in_order(size: int, k: int) -> None:
    values = np.random.default_rng(size).permutation(size).astype(np.float32)

    positions = find_largest(values, k)

    assert values[positions].tolist() == sorted(values.tolist(), reverse=True)[:k]


async def test_an_entry_is_named_once_however_many_of_its_texts_are_near() -> None:
    many = Entry(
        "many", "发票", tuple(f"发票{mark}" for mark in "吗呢啊吧呀"), Text(content="可以。")
    )
    index = Index().with_changes([await stored_entry(many, 1), await stored_entry(STORE, 2)])

    [result] = index.search([await read("发票")], 2)

    assert [hit.id for hit in result.hits] == ["many", "store"]


def unit(draw: np.random.Generator, centres: np.ndarray) -> np.ndarray:
    moved = centres + draw.standard_normal(centres.shape, np.float32) * 0.03
    return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True))


def very_many() -> tuple[Index, np.ndarray]:
    """3,000 entries about 300 things, of which only 1,000 would be searched exactly."""
    draw = np.random.default_rng(1)
    things = draw.standard_normal((300, 64), np.float32)
    things /= np.linalg.norm(things, axis=1, keepdims=True)
    vectors = unit(draw, np.repeat(things, 10, 0))
    rows = [
        StoredEntry(
            Entry(f"e{at}", f"第{at}号", (), Text(content="好")),
            vectors[at : at + 1],
            "m",
            revision=1,
        )
        for at in range(len(vectors))
    ]
    loaded = Index(exact=1_000).with_changes(rows)
    return loaded.with_base(loaded.build_base()).prepare(), unit(draw, things)


def ids(results: list[SearchResult]) -> list[list[str]]:
    return [[hit.id for hit in each.hits] for each in results]


def test_among_very_many_the_likeliest_are_found_as_by_a_full_search() -> None:
    index, vectors = very_many()
    queries = [Query("哪个", vector, "m") for vector in vectors]

    narrowed = ids(index.search(queries, 3))

    full = ids(index.with_base(BaseSegment(index.base.bm25)).search(queries, 3))
    same = sum(len({*a} & {*b}) for a, b in zip(narrowed, full, strict=True))
    assert index.base.near is not None
    assert same / (3 * len(vectors)) > 0.98


def test_among_very_many_words_find_what_the_meaning_does_not() -> None:
    index, vectors = very_many()
    worded = replace(index, blend=Blend(words=1.0))

    [result] = worded.search([Query("第2718号", -vectors[0], "m")], 1)

    assert result.hits[0].id == "e2718"


def test_among_very_many_what_is_new_is_found_and_what_is_gone_is_not() -> None:
    index, vectors = very_many()
    [before] = index.search([Query("哪个", vectors[7], "m")], 1)
    gone = replace(index.stored_entries[before.hits[0].id], deleted=True, revision=2)
    new = StoredEntry(Entry("new", "新", (), Text(content="好")), vectors[7:8], "m", revision=3)

    [after] = index.with_changes([gone]).search([Query("哪个", vectors[7], "m")], 9)
    [later] = index.with_changes([gone, new]).search([Query("哪个", vectors[7], "m")], 1)

    assert before.hits[0].id not in {hit.id for hit in after.hits}
    assert later.hits[0].id == "new"


def test_among_very_many_another_models_vectors_are_searched_in_full() -> None:
    index, vectors = very_many()
    other = index.with_changes(
        [StoredEntry(Entry("new", "新", (), Text(content="好")), vectors[7:8], "n", revision=3)]
    )

    [result] = other.search([Query("哪个", vectors[7], "n")], 1)

    assert result.hits[0].id == "new"
