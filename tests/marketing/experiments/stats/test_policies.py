"""Bandits find the better arm, and logged choices tell what another policy would have earned."""

import numpy as np
import pytest

from app.marketing.experiments.stats.bandit import (
    Arm,
    SharpnessSchedule,
    allocate_shares,
    decay,
)
from app.marketing.experiments.stats.off_policy import (
    PolicyLog,
    estimate_by_weighting,
    estimate_doubly_robust,
    estimate_self_normalised,
)
from app.marketing.experiments.stats.values import BadCounts


def test_shares_follow_the_chance_to_be_best_above_a_floor() -> None:
    shares = allocate_shares(
        [Arm(exposures=1_000, conversions=50), Arm(exposures=1_000, conversions=80)], floor=0.1
    )

    assert sum(shares) == pytest.approx(1)
    assert shares[0] == pytest.approx(0.1, abs=0.01)


def test_a_prediction_decides_before_there_are_data_and_yields_to_them() -> None:
    before = allocate_shares(
        [Arm(exposures=0, conversions=0, predicted=p, strength=200) for p in (0.05, 0.1)]
    )
    after = allocate_shares(
        [
            Arm(exposures=5_000, conversions=500, predicted=0.05, strength=200),
            Arm(exposures=5_000, conversions=250, predicted=0.1, strength=200),
        ]
    )

    assert before[1] > 0.9
    assert after[0] == pytest.approx(0.95, abs=1e-3)


def test_a_sharper_bandit_explores_less() -> None:
    arms = [Arm(exposures=1_000, conversions=k) for k in (50, 55)]

    shares = [allocate_shares(arms, floor=0, sharpness=sharpness)[0] for sharpness in (1, 8)]

    assert shares == pytest.approx([0.31, 0.08], abs=0.01)


def test_a_schedule_is_sharpest_before_any_exposure() -> None:
    schedule = SharpnessSchedule(first=26, last=11, over=1_500)
    arms = [Arm(exposures=250, conversions=k) for k in (12, 15)]

    shares = [allocate_shares(arms, floor=0, sharpness=each) for each in (schedule, 21.0)]

    assert [schedule.at(count) for count in (0, 750, 1_500, 9_000)] == [26, 18.5, 11, 11]
    assert shares[0] == shares[1]  # after 500 exposures


@pytest.mark.parametrize(("first", "last", "over"), [(11, 26, 1_500), (26, 0, 1), (26, 11, 0)])
def test_a_schedule_that_does_not_fall_is_refused(first: float, last: float, over: float) -> None:
    with pytest.raises(BadCounts, match="a sharpness"):
        SharpnessSchedule(first=first, last=last, over=over)


def test_a_batched_bandit_earns_more_than_equal_shares() -> None:
    generator = np.random.default_rng(5)
    rates = np.array([0.04, 0.05, 0.08])
    exposures, conversions = np.zeros(3), np.zeros(3)

    for _ in range(20):
        shares = allocate_shares(
            [Arm(exposures=n, conversions=k) for n, k in zip(exposures, conversions, strict=True)]
        )
        batch = generator.multinomial(500, shares)
        exposures += batch
        conversions += generator.binomial(batch, rates)

    assert conversions.sum() / exposures.sum() > 0.07 > rates.mean()


def test_old_counts_fade() -> None:
    arm = decay(Arm(exposures=800, conversions=40, predicted=0.1), days=14, half_life=7)

    assert arm == Arm(exposures=200, conversions=10, predicted=0.1)


@pytest.mark.parametrize(
    ("arms", "floor", "sentence"),
    [([], 0.1, "no arm"), ([Arm(exposures=1, conversions=0)] * 3, 0.5, "exceeds 1")],
)
def test_bandits_that_cannot_be_are_refused(arms: list[Arm], floor: float, sentence: str) -> None:
    with pytest.raises(BadCounts, match=sentence):
        allocate_shares(arms, floor)


def test_estimates_find_the_value_of_a_policy_that_was_never_run() -> None:
    generator = np.random.default_rng(5)
    rounds, rates = 200_000, np.array([0.1, 0.3, 0.6])
    logging, target = np.array([0.6, 0.3, 0.1]), np.array([0.1, 0.2, 0.7])
    arms = generator.choice(3, rounds, p=logging)
    rewards = generator.binomial(1, rates[arms]).astype(float)
    log = PolicyLog.of(rewards.tolist(), logging[arms].tolist(), target[arms].tolist())
    wrong_model = np.array([0.2, 0.2, 0.5])

    estimates = [
        estimate_by_weighting(log),
        estimate_self_normalised(log),
        estimate_doubly_robust(
            log, wrong_model[arms].tolist(), [float(target @ wrong_model)] * rounds
        ),
    ]

    truth = float(target @ rates)
    for estimate in estimates:
        assert estimate.value == pytest.approx(truth, abs=4 * estimate.error)
        assert estimate.effective_size == pytest.approx(
            rounds / float((target**2 / logging).sum()), rel=0.05
        )
    assert estimates[2].error < estimates[0].error


@pytest.mark.parametrize(
    ("rewards", "logged", "target", "sentence"),
    [
        ([1.0, 0.0], [0.0, 1.0], [1.0, 1.0], "above 0"),
        ([1.0, 0.0], [0.5, 1.0], [1.5, 1.0], "between 0 and 1"),
        ([1.0], [0.5], [0.5], "two rounds"),
        ([1.0, 0.0], [0.5], [0.5, 0.5], "two rounds"),
    ],
)
def test_logs_that_cannot_be_are_refused(
    rewards: list[float], logged: list[float], target: list[float], sentence: str
) -> None:
    with pytest.raises(BadCounts, match=sentence):
        PolicyLog.of(rewards, logged, target)
