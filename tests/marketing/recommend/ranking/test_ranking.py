"""Candidates, the ranker's weights, and what is chosen of a ranking."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.marketing.recommend.ranking.candidates import find_candidates
from app.marketing.recommend.ranking.features import FEATURES
from app.marketing.recommend.ranking.interactions import sort_interactions
from app.marketing.recommend.ranking.ranker import PRIOR, OfferChoice, fit_weights
from app.marketing.recommend.ranking.selection import SelectionPolicy, select_items
from app.marketing.recommend.ranking.signals import ItemFacts, fit_signals
from app.marketing.recommend.ranking.texts import build_item_vectors
from app.marketing.recommend.ranking.training import train_ranker

ITEMS = 12


@st.composite
def reads(draw: st.DrawFn) -> np.ndarray:
    """(n, 3) rows of follower, item and time; followers 0 to 4."""
    row = st.tuples(st.integers(0, 4), st.integers(0, ITEMS - 1), st.integers(0, 10**6))
    return np.array(draw(st.lists(row, min_size=1, max_size=60)))


def make_facts() -> ItemFacts:
    embeddings = np.random.default_rng(3).normal(size=(ITEMS, 8))
    return ItemFacts(
        published=np.linspace(0, 10**6, ITEMS),
        picked=np.arange(ITEMS) % 5 == 0,
        vectors=build_item_vectors(embeddings),
    )


@given(rows=reads(), mask=st.lists(st.booleans(), min_size=ITEMS, max_size=ITEMS))
def test_candidates_may_be_shown_and_were_not_read(rows: np.ndarray, mask: list[bool]) -> None:
    interactions = sort_interactions(*rows.T, counts=(5, ITEMS))
    signals = fit_signals(interactions, 1e6, make_facts())

    for history in interactions.split_histories():
        offered = find_candidates(signals, history, np.array(mask))

        assert set(offered.items.tolist()) == set(np.flatnonzero(mask)) - set(history.tolist())
        assert offered.features.shape == (len(offered.items), len(FEATURES))
        assert np.isfinite(offered.features).all()


@given(
    scores=st.lists(st.floats(-5, 5), max_size=30),
    count=st.integers(0, 8),
    exploration=st.floats(0, 1),
    seed=st.integers(0, 1000),
)
def test_no_item_is_chosen_twice(
    scores: list[float], count: int, exploration: float, seed: int
) -> None:
    size = len(scores)
    vectors = build_item_vectors(np.random.default_rng(1).normal(size=(size, 4)))
    policy = SelectionPolicy(count=count, exploration=exploration)

    selected = select_items(
        np.arange(size), np.array(scores), np.zeros(size), policy, vectors,
        np.random.default_rng(seed),
    )  # fmt: skip

    chosen = [each.item for each in selected]
    assert len(chosen) == len(set(chosen)) == min(count, size)


def test_a_likeness_of_what_is_chosen_goes_behind_another_item() -> None:
    embeddings = np.array([[1.0, 0], [1, 0.01], [-1, 0.3], [-0.9, -1]])
    vectors = build_item_vectors(embeddings)
    scores = np.array([3.0, 2.9, 2.5, 0.0])
    policy = SelectionPolicy(count=3, exploration=0)

    selected = select_items(
        np.arange(4), scores, np.zeros(4), policy, vectors, np.random.default_rng(0)
    )

    assert [each.item for each in selected] == [0, 2, 1]


def test_exploration_prefers_what_was_little_shown() -> None:
    exposures = np.array([0, 10_000])
    policy = SelectionPolicy(count=1, exploration=1)

    drawn = [
        select_items(
            np.arange(2), np.zeros(2), exposures, policy, None, np.random.default_rng(seed)
        )[0]
        for seed in range(50)
    ]

    assert {(each.item, each.is_explored) for each in drawn} == {(0, True)}


def test_weights_find_how_followers_choose() -> None:
    rng = np.random.default_rng(5)
    truth = np.array([1.0, -2.0, 0.5])
    choices = []
    for _ in range(3_000):
        features = rng.normal(size=(6, 3)).astype(np.float32)
        shares = np.exp(features @ truth)
        choices.append(OfferChoice(features, int(rng.choice(6, p=shares / shares.sum()))))

    weights = fit_weights(choices, prior=np.zeros(3))

    assert weights == pytest.approx(truth, abs=0.1)


def test_without_choices_the_weights_are_the_prior_s() -> None:
    one_read_each = sort_interactions(np.arange(3), np.arange(3), np.zeros(3), counts=(3, 3))

    weights = train_ranker(one_read_each)

    assert weights.tolist() == PRIOR.tolist()


def test_an_item_without_a_text_is_near_to_nothing() -> None:
    embeddings = np.random.default_rng(2).normal(size=(6, 4))
    embeddings[2] = 0

    vectors = build_item_vectors(embeddings)

    assert vectors.score(np.array([0, 1]), np.array([2])).tolist() == [0.0]
