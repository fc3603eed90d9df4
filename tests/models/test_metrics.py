"""Figures against what they are by hand."""

import pytest

from models import metrics
from models.metrics import FOREIGN, Guess

GUESSES = [
    Guess("a", "a", 0.95, 0.1),
    Guess("a", "b", 0.65, 0.2),
    Guess("b", "b", 0.85, 0.3),
    Guess("b", "b", 0.85, 0.4),
    Guess(FOREIGN, "a", 0.35, 0.9),
    Guess(FOREIGN, "b", 0.55, 0.35),
]


def test_figures_are_the_fields_own() -> None:
    found = metrics.figures(GUESSES)

    # a: precision 1, recall 1/2, F1 2/3; b: precision 2/3, recall 1, F1 4/5
    assert found == {
        "n": 4,
        "accuracy": pytest.approx(0.75),
        "macro_f1": pytest.approx((2 / 3 + 4 / 5) / 2),
        "weighted_f1": pytest.approx((2 / 3 + 4 / 5) / 2),
        "ece": pytest.approx((0.05 + 0.65 + 0.3) / 4),
        "oos_auroc": pytest.approx(7 / 8),
        "oos_recall_at_5fpr": pytest.approx(1 / 2),
    }


def test_a_class_that_is_only_named_does_not_count_as_one() -> None:
    guesses = [Guess("a", "a", 0.9), Guess("a", "c", 0.9)]

    assert metrics.figures(guesses)["macro_f1"] == pytest.approx(2 / 3)


def test_without_foreign_texts_their_figures_are_none() -> None:
    found = metrics.figures(GUESSES[:4])

    assert (found["oos_auroc"], found["oos_recall_at_5fpr"]) == (None, None)


def test_without_a_class_there_is_nothing_to_say() -> None:
    with pytest.raises(ValueError, match="no text has a label other than __oos__"):
        metrics.figures(GUESSES[4:])


def test_the_interval_holds_the_accuracy_and_is_the_same_each_time() -> None:
    low, high = metrics.interval(GUESSES * 50)

    assert (low, high) == metrics.interval(GUESSES * 50)
    assert 0.65 < low < 0.75 < high < 0.85


def test_the_table_names_each_class() -> None:
    table = metrics.by_class(GUESSES)

    assert [line.split()[0] for line in table.splitlines()[2:4]] == ["a", "b"]
    assert FOREIGN not in table
