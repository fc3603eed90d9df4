"""The network over pairs of a question and a candidate."""

import numpy as np
import pytest
import torch

from models.search.alignment import PAIR_FEATURES, TOKEN_FEATURES, Features
from models.search.network import Network, Shape, drop_columns, stack_pairs

SHAPE = Shape(hidden=8, width=8, layers=1, heads=2)


def pair_of(lengths: tuple[int, int, int]) -> tuple[list[torch.Tensor], Features]:
    """Random states of a question, a heading and a text, and zeros as their features."""
    states = [torch.randn(length, SHAPE.width) for length in lengths]
    tokens = np.zeros((sum(lengths), TOKEN_FEATURES), np.float32)
    return states, Features(tokens, np.zeros(PAIR_FEATURES, np.float32))


@pytest.mark.parametrize("training", [False, True])
def test_pairs_of_the_cpu_are_scored_by_a_network_elsewhere(training: bool) -> None:
    first, second = pair_of((3, 2, 4)), pair_of((2, 2, 2))
    network = Network(SHAPE).train(training).to("meta")

    logits = network(stack_pairs([first[0], second[0]], [first[1], second[1]]))

    assert (logits.shape, logits.device.type) == ((2,), "meta")


def test_a_seed_drops_the_same_columns_for_all_tokens_of_a_pair() -> None:
    torch.manual_seed(7)
    dropped = drop_columns(torch.ones(2, 5, 100), 0.5)

    torch.manual_seed(7)
    expected = (torch.rand(2, 1, 100) >= 0.5).float() * 2
    torch.testing.assert_close(dropped, expected.expand(2, 5, 100))
