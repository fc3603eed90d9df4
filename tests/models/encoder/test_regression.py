"""How logits become honest probabilities."""

import pytest
import torch

from models.encoder import regression
from models.encoder.regression import ChoiceEmbeddings, LabelledEmbeddings, Linear


def logits_of(rights: int, wrongs: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Two classes, always as sure of the first; the label is the first or not."""
    sure = torch.tensor([[3.0, 0.0]]).expand(rights + wrongs, 2)
    return sure, torch.tensor([0] * rights + [1] * wrongs)


def test_a_temperature_makes_confidence_the_accuracy() -> None:
    logits, labels = logits_of(80, 20)

    heat = regression.fit_temperature(logits, labels)

    assert float((logits[0] / heat).softmax(0)[0]) == pytest.approx(0.8, abs=0.01)


def test_an_even_temperature_needs_the_accuracy_alone() -> None:
    logits, _ = logits_of(50, 50)

    heat = regression.fit_even_temperature(logits, 0.9)

    assert float((logits[0] / heat).softmax(0)[0]) == pytest.approx(0.9, abs=0.01)


def test_a_head_is_learnt_and_takes_embeddings_as_they_come() -> None:
    dice = torch.Generator().manual_seed(7)
    x = torch.randn(200, 4, generator=dice) * 5 + 3
    labels = (x[:, 0] > 3).long()

    head = regression.fit_logistic(x, labels, 2, c=1.0)

    assert float((head(x).argmax(1) == labels).float().mean()) > 0.97


def near(choices: ChoiceEmbeddings, nearness: float = 0.001) -> Linear:
    """A head of two old classes and a new one, near one that tells the old ones by their sign."""
    x = torch.tensor([[2.0, 0.0], [-2.0, 0.0], [0.0, 2.0], [0.0, -2.0]]).repeat(8, 1)
    begin = Linear(torch.tensor([[4.0, 0.0], [-4.0, 0.0], [0.0, 0.0]]), torch.tensor([0.0, 0, -2]))
    target = begin(x).softmax(1)
    return regression.fit_near(
        begin, LabelledEmbeddings(x, target, torch.ones(len(x))), choices, nearness, 1e-3
    )


def choices(x: list[list[float]], fits: list[list[bool]]) -> ChoiceEmbeddings:
    return ChoiceEmbeddings(torch.tensor(x), torch.tensor(fits), torch.full((len(x),), 20.0))


def test_a_new_class_is_learnt_and_the_old_ones_stay() -> None:
    up = choices([[0.0, 2.0]], [[False, False, True]])

    head = near(up)

    features = torch.tensor([[0.0, 2.0], [2.0, 0.0], [-2.0, 0.0]])
    assert head(features).argmax(1).tolist() == [2, 0, 1]


def test_of_several_labels_that_fit_any_may_be_named() -> None:
    either = choices([[2.0, 0.0]], [[True, False, True]])

    head = near(either)

    likely = head(torch.tensor([[2.0, 0.0]])).softmax(1)[0]
    assert float(likely[0] + likely[2]) > 0.95
    assert float(likely[0]) > 0.5  # what was named already


def test_a_text_that_nothing_fits_is_sure_of_nothing() -> None:
    nothing = choices([[2.0, 2.0]], [[False, False, False]])

    before, after = near(choices([[2.0, 2.0]], [[True, False, False]])), near(nothing)

    features = torch.tensor([[2.0, 2.0]])
    assert float(after(features).softmax(1).max()) < float(before(features).softmax(1).max())


def test_a_head_that_must_stay_near_moves_less() -> None:
    down = choices([[2.0, 0.0]], [[False, True, False]])

    loose, tight = near(down), near(down, nearness=10.0)

    features = torch.tensor([[2.0, 0.0]])
    assert float(loose(features).softmax(1)[0, 1]) > float(tight(features).softmax(1)[0, 1])
