"""The risk of churn: as good as the truth allows, calibrated, and refused without a past."""

import numpy as np
import pytest

from app.marketing.audience.churn import train_churn_model
from app.marketing.audience.profiles import DAY, build_profiles
from app.marketing.audience.values import TooLittleHistory
from app.marketing.events.values import EventKind
from tests.marketing.audience.activities import (
    NOW,
    make_activity,
    measure_true_risk,
    simulate_visits,
)
from tests.marketing.audience.scores import measure_area, measure_calibration_error


def test_the_risk_is_nearly_as_good_as_the_truth() -> None:
    whole = simulate_visits(3_000, 230, seed=4)
    past = whole.select_rows(whole.time <= NOW)
    later = whole.select_rows(whole.time > NOW)
    is_gone = np.bincount(later.follower, minlength=3_000) == 0

    model = train_churn_model(past, NOW)
    risks = model.predict(build_profiles(past, NOW), past, NOW)

    truth = measure_true_risk(past, seed=4)
    assert measure_area(risks, is_gone) > measure_area(truth, is_gone) - 0.02
    assert measure_calibration_error(risks, is_gone) < 0.03


def test_who_left_has_a_risk_of_one() -> None:
    past = simulate_visits(800, 200, seed=5)
    model = train_churn_model(past, NOW)
    activity = make_activity([("mei", EventKind.VIEW, 2), ("mei", EventKind.UNFOLLOW, 1)])

    risks = model.predict(build_profiles(activity, NOW), activity, NOW)

    assert risks.tolist() == [1.0]


@pytest.mark.parametrize("days", [0, 20])
def test_too_little_history_is_refused(days: float) -> None:
    activity = simulate_visits(300, 200, seed=6)
    recent = activity.select_rows(activity.time > NOW - days * DAY)

    with pytest.raises(TooLittleHistory, match="至少要 400 个") as refusal:
        train_churn_model(recent, NOW)
    assert f"只有 {refusal.value.examples} 个样本" in str(refusal.value)
