"""Questions put together by their vectors alone."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage

from app.knowledge.gaps.clusters import Cluster, Gap, build_clusters, link_rows, pick_distinct

ALIKE = 0.8


def gap(name: str, times: int, *vector: float) -> Gap:
    long = np.array(vector, np.float32)
    text = "有停车场吗"  # that words differ is told apart elsewhere
    return Gap(
        id=name,
        text=text,
        times=times,
        first=0,
        last=float(len(name)),
        vector=long / np.linalg.norm(long),
    )


def ids(clusters: list[Cluster]) -> list[list[str]]:
    return [[gap.id for gap in each.gaps] for each in clusters]


@st.composite
def many(draw: st.DrawFn) -> list[Gap]:
    places = draw(st.lists(st.tuples(*[st.integers(-3, 3)] * 3), max_size=40))
    times = draw(st.lists(st.integers(1, 9), min_size=len(places), max_size=len(places)))
    return [
        gap(str(n), t, *place, 1) for n, (place, t) in enumerate(zip(places, times, strict=True))
    ]


def test_what_was_asked_most_comes_first_and_its_middle_stands_for_it() -> None:
    ship = [gap("left", 2, 1, 0.3, 0), gap("middle", 1, 1, 0, 0), gap("right", 3, 1, -0.3, 0)]
    bill = [gap("bill", 7, 0, 0, 1)]
    alone = [gap("alone", 1, -1, 0, 0)]

    clusters = build_clusters([*alone, *ship, *bill], ALIKE)

    assert ids(clusters) == [["bill"], ["middle", "right", "left"], ["alone"]]
    assert [(each.times, each.centre.id) for each in clusters] == [
        (7, "bill"),
        (6, "middle"),
        (1, "alone"),
    ]


def test_what_names_other_things_is_apart_however_alike_the_vectors_are() -> None:
    texts = ["龙井多少钱", "碧螺春多少钱", "龙井怎么卖", "100克龙井多少钱", "龙井什么价格"]
    near = [gap(str(n), 9 - n, 1, *(0.53 * np.eye(5)[n])) for n in range(5)]  # cosines of .78
    gaps = [replace(each, text=text) for each, text in zip(near, texts, strict=True)]

    assert sorted(sorted(each) for each in ids(build_clusters(gaps, 0.75))) == [
        ["0", "2", "4"], ["1"], ["3"],
    ]  # fmt: skip


def test_nothing_is_no_cluster() -> None:
    assert build_clusters([], ALIKE) == []
    assert pick_distinct([], 20, 0.97) == []


@given(many())
def test_each_question_is_in_one_cluster(gaps: list[Gap]) -> None:
    clusters = build_clusters(gaps, ALIKE)

    assert sorted(name for each in ids(clusters) for name in each) == sorted(g.id for g in gaps)
    assert [each.times for each in clusters] == sorted(
        (each.times for each in clusters), reverse=True
    )
    assert sum(each.times for each in clusters) == sum(gap.times for gap in gaps)


@given(many())
def test_no_two_clusters_are_alike_on_average(gaps: list[Gap]) -> None:
    clusters = build_clusters(gaps, ALIKE)

    means = [np.mean([gap.vector for gap in each.gaps], 0) for each in clusters]
    others = [a @ b for i, a in enumerate(means) for b in means[:i]]
    assert max(others, default=0) < ALIKE + 1e-5


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("alike", [0.5, 0.8, 0.95])
def test_groups_are_those_of_scipy(seed: int, alike: float) -> None:
    places = np.random.default_rng(seed).normal([3, 0, 0, 0], size=(60, 4))
    vectors = (places / np.linalg.norm(places, axis=1, keepdims=True)).astype(np.float32)

    groups = link_rows(vectors @ vectors.T, alike)

    apart = 1 - (vectors @ vectors.T)[np.triu_indices(60, 1)]
    labels = fcluster(linkage(apart, "average"), 1 - alike, "distance")
    theirs = [np.flatnonzero(labels == label).tolist() for label in set(labels)]
    assert sorted(map(sorted, groups)) == sorted(theirs)


@given(many(), st.integers(0, 10))
def test_doubles_are_dropped_and_the_order_stays(gaps: list[Gap], most: int) -> None:
    picks = pick_distinct(gaps, most, 0.97)

    places = [gaps.index(each) for each in picks]
    assert places == sorted(places)
    assert len(picks) <= most
    near = [a.vector @ b.vector for a in picks for b in picks if a.id < b.id]
    assert max(near, default=0) < 0.97 + 1e-5
    assert picks[:1] == gaps[: min(1, most)]
