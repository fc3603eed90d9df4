"""Nearest neighbours of the same intent."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors

from models.metrics import Unmeasurable, retrieval
from models.metrics.retrieval import Vectors

EAST, NORTH, NORTH_EAST = [1.0, 0.0], [0.0, 2.0], [3.0, 3.0]


def vectors(*rows: list[float]) -> Vectors:
    return np.array(rows, dtype=np.float32)


def test_ranks_are_by_cosine_and_not_by_length() -> None:
    corpus = vectors(EAST, NORTH, NORTH_EAST)

    ranks = retrieval.first_right_ranks(
        vectors([9, 1], [9, 1], [1, 9]), ["退货", "发货", "退货"], corpus, ["退货", "发货", "退货"]
    )

    assert ranks.tolist() == [1, 3, 2]


def test_figures_are_what_they_are_by_hand() -> None:
    figures = retrieval.figures(np.array([1.0, 2.0, 8.0, np.inf]))

    assert figures == {
        "n": 4, "recall@1": 0.25, "recall@5": 0.5, "mrr": pytest.approx((1 + 1 / 2 + 1 / 8) / 4),
    }  # fmt: skip


def test_a_label_that_the_corpus_lacks_is_never_found() -> None:
    ranks = retrieval.first_right_ranks(
        vectors(EAST), ["开票"], vectors(EAST, NORTH), ["退货", "发货"]
    )

    assert ranks.tolist() == [np.inf]


def test_a_wrong_neighbour_as_near_comes_first() -> None:
    ranks = retrieval.first_right_ranks(
        vectors(EAST), ["发货"], vectors(EAST, EAST), ["发货", "退货"]
    )

    assert ranks.tolist() == [2]


def test_every_interval_holds_its_figure() -> None:
    ranks = np.array([1.0, 2.0, 8.0, np.inf] * 30)

    figures, ends = retrieval.figures(ranks), retrieval.intervals(ranks)

    assert list(ends) == ["recall@1", "recall@5", "mrr"]
    for name, around in ends.items():
        assert around is not None
        assert around[0] < figures[name] < around[1]


@pytest.mark.parametrize(
    ("queries", "labels", "complaint"),
    [
        (vectors(EAST), [], "1 embeddings and 0 labels"),
        (np.empty((0, 2), np.float32), [], "0 embeddings and 0 labels"),
        (vectors([0, 0]), ["退货"], "zero or not finite"),
        (vectors([np.nan, 0]), ["退货"], "zero or not finite"),
    ],
)
def test_impossible_embeddings_are_refused(
    queries: Vectors, labels: list[str], complaint: str
) -> None:
    with pytest.raises(Unmeasurable, match=complaint):
        retrieval.first_right_ranks(queries, labels, vectors(EAST), ["退货"])


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=10)
def test_recall_is_that_of_scikit_learns_neighbours(seed: int) -> None:
    luck = np.random.default_rng(seed)
    more_than_a_chunk = retrieval.CHUNK + 9
    queries = luck.normal(size=(more_than_a_chunk, 8)).astype(np.float32)
    corpus = luck.normal(size=(300, 8)).astype(np.float32)
    labels, corpus_labels = (
        luck.integers(20, size=len(queries)),
        luck.integers(20, size=len(corpus)),
    )

    figures = retrieval.figures(
        retrieval.first_right_ranks(
            queries, list(map(str, labels)), corpus, list(map(str, corpus_labels))
        )
    )

    near = NearestNeighbors(n_neighbors=5, metric="cosine", algorithm="brute").fit(corpus)
    hits = corpus_labels[near.kneighbors(queries, return_distance=False)] == labels[:, None]
    assert figures["recall@1"] == pytest.approx(hits[:, 0].mean())
    assert figures["recall@5"] == pytest.approx(hits.any(1).mean())
