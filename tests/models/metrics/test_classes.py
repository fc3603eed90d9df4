"""Figures of classification against what they are by hand, and against scikit-learn."""

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import f1_score, roc_auc_score

from models import metrics
from models.metrics import (
    OUT_OF_SCOPE_LABEL,
    Prediction,
    Unmeasurable,
    calibration,
    proportion,
    ranking,
    scope,
)
from models.metrics.calibration import Bin
from models.metrics.classes import ClassFigures, macro_f1, per_class_figures

GUESSES = [
    Prediction(truth="a", answer="a", confidence=0.95, foreignness=0.1),
    Prediction(truth="a", answer="b", confidence=0.65, foreignness=0.2),
    Prediction(truth="b", answer="b", confidence=0.85, foreignness=0.3),
    Prediction(truth="b", answer="b", confidence=0.85, foreignness=0.4),
    Prediction(truth=OUT_OF_SCOPE_LABEL, answer="a", confidence=0.35, foreignness=0.9),
    Prediction(truth=OUT_OF_SCOPE_LABEL, answer="b", confidence=0.55, foreignness=0.35),
]
DECIDED = [replace(guess, refused=guess.foreignness > 0.3) for guess in GUESSES]

named = st.sampled_from(["退货", "发货", "开票", "打招呼"])
chance = st.floats(0, 1)
inside = st.lists(
    st.builds(
        Prediction,
        truth=named,
        answer=named,
        confidence=chance,
        foreignness=chance,
        refused=st.booleans(),
    ),
    min_size=1,
)
outside = st.lists(
    st.builds(
        Prediction,
        truth=st.just(OUT_OF_SCOPE_LABEL),
        answer=named,
        confidence=chance,
        foreignness=chance,
        refused=st.booleans(),
    )
)
unhurried = settings(max_examples=50)


def test_figures_are_the_fields_own() -> None:
    figures = metrics.figures(GUESSES)

    # a: precision 1, recall 1/2, F1 2/3; b: precision 2/3, recall 1, F1 4/5
    assert figures == {
        "n": 4,
        "accuracy": pytest.approx(0.75),
        "macro_f1": pytest.approx((2 / 3 + 4 / 5) / 2),
        "weighted_f1": pytest.approx((2 / 3 + 4 / 5) / 2),
        "ece": pytest.approx((0.05 + 0.65 + 0.3) / 4),
        "oos_auroc": pytest.approx(7 / 8),
        "oos_recall_at_5fpr": pytest.approx(1 / 2),
        "in_scope_accepted": None,
        "accuracy_with_refusals": None,
        "oos_recall_at_threshold": None,
        "asked_back": None,
    }


def test_a_threshold_is_judged_by_what_it_refuses() -> None:
    figures = scope.figures(DECIDED)

    # refused: the fourth, which was right, and both foreign ones
    assert figures == {
        "oos_auroc": pytest.approx(7 / 8),
        "oos_recall_at_5fpr": pytest.approx(1 / 2),
        "in_scope_accepted": pytest.approx(3 / 4),
        "accuracy_with_refusals": pytest.approx(2 / 4),
        "oos_recall_at_threshold": pytest.approx(1),
        "asked_back": None,
    }


def test_one_guess_without_a_decision_leaves_the_threshold_unjudged() -> None:
    figures = scope.figures([*DECIDED, GUESSES[0]])

    assert [name for name, value in figures.items() if value is None] == [
        "in_scope_accepted", "accuracy_with_refusals", "oos_recall_at_threshold", "asked_back",
    ]  # fmt: skip


def test_a_class_that_is_only_named_does_not_count_as_one() -> None:
    guesses = [
        Prediction(truth="a", answer="a", confidence=0.9),
        Prediction(truth="a", answer="c", confidence=0.9),
    ]

    assert metrics.figures(guesses)["macro_f1"] == pytest.approx(2 / 3)
    assert per_class_figures(guesses) == [ClassFigures("a", 1, 0.5, 2 / 3, 2)]


def test_without_foreign_texts_their_figures_are_none() -> None:
    figures = metrics.figures(DECIDED[:4])

    assert [name for name, value in figures.items() if value is None] == [
        "oos_auroc", "oos_recall_at_5fpr", "oos_recall_at_threshold", "asked_back",
    ]  # fmt: skip


def test_without_a_class_there_is_nothing_to_say() -> None:
    with pytest.raises(Unmeasurable, match="no text has a label other than __oos__"):
        metrics.figures(GUESSES[4:])


def test_a_curve_needs_foreign_texts_and_others() -> None:
    with pytest.raises(Unmeasurable, match="labelled __oos__ and others"):
        scope.refusal_curve(GUESSES[:4])


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan")])
def test_a_confidence_is_a_probability(confidence: float) -> None:
    with pytest.raises(Unmeasurable, match="a confidence is a probability, 0 to 1, not"):
        metrics.figures([Prediction(truth="a", answer="a", confidence=confidence)])


def test_foreignness_is_a_number() -> None:
    with pytest.raises(Unmeasurable, match="foreignness is a number, not nan"):
        metrics.figures(
            [*GUESSES, Prediction(truth="a", answer="a", confidence=0.5, foreignness=float("nan"))]
        )


def test_the_interval_holds_the_accuracy_and_is_the_same_each_time() -> None:
    low, high = metrics.interval(GUESSES * 50)

    assert (low, high) == metrics.interval(GUESSES * 50)
    assert 0.65 < low < 0.75 < high < 0.85


def test_the_interval_is_as_wide_as_a_normal_approximation_makes_it() -> None:
    low, high = metrics.interval(GUESSES * 1000)

    assert high - low == pytest.approx(2 * 1.96 * (0.75 * 0.25 / 4000) ** 0.5, rel=0.15)


def test_every_interval_holds_its_figure() -> None:
    predictions = [
        replace(g, refused=n in {0, 4}, asked_back=n == 1) for n, g in enumerate(GUESSES)
    ]
    figures, ends = metrics.figures(predictions * 50), metrics.intervals(predictions * 50)

    assert list(ends) == [
        "accuracy", "macro_f1", "ece", "oos_auroc",
        "in_scope_accepted", "accuracy_with_refusals", "oos_recall_at_threshold", "asked_back",
    ]  # fmt: skip
    for name, around in ends.items():
        assert around is not None
        assert around[0] < (figures[name] or 0) < around[1]


def test_one_right_text_says_little_of_the_accuracy() -> None:
    ends = metrics.intervals([Prediction(truth="a", answer="a", confidence=0.75)])

    assert ends == {
        "accuracy": (pytest.approx(0.2065, abs=1e-4), 1), "macro_f1": (1, 1), "ece": (0.25, 0.25),
        "oos_auroc": None, "in_scope_accepted": None, "accuracy_with_refusals": None,
        "oos_recall_at_threshold": None, "asked_back": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("hits", "texts", "low", "high"),
    [
        (4, 4, 0.5101, 1.0),
        (0, 4, 0.0, 0.4899),
        (9, 10, 0.5958, 0.9821),
        (50, 100, 0.4038, 0.5962),
    ],
)
def test_a_share_has_wilsons_interval(hits: int, texts: int, low: float, high: float) -> None:
    ends = proportion.interval(np.array([1.0] * hits + [0.0] * (texts - hits)))

    assert ends == pytest.approx((low, high), abs=1e-4)


def test_a_share_of_nothing_has_no_interval() -> None:
    assert proportion.interval(np.array([])) is None


def test_the_share_that_is_asked_back_is_of_texts_that_have_a_class() -> None:
    predictions = [
        Prediction(truth="a", answer="a", confidence=0.9, asked_back=False),
        Prediction(truth="a", answer="b", confidence=0.2, asked_back=True),
    ]
    strangers = [
        Prediction(
            truth=OUT_OF_SCOPE_LABEL, answer="a", confidence=0.1, foreignness=1.0, asked_back=True
        )
    ]

    assert metrics.figures([*predictions, *strangers])["asked_back"] == 0.5


def test_more_texts_make_a_narrower_interval() -> None:
    few, many = metrics.interval(GUESSES * 10), metrics.interval(GUESSES * 1000)

    # the standard error falls with the root of n: a hundred times the texts, a tenth the width
    assert (many[1] - many[0]) / (few[1] - few[0]) == pytest.approx(0.1, rel=0.2)


def test_the_table_names_each_class() -> None:
    table = metrics.by_class(GUESSES)

    assert [line.split()[0] for line in table.splitlines()[2:4]] == ["a", "b"]
    assert OUT_OF_SCOPE_LABEL not in table


def test_bins_hold_what_the_error_adds_up() -> None:
    confidence, right = np.array([0.0, 0.0625, 0.5, 1.0]), np.array([0.0, 1.0, 1.0, 0.0])

    bins = calibration.confidence_bins(confidence, right)

    assert bins == [
        Bin(0.0, 0.1, 2, 0.03125, 0.5),
        Bin(0.5, 0.6, 1, 0.5, 1.0),
        Bin(0.9, 1.0, 1, 1.0, 0.0),
    ]
    assert calibration.expected_calibration_error(confidence, right) == pytest.approx(
        (2 * 0.46875 + 0.5 + 1) / 4
    )


def test_calibration_is_judged_as_if_labels_were_right() -> None:
    # 90 % sure and right; a third of the labels is wrong, spread over two other classes.
    share = 0.9 * (2 / 3) + 0.1 * (1 / 6)
    confidence = np.full(3000, 0.9)
    agree = (np.arange(3000) < round(3000 * share)).astype(float)

    corrected = calibration.noisy_calibration_error(confidence, agree, 1 / 3, classes=3)
    plain = calibration.expected_calibration_error(confidence, agree)

    assert corrected == pytest.approx(0, abs=1e-3)
    assert plain == pytest.approx(0.9 - share, abs=1e-3)


def test_macro_f1_of_labels_is_that_of_predictions() -> None:
    truth, answers = ["a", "a", "b", "c"], ["a", "b", "b", "d"]

    assert macro_f1(truth, answers) == pytest.approx((2 / 3 + 2 / 3 + 0) / 3)


@given(inside, outside, st.randoms())
@unhurried
def test_the_order_of_texts_is_of_no_account(
    texts: list[Prediction], strangers: list[Prediction], order: random.Random
) -> None:
    shuffled = [*texts, *strangers]
    order.shuffle(shuffled)

    assert metrics.figures(shuffled) == pytest.approx(metrics.figures([*texts, *strangers]))


@given(inside)
@unhurried
def test_f1_is_scikit_learns(texts: list[Prediction]) -> None:
    figures = metrics.figures(texts)

    truth, answer = [g.truth for g in texts], [g.answer for g in texts]
    for average in ("macro", "weighted"):
        theirs = f1_score(
            truth, answer, labels=sorted(set(truth)), average=average, zero_division=0
        )
        assert figures[f"{average}_f1"] == pytest.approx(theirs)


@given(inside, outside.filter(bool))
@unhurried
def test_auroc_is_scikit_learns(texts: list[Prediction], strangers: list[Prediction]) -> None:
    figures = metrics.figures([*texts, *strangers])

    score = [g.foreignness for g in (*texts, *strangers)]
    theirs = roc_auc_score([0] * len(texts) + [1] * len(strangers), score)
    assert figures["oos_auroc"] == pytest.approx(theirs)


@given(st.lists(st.integers(-5, 5), min_size=2), st.randoms())
@unhurried
def test_a_negated_score_ranks_the_other_way(score: list[int], luck: random.Random) -> None:
    positive = np.array([1, 0, *(luck.randint(0, 1) for _ in score[2:])], dtype=float)
    values = np.array(score, dtype=float)

    area = ranking.auroc(positive, values)

    assert ranking.auroc(positive, -values) == pytest.approx(1 - area)
    assert ranking.auroc(positive, values**3) == pytest.approx(area)


@given(inside)
@unhurried
def test_the_calibration_error_lies_between_the_mean_gap_and_one(texts: list[Prediction]) -> None:
    figures = metrics.figures(texts)

    gap = np.mean([g.confidence - (g.truth == g.answer) for g in texts])
    assert abs(gap) - 1e-9 <= (figures["ece"] or 0) <= 1


@given(st.lists(named, min_size=1), st.integers(0, 5))
@unhurried
def test_a_perfect_classifier_has_perfect_figures(labels: list[str], strangers: int) -> None:
    guesses = [
        Prediction(truth=label, answer=label, confidence=1.0, foreignness=0.0, refused=False)
        for label in labels
    ]
    guesses += [
        Prediction(
            truth=OUT_OF_SCOPE_LABEL, answer="退货", confidence=0.2, foreignness=1.0, refused=True
        )
    ] * strangers

    figures = metrics.figures(guesses)

    scope_figure = 1.0 if strangers else None
    assert figures == {
        "n": len(labels),
        "accuracy": 1,
        "macro_f1": 1,
        "weighted_f1": 1,
        "ece": 0,
        "oos_auroc": scope_figure,
        "oos_recall_at_5fpr": scope_figure,
        "oos_recall_at_threshold": scope_figure,
        "in_scope_accepted": 1,
        "accuracy_with_refusals": 1,
        "asked_back": None,
    }
