"""How logits become honest probabilities."""

import pytest
import torch

from models import regression


def logits_of(rights: int, wrongs: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Two classes, always as sure of the first; the label is the first or not."""
    sure = torch.tensor([[3.0, 0.0]]).expand(rights + wrongs, 2)
    return sure, torch.tensor([0] * rights + [1] * wrongs)


def test_a_temperature_makes_confidence_the_accuracy() -> None:
    logits, labels = logits_of(80, 20)

    heat = regression.temperature(logits, labels)

    assert float((logits[0] / heat).softmax(0)[0]) == pytest.approx(0.8, abs=0.01)


def test_an_even_temperature_needs_the_accuracy_alone() -> None:
    logits, _ = logits_of(50, 50)

    heat = regression.even_temperature(logits, 0.9)

    assert float((logits[0] / heat).softmax(0)[0]) == pytest.approx(0.9, abs=0.01)


def test_calibration_is_judged_as_if_labels_were_right() -> None:
    # 90 % sure and right; a third of the labels is wrong, spread over two other classes.
    probabilities = torch.tensor([[0.9, 0.05, 0.05]]).expand(3000, 3)
    share = 0.9 * (2 / 3) + 0.1 * (1 / 6)
    labels = torch.tensor([0] * round(3000 * share) + [1] * (3000 - round(3000 * share)))

    assert regression.calibration_error(probabilities, labels, 1 / 3) == pytest.approx(0, abs=1e-3)
    assert regression.calibration_error(probabilities, labels) == pytest.approx(
        0.9 - share, abs=1e-3
    )


def test_a_head_is_learnt_and_takes_embeddings_as_they_come() -> None:
    dice = torch.Generator().manual_seed(7)
    x = torch.randn(200, 4, generator=dice) * 5 + 3
    labels = (x[:, 0] > 3).long()

    head = regression.fit(x, labels, 2, c=1.0)

    assert float((head(x).argmax(1) == labels).float().mean()) > 0.97
