"""Perplexity."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.metrics import Unmeasurable, generation


def test_long_answers_weigh_more() -> None:
    figures = generation.figures([2.0, 8.0], [1, 9])

    assert figures == {"n": 2, "tokens": 10, "loss": 1.0, "perplexity": pytest.approx(math.e)}


@given(st.integers(2, 50_000), st.lists(st.integers(1, 200), min_size=1))
def test_a_model_that_knows_nothing_is_as_perplexed_as_there_are_tokens(
    vocabulary: int, lengths: list[int]
) -> None:
    losses = [length * math.log(vocabulary) for length in lengths]

    assert generation.figures(losses, lengths)["perplexity"] == pytest.approx(vocabulary)


def test_the_interval_holds_the_perplexity() -> None:
    losses, tokens = [2.0, 8.0, 5.0] * 30, [1, 9, 4] * 30

    around = generation.intervals(losses, tokens)["perplexity"]

    assert around is not None
    assert around[0] < generation.figures(losses, tokens)["perplexity"] < around[1]


@pytest.mark.parametrize(
    ("losses", "tokens", "complaint"),
    [
        ([], [], "0 losses and 0 lengths"),
        ([1.0], [1, 2], "1 losses and 2 lengths"),
        ([float("nan")], [1], "a loss of 0 nats or more"),
        ([-1.0], [1], "a loss of 0 nats or more"),
        ([1.0], [0], "at least one token"),
    ],
)
def test_impossible_answers_are_refused(
    losses: list[float], tokens: list[int], complaint: str
) -> None:
    with pytest.raises(Unmeasurable, match=complaint):
        generation.figures(losses, tokens)
