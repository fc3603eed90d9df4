"""The measurement of recommendation, on a few followers whose taste is known."""

from pathlib import Path

import numpy as np

from tests.bench.marketing.recommendation.hits import measure_by_time, measure_last_items
from tests.bench.marketing.recommendation.latency import build_index, measure_index
from tests.bench.marketing.recommendation.new_items import measure_new_items
from tests.bench.marketing.recommendation.ratings import Ratings, read_ratings


def make_ratings(followers: int = 30, items: int = 60) -> Ratings:
    """Each follower sees films of one of three kinds, one after another in the order of ids."""
    columns = [
        (follower, (3 * step + follower) % items, 100.0 * follower + step)
        for follower in range(followers)
        for step in range(8 + follower % 5)
    ]
    rows = np.array(columns)
    return Ratings(
        followers=rows[:, 0].astype(int),
        items=rows[:, 1].astype(int),
        times=rows[:, 2],
        titles=[f"film {number}" for number in range(items)],
        genres=[(f"kind {number % 3}",) for number in range(items)],
    )


def test_ratings_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "movielens-100k"
    folder.mkdir()
    (folder / "ml-100k.item").write_text(
        "head\n7\tHeat\t1995\tCrime Drama\n9\tFargo\t1996\tCrime\n"
    )
    (folder / "ml-100k.inter").write_text("head\n5\t9\t3\t20\n2\t7\t1\t20\n5\t7\t4\t20\n")

    ratings = read_ratings(tmp_path)

    assert (ratings.titles, ratings.genres) == (["Heat", "Fargo"], [("Crime", "Drama"), ("Crime",)])
    assert ratings.sort().items.tolist() == [0, 1, 0]
    assert ratings.sort(ratings.items).items.tolist() == [0, 0, 1]


def test_the_ranker_finds_what_comes_next() -> None:
    hits = measure_last_items(make_ratings().sort())

    assert {name: len(each) for name, each in hits.items()} == {
        "popularity": 30, "ease": 30, "ranker": 30,
    }  # fmt: skip
    assert hits["ranker"].sum() >= 28


def test_the_split_by_time_predicts_late_followers_only() -> None:
    hits = measure_by_time(make_ratings().sort())

    assert {len(each) for each in hits.values()} == {6}


def test_new_items_are_found_by_their_text() -> None:
    ratings = make_ratings()
    kinds = np.eye(3)[np.arange(60) % 3]

    rates = measure_new_items(
        ratings.sort(), ratings.titles, ratings.genres, lambda texts: kinds[: len(texts)]
    )

    assert rates["text"] >= rates["nothing known"]
    assert set(rates) == {
        "nothing known", "popularity of the genres", "text", "popularity, were it known",
    }  # fmt: skip


def test_the_time_of_an_answer_is_measured() -> None:
    figures = measure_index(build_index(items=50, followers=5), answers=3)

    assert [figure.what for figure in figures] == [
        "recommendation for one follower, 50 items, p95 (p50, p99)",
        "fit of the index, 50 items, 32 reads",
    ]
