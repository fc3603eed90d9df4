"""How likely a label is the right one, where many of the given ones are wrong."""

import pytest
import torch

from models.recipes.shipped import judges, labels
from models.recipes.shipped.judges import LabelSample

CLASSES, ROWS = 10, 6000


def planted(chance: float, confusion: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """(n, C) opinions, (n,) truth, (n,) given labels: 2k and 2k + 1 are alike, 0 is drawn most."""
    dice = torch.Generator().manual_seed(3)
    truth = torch.randint(CLASSES, (ROWS,), generator=dice)
    opinion = torch.full((ROWS, CLASSES), 0.01)
    opinion[torch.arange(ROWS), truth] = 0.72
    opinion[torch.arange(ROWS), truth ^ 1] = 0.2
    weights = torch.tensor([5.0] + [1.0] * (CLASSES - 1))
    drawn = torch.multinomial(weights, ROWS, replacement=True, generator=dice)
    way = torch.rand(ROWS, generator=dice)
    noisy_labels = torch.where(way < chance, drawn, truth)
    noisy_labels = torch.where(
        (way >= chance) & (way < chance + confusion), truth ^ 1, noisy_labels
    )
    return opinion / opinion.sum(1, keepdim=True), truth, noisy_labels


@pytest.mark.parametrize(("chance", "confusion"), [(0.1, 0.2), (0.28, 0.04)])
def test_the_way_labels_went_wrong_is_found(chance: float, confusion: float) -> None:
    opinion, _, noisy_labels = planted(chance, confusion)

    noise = labels.estimate_noise(opinion, noisy_labels, chance + confusion)

    assert noise.chance + noise.confusion == pytest.approx(chance + confusion)
    assert noise.chance == pytest.approx(chance, abs=0.08)
    assert noise.label_rates[0] > 2 * noise.label_rates[1:].max()
    assert (noise.confusions.argmax(1) == torch.arange(CLASSES) ^ 1).all()


def test_the_posterior_is_right_more_often_than_the_labels_and_the_opinion_alone() -> None:
    opinion, truth, noisy_labels = planted(0.1, 0.2)
    dice = torch.Generator().manual_seed(5)
    torn = torch.arange(0, ROWS, 3)  # here the judges hold another label a little likelier
    opinion[torn] = 0.3 / (CLASSES - 2)
    opinion[torn, torch.randint(CLASSES, (len(torn),), generator=dice)] = 0.4
    opinion[torn, truth[torn]] = 0.3
    opinion /= opinion.sum(1, keepdim=True)

    posterior = labels.posterior_under_noise(
        opinion, noisy_labels, labels.estimate_noise(opinion, noisy_labels, 0.3)
    )

    right = [float((guess == truth).float().mean()) for guess in
             (posterior.argmax(1), noisy_labels, opinion.argmax(1))]  # fmt: skip
    assert right[0] > max(right[1:]) + 0.05, right
    assert posterior.sum(1) == pytest.approx(torch.ones(ROWS))


def test_a_label_of_a_like_class_is_believed_less_than_one_that_only_chance_could_bring() -> None:
    opinion, _, noisy_labels = planted(0.02, 0.3)
    noise = labels.estimate_noise(opinion, noisy_labels, 0.32)
    wavering = torch.tensor([[0.0, 0.0, 0.5, 0.25, 0.25] + [0.0] * (CLASSES - 5)])

    like, unlike = (
        labels.posterior_under_noise(wavering, torch.tensor([label]), noise)[0, label]
        for label in (3, 4)
    )

    assert like < unlike


def test_each_file_has_its_own_way_of_going_wrong_and_clean_samples_stay_certain() -> None:
    drawn, confused = planted(0.3, 0.0), planted(0.0, 0.3)
    opinion = torch.cat([drawn[0], confused[0]])
    noisy_labels = torch.cat([drawn[2], confused[2]]).tolist()
    sources = ["one"] * ROWS + ["other"] * ROWS
    samples = [
        LabelSample("", label, noisy=at > 0, source=source)
        for at, (label, source) in enumerate(zip(noisy_labels, sources, strict=True))
    ]

    posterior = labels.combine_with_labels(
        opinion, samples, labels.LabelNoiseConfig(noise={"one": 0.3, "other": 0.3})
    )

    assert posterior[0].tolist() == [float(label == noisy_labels[0]) for label in range(CLASSES)]
    # The judges doubt a label for a like one: that is a reason only where like ones are confused.
    torn = [at for at in range(1, 2 * ROWS) if noisy_labels[at] == int(opinion[at].argmax())]
    believed = [float(posterior[at, noisy_labels[at]]) for at in torn]
    firmly = sum(at < ROWS for at in torn)
    assert sum(believed[:firmly]) / firmly > 0.02 + sum(believed[firmly:]) / len(believed[firmly:])


def test_a_plain_cleaning_relabels_where_both_views_agree_and_drops_where_neither_believes() -> (
    None
):
    sure, torn = [0.9, 0.05, 0.05], [0.01, 0.495, 0.495]
    views = (
        torch.tensor([sure, [0.01, 0.9, 0.09], sure, torn]),
        torch.tensor([sure, [0.01, 0.09, 0.9], sure, torn]),
    )
    samples = [LabelSample("甲", 1, True), LabelSample("乙", 0, True), LabelSample("丙", 1, False),
               LabelSample("丁", 1, True)]  # fmt: skip

    row_ids, cleaned = judges.clean_labels(samples, views, 0.02)

    assert cleaned.tolist() == [0, 0, 1, 1]
    assert row_ids.tolist() == [0, 2, 3]


def test_no_row_is_judged_by_what_has_seen_it() -> None:
    x = torch.arange(9)
    folds = x % 3

    leaks = judges.cross_fit(
        lambda learnt: lambda rows: torch.stack([learnt.eq(row).any() for row in rows]), x, folds
    )

    assert not leaks.any()
    assert len(leaks) == len(x)
