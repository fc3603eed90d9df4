"""Pairs of sentences, the same or not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

from models.metrics import Unmeasurable, pairs

kinds = st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1)), min_size=1)


def test_figures_are_what_they_are_by_hand() -> None:
    figures = pairs.figures([1, 1, 0, 0], [0.9, 0.4, 0.2, 0.7])

    # answers: same, not (wrong), not, same (wrong), given with .9, .6, .8, .7
    assert figures == {
        "n": 4,
        "accuracy": 0.5,
        "auc": pytest.approx(3 / 4),
        "f1": 0.5,
        "ece": pytest.approx((0.1 + 0.6 + 0.2 + 0.7) / 4),
    }


def test_pairs_of_one_kind_have_no_curve() -> None:
    assert pairs.figures([1, 1], [0.9, 0.1])["auc"] is None
    assert pairs.intervals([1, 1], [0.9, 0.1])["auc"] is None


def test_every_interval_holds_its_figure() -> None:
    truth, score = [1, 1, 0, 0, 1] * 40, [0.9, 0.4, 0.2, 0.7, 0.8] * 40

    figures, ends = pairs.figures(truth, score), pairs.intervals(truth, score)

    assert list(ends) == ["accuracy", "auc", "ece"]
    for name, around in ends.items():
        assert around is not None
        assert around[0] < (figures[name] or 0) < around[1]


@pytest.mark.parametrize(
    ("truth", "score", "complaint"),
    [
        ([], [], "0 labels and 0 scores"),
        ([1, 0], [0.5], "2 labels and 1 scores"),
        ([2], [0.5], "label is 1"),
        ([1], [1.5], "score is a probability"),
        ([1], [float("nan")], "score is a probability"),
    ],
)
def test_impossible_values_are_refused(
    truth: list[int], score: list[float], complaint: str
) -> None:
    with pytest.raises(Unmeasurable, match=complaint):
        pairs.figures(truth, score)


@given(kinds)
@settings(max_examples=50)
def test_figures_are_scikit_learns(rows: list[tuple[int, float]]) -> None:
    truth, score = [label for label, _ in rows], [value for _, value in rows]
    answer = [int(value > 0.5) for value in score]

    figures = pairs.figures(truth, score)

    auc = roc_auc_score(truth, score) if len(set(truth)) == 2 else None
    assert figures["auc"] == (None if auc is None else pytest.approx(auc))
    assert figures["accuracy"] == pytest.approx(accuracy_score(truth, answer))
    assert figures["f1"] == pytest.approx(f1_score(truth, answer, zero_division=0))
    assert 0 <= (figures["ece"] or 0) <= 1
