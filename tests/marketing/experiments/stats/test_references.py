"""The statistics against other people's implementations of them.

tea-tasting, mabwiser and obp ask for other versions of our libraries or for much that the project
doesn't use, so what they answer stands here, each with its version and the input.
"""

import numpy as np
import pytest

from app.marketing.experiments.stats.bandit import Arm, allocate_shares
from app.marketing.experiments.stats.means import (
    adjust_by_past,
    compare_estimates,
    estimate_mean,
    estimate_ratio,
)
from app.marketing.experiments.stats.off_policy import (
    PolicyLog,
    estimate_by_weighting,
    estimate_doubly_robust,
    estimate_self_normalised,
)

# Open Bandit Dataset, the sample in obp's wheel: obd/random/men/men.csv, 10,000 rounds of a policy
# that showed 34 items at equal probability. Rounds and clicks of each item. Source: Saito, Aihara,
# Matsutani and Narita 2021 (NeurIPS, datasets and benchmarks), CC BY 4.0.
ROUNDS = [
    272, 302, 304, 298, 285, 313, 290, 316, 260, 290, 309, 345, 295, 273, 303, 249, 296,
    276, 293, 284, 298, 311, 304, 296, 263, 334, 285, 299, 294, 328, 279, 321, 249, 286,
]  # fmt: skip
CLICKS = [
    4, 0, 1, 2, 0, 0, 2, 1, 0, 1, 0, 3, 1, 1, 1, 1, 0,
    1, 2, 1, 3, 1, 1, 2, 0, 3, 2, 2, 2, 0, 4, 1, 0, 3,
]  # fmt: skip


def make_group(variant: int) -> dict[str, list[float]]:
    """Forty followers: a metric, its past, and clicks with views; the past is alike in both."""
    followers = range(40)
    past = [i * 7 % 11 for i in followers]
    views = [1 + i * 5 % 7 for i in followers]
    return {
        "past": list(map(float, past)),
        "views": list(map(float, views)),
        "clicks": [float(min(views[i], (i * 3 + variant) % 4)) for i in followers],
        "metric": [float(past[i] * 2 + i * 13 % 5 + variant * (i % 3)) for i in followers],
    }


def test_a_difference_of_means_is_that_of_tea_tasting() -> None:
    """tea-tasting 1.14.0: Mean("metric", use_t=False, equal_var=False)."""
    control, treatment = make_group(0), make_group(1)

    answer = compare_estimates(estimate_mean(control["metric"]), estimate_mean(treatment["metric"]))

    assert answer.difference == pytest.approx(0.975)
    assert answer.p_value == pytest.approx(0.5201971107252876)
    assert answer.interval == pytest.approx((-1.9967593724915886, 3.946759372491588))


def test_cuped_is_that_of_tea_tasting() -> None:
    """tea-tasting 1.14.0: Mean("metric", covariate="past", use_t=False, equal_var=False)."""
    groups = [(group["metric"], group["past"]) for group in (make_group(0), make_group(1))]

    control, treatment = adjust_by_past(groups)
    answer = compare_estimates(control, treatment)

    assert answer.difference == pytest.approx(0.975)
    assert answer.p_value == pytest.approx(0.004345897275473002, rel=1e-3)
    assert answer.interval == pytest.approx((0.30493236827213477, 1.6450676317278645), rel=1e-4)


def test_the_delta_method_is_that_of_tea_tasting() -> None:
    """tea-tasting 1.14.0: RatioOfMeans("clicks", "views", use_t=False, equal_var=False)."""
    control, treatment = [
        estimate_ratio(group["clicks"], group["views"]) for group in (make_group(0), make_group(1))
    ]

    answer = compare_estimates(control, treatment)

    assert (control.value, treatment.value) == pytest.approx((0.35, 0.3375))
    assert answer.p_value == pytest.approx(0.8546203209582628)
    assert answer.interval == pytest.approx((-0.14621184288577363, 0.12121184288577372))


def test_thompson_shares_are_the_choices_of_mabwiser() -> None:
    """mabwiser 2.7.4, ThompsonSampling, seed 7: how often each arm was chosen of 200,000 times.

    Its prior is Beta(1, 1): a prediction of a half that counts as two exposures.
    """
    counts = [(200, 10), (200, 16), (100, 7)]
    arms = [
        Arm(exposures=exposures, conversions=conversions, predicted=0.5, strength=2)
        for exposures, conversions in counts
    ]

    shares = allocate_shares(arms, floor=0)

    assert shares == pytest.approx((0.056285, 0.547695, 0.39602), abs=0.005)


def test_off_policy_estimates_on_the_open_bandit_sample_are_those_of_obp() -> None:
    """obp 0.4.1: the judged policy shows item i in proportion to 1 / (1 + i); the model of the
    doubly robust estimate is (clicks + 1) / (rounds + 200) of the item.
    """
    chances = 1 / (1 + np.arange(34))
    chances /= chances.sum()
    model = (np.array(CLICKS) + 1) / (np.array(ROUNDS) + 200)
    items = np.repeat(np.arange(34), ROUNDS)
    rewards = np.concatenate(
        [np.arange(rounds) < clicks for rounds, clicks in zip(ROUNDS, CLICKS, strict=True)]
    )
    log = PolicyLog.of(rewards.tolist(), [1 / 34] * len(items), chances[items].tolist())

    values = [
        estimate_by_weighting(log).value,
        estimate_self_normalised(log).value,
        estimate_doubly_robust(
            log, model[items].tolist(), [float(chances @ model)] * len(items)
        ).value,
    ]

    assert values == pytest.approx(
        [0.005759294970433531, 0.0058204254119650625, 0.005914005515850139]
    )
