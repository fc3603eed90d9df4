"""Signals of behaviour: who read what after what, and what that says of items."""

import numpy as np
import pytest

from app.marketing.recommend.ranking.ease import fit_ease
from app.marketing.recommend.ranking.interactions import Interactions, sort_interactions
from app.marketing.recommend.ranking.popularity import DAY, count_recent_reads
from app.marketing.recommend.ranking.signals import at_time, fit_signals
from app.marketing.recommend.ranking.transitions import count_transitions


def make_interactions(*histories: list[int], items: int) -> Interactions:
    """Each follower reads an item a second."""
    rows = [
        (follower, item, second)
        for follower, history in enumerate(histories)
        for second, item in enumerate(history)
    ]
    columns = np.array(rows).T
    return sort_interactions(*columns, counts=(len(histories), items))


def test_interactions_are_sorted_and_a_repeated_one_counts_once_at_its_latest_time() -> None:
    followers, items = np.array([1, 0, 1, 1]), np.array([5, 2, 3, 5])
    times = np.array([10.0, 4.0, 20.0, 30.0])

    interactions = sort_interactions(followers, items, times, counts=(3, 6))

    assert [history.tolist() for history in interactions.split_histories()] == [[2], [3, 5], []]
    assert interactions.times.tolist() == [4.0, 20.0, 30.0]


def test_interactions_of_one_second_stay_in_the_order_given() -> None:
    followers, items, times = np.zeros(3, int), np.array([2, 0, 1]), np.zeros(3)

    interactions = sort_interactions(followers, items, times, counts=(1, 3))

    assert interactions.items.tolist() == [2, 0, 1]


def test_each_follower_s_last_items_are_dropped() -> None:
    interactions = make_interactions([0, 1, 2], [3], [], items=4)

    earlier = interactions.drop_last(1)

    assert [history.tolist() for history in earlier.split_histories()] == [[0, 1], [], []]


def test_ease_solves_the_ridge_regression_without_a_diagonal() -> None:
    interactions = make_interactions([0, 1], [0, 1, 2], [1, 2], [0], items=4)
    matrix = interactions.build_matrix().toarray().astype(float)
    ridge = 2.0

    weights = fit_ease(interactions, ridge=ridge).toarray()

    # Where the diagonal is free, the gradient of the ridge regression is 0.
    gradient = matrix.T @ (matrix @ weights - matrix) + ridge * weights
    np.fill_diagonal(gradient, 0)
    assert np.abs(gradient).max() < 1e-5
    assert np.abs(np.diag(weights)).max() == 0


def test_ease_of_many_items_is_that_of_those_most_read() -> None:
    interactions = make_interactions([0, 1, 2], [0, 1], [0, 1], items=5)

    weights = fit_ease(interactions, most_items=2).toarray()

    assert set(zip(*np.nonzero(weights), strict=True)) == {(0, 1), (1, 0)}


def test_a_transition_weighs_more_forward_than_back_and_less_with_distance() -> None:
    interactions = make_interactions([0, 1, 2], items=3)

    weights = count_transitions(interactions).toarray() * 11  # (1 reader + 10) of each item

    assert weights == pytest.approx(np.array([[0, 1, 0.9], [0.5, 0, 1], [0.45, 0.5, 0]]))


def test_a_read_loses_half_of_its_weight_in_five_days_and_later_ones_don_t_count() -> None:
    times = np.array([0.0, 5 * DAY, 11 * DAY])
    interactions = sort_interactions(np.arange(3), np.zeros(3, int), times, counts=(3, 2))

    recent = count_recent_reads(interactions, 10 * DAY)

    assert recent.tolist() == [0.75, 0.0]


def test_signals_of_another_time_have_its_trend_and_what_leads_then() -> None:
    signals = fit_signals(make_interactions([0, 1], [1, 0], items=2), 0.0)

    later = at_time(signals, make_interactions([1], [1], items=2), 1.0)

    assert (later.readers.tolist(), later.leaders[1].tolist()) == ([0, 2], [1])
