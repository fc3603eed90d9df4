"""Weights learnt from clicks, and whether they are taken."""

from dataclasses import replace

import numpy as np
import pytest

from app.marketing.recommend.ranking.clicks import LEAST_CLICKS, ClickRows, learn_weights
from app.marketing.recommend.ranking.context import BIASES, Moment, describe_biases
from app.marketing.recommend.ranking.popularity import DAY

ANSWERS, PLACES = 2_000, 3
LOOK_CHANCES = np.array([1.0, 0.5, 0.25])  # chance that the item at a place is looked at


def make_rows(
    truth: np.ndarray, answers: int = ANSWERS, *, shift: float = 1.0, order: float = 0.0
) -> ClickRows:
    """Three items with two features in each answer; in the last quarter truth is times `shift`.

    `order`: the chance that an answer's items are in the order of the first feature.
    """
    rng = np.random.default_rng(7)
    features = rng.normal(size=(answers, PLACES, 2))
    is_ordered = rng.random(answers) < order
    best_first = np.take_along_axis(features, np.argsort(-features[:, :, :1], axis=1), 1)
    features = np.where(is_ordered[:, None, None], best_first, features)
    times = np.where(np.arange(answers) < 0.75 * answers, 1.0, shift)
    logits = (features @ truth) * times[:, None] - 1
    clicks = rng.random((answers, PLACES)) < LOOK_CHANCES / (1 + np.exp(-logits))
    moment = Moment(now=100 * DAY, last_read=99 * DAY, exposures={})
    places = np.tile(np.arange(1, PLACES + 1), answers)
    return ClickRows(
        features=features.reshape(-1, 2),
        biases=describe_biases(moment, places, np.zeros(len(places), bool)),
        clicks=clicks.ravel().astype(float),
        followers=np.repeat(np.arange(answers) % 100, PLACES),
    )


def test_what_followers_like_is_learnt_and_is_better_than_what_was_thought() -> None:
    rows = make_rows(np.array([0.0, 1.0]))

    lesson = learn_weights(rows, np.array([1.0, 0.0]))

    assert lesson is not None
    assert lesson.trial.is_better
    assert 0.03 < lesson.trial.lowest_gain < lesson.trial.gain
    assert (lesson.trial.exposures, lesson.trial.later_exposures) == (6_000, 1_500)
    assert lesson.weights == pytest.approx([0, 1], abs=0.25)  # places act on chances, not on odds


def test_an_item_isn_t_held_good_for_having_stood_first() -> None:
    rows = make_rows(np.array([0.0, 1.0]), order=0.9)
    without_biases = replace(rows, biases=rows.biases[:, :1])

    lesson, naive = (learn_weights(each, np.zeros(2)) for each in (rows, without_biases))

    assert lesson is not None
    assert naive is not None
    assert abs(lesson.weights[0]) < 0.1
    assert naive.weights[0] > 0.25


def test_weights_that_fail_on_later_exposures_are_no_better() -> None:
    lesson = learn_weights(make_rows(np.array([0.0, 1.0]), shift=-1.0), np.array([0.1, 0.0]))

    assert lesson is not None
    assert not lesson.trial.is_better


def test_the_right_weights_of_before_aren_t_replaced_by_chance() -> None:
    truth = np.array([0.5, 1.0])

    lesson = learn_weights(make_rows(truth), truth)

    assert lesson is not None
    assert not lesson.trial.is_better


def test_a_feature_that_is_the_same_in_all_rows_keeps_its_weight() -> None:
    rows = make_rows(np.array([0.0, 1.0]))
    features = np.column_stack([rows.features, np.full(len(rows.clicks), -3.0)])

    lesson = learn_weights(replace(rows, features=features), np.array([0.0, 0.0, 0.4]))

    assert lesson is not None
    assert lesson.weights[2] == pytest.approx(0.4)


def test_few_clicks_teach_nothing() -> None:
    rows = make_rows(np.array([0.0, 1.0]))
    few = np.flatnonzero(rows.clicks.cumsum() < LEAST_CLICKS)

    lessons = [learn_weights(rows.select(slice(size)), np.zeros(2)) for size in (0, len(few))]

    assert lessons == [None, None]


def test_biases_name_the_place_the_time_and_exploration() -> None:
    saturday_evening = 2 * DAY + 12 * 3_600.0  # 20:00 in China on 3 January 1970
    moment = Moment(now=saturday_evening, last_read=None, exposures={})

    rows = describe_biases(moment, np.array([1, 9, 0]), np.array([False, False, True]))

    marks = [
        {name for name, value in zip(BIASES, row, strict=True) if value == 1 and name != "base"}
        for row in rows
    ]
    assert marks == [
        {"weekend"}, {"weekend", "place_5"}, {"weekend", "no_place", "explored"},
    ]  # fmt: skip
