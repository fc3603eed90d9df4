"""The fit of the click model's head on very few rows."""

import pytest
import torch

from models.data.files import BadData
from models.training.clicks.design import Design
from models.training.clicks.head import HeadFit, fit_head


def make_design(inputs: torch.Tensor) -> Design:
    """Logistic regression on differences of pairs (m, F)."""

    def loss(logits: torch.Tensor, _batch: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.softplus(-logits).mean()

    return Design(inputs, loss, has_level=False)


@pytest.mark.parametrize("epochs", [0.1, 1, 2, 3])
def test_three_pairs_are_learnt_from_in_few_epochs(epochs: float) -> None:
    design = make_design(torch.tensor([[1.0, 0.0], [1.0, 0.1], [1.0, -0.1]]))

    weight, _ = fit_head(design, HeadFit(epochs=epochs))

    assert weight[0] > 0


def test_no_pair_to_learn_from_is_refused() -> None:
    with pytest.raises(BadData, match="no rows are left to learn from: give more tests"):
        fit_head(make_design(torch.zeros(0, 2)), HeadFit(epochs=1))
