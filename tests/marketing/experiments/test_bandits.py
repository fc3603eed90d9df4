"""Bandits move their shares in batches, by rewards that had time to come, above a floor."""

import math
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.inference.click_ports import ClickPrediction
from app.marketing.events.repository import Events
from app.marketing.events.values import EventKind, MarketingEvent
from app.marketing.experiments.bandit_shares import compute_shares
from app.marketing.experiments.bandits import (
    BanditKeeper,
    MatureReward,
    is_due,
    list_mature_rewards,
)
from app.marketing.experiments.exposed_activity import DAY
from app.marketing.experiments.exposures import ExposedFollower
from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.plans.priors import move_to_base_rate
from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.service import Experiments
from app.marketing.experiments.values import RatePrior, SharePeriod
from tests.marketing.experiments.people import FIELDS, START, expose, make_experiment, open_log

BANDIT = make_experiment(kind="bandit", method="bayesian")


def make_rewards(a: tuple[int, int], b: tuple[int, int], age: float = 2.0) -> list[MatureReward]:
    """Exposures and conversions of both variants, all of one age in days."""
    return [
        MatureReward(name, age, number < conversions)
        for name, (exposures, conversions) in (("A", a), ("B", b))
        for number in range(exposures)
    ]


def test_the_better_variant_gets_more_and_the_other_keeps_the_floor() -> None:
    shares = compute_shares(BANDIT, make_rewards((2_000, 80), (2_000, 160)))

    assert shares == pytest.approx((0.05, 0.95), abs=1e-3)


def test_a_plans_sharpness_may_fall_with_the_exposures() -> None:
    rewards = make_rewards((100, 5), (100, 9))
    falling = {"sharpness": {"first": 20, "last": 10, "over": 400}}

    shares = [
        compute_shares(make_experiment(kind="bandit", bandit=settings), rewards)
        for settings in (falling, {"sharpness": 15}, {}, {"sharpness": 8})
    ]

    assert shares[0] == shares[1]
    assert shares[2] == shares[3]  # the default


def test_old_rewards_fade_with_their_half_life() -> None:
    experiment = make_experiment(kind="bandit", bandit={"half_life_days": 1})
    old = make_rewards((2_000, 80), (2_000, 160), age=14)

    assert compute_shares(experiment, old) == pytest.approx((0.5, 0.5), abs=0.1)


def test_predicted_rates_decide_before_there_are_rewards() -> None:
    priors = (RatePrior(0.08, 2_000), RatePrior(0.04, 2_000))
    assert BANDIT.run is not None
    predicted = replace(BANDIT, run=replace(BANDIT.run, priors=priors))

    assert compute_shares(BANDIT, []) == pytest.approx((0.5, 0.5))
    assert compute_shares(predicted, []) == pytest.approx((0.95, 0.05), abs=1e-3)


def test_an_exposure_counts_once_its_reward_had_time_to_come() -> None:
    """Two conversions came at once; the exposures of the last day wait all the same."""
    exposed = [ExposedFollower(f"f-{n:016x}", "A", START + n * DAY / 2, 1) for n in range(6)]
    converted = {exposed[0].pseudonym: 1, exposed[5].pseudonym: 1}

    rewards = list_mature_rewards(BANDIT, exposed, converted, START + 3 * DAY)

    assert [(each.age, each.has_converted) for each in rewards] == [
        (3.0, True), (2.5, False), (2.0, False), (1.5, False), (1.0, False),
    ]  # fmt: skip


def test_the_click_models_texts_differ_around_the_accounts_own_rate() -> None:
    predictions = [
        ClickPrediction(
            rate=0.01, low=0.0, high=0.1, log_odds=-4.6 + shift, text_error=0.25, language="zh",
            model="fake-1",
        )
        for shift in (-0.1, 0.1)
    ]  # fmt: skip

    low, high = move_to_base_rate(predictions, 0.05)

    odds = [math.log(prior.rate / (1 - prior.rate)) for prior in (low, high)]
    assert odds[1] - odds[0] == pytest.approx(0.2)
    assert sum(odds) / 2 == pytest.approx(math.log(0.05 / 0.95))
    assert (low.strength, high.strength) == pytest.approx((367.7, 307), abs=1)


@pytest.mark.parametrize(
    ("hours", "due"), [(-25, True), (-23, False), (0, False), (23, False), (24, True)]
)
def test_a_batch_is_over_too_where_the_clock_was_set_back_by_more(hours: float, due: bool) -> None:
    running = replace(BANDIT, periods=(SharePeriod(START, (0.5, 0.5)),))

    assert is_due(running, START + hours * 3_600) is due


async def test_the_worker_moves_the_shares_when_a_batch_is_over(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    now = START
    experiments = Experiments(ExperimentStore(engine), lambda: now)
    plan = ExperimentPlan.model_validate(FIELDS | {"kind": "bandit", "method": "bayesian"})
    draft = await experiments.create("default", "小林", plan)
    running = await experiments.start(draft, "小林")
    exposed = expose(running, 400, days=0.5)
    clicks = [each for each in exposed if each.variant == "B"][:60]
    await Events(engine).write(
        [
            MarketingEvent(
                account="default", id=f"{kind}-{each.pseudonym}", kind=kind, time=each.first,
                recorded=each.first, pseudonym=each.pseudonym, experiment=running.id,
                variant=each.variant,
            )
            for kind, followers in ((EventKind.EXPOSURE, exposed), (EventKind.CLICK, clicks))
            for each in followers
        ]
    )  # fmt: skip
    keeper = BanditKeeper(experiments, open_log(engine, tmp_path), lambda: now)

    early = is_due(running, now + 3_600)
    now = START + 2 * DAY
    await keeper.reallocate_due()
    await keeper.reallocate_due()  # the next batch has just begun
    moved = await experiments.store.get("default", running.id)
    log = await experiments.store.list_changes("default", running.id)

    assert early is False
    assert [period.start for period in moved.periods] == [START, now]
    assert moved.periods[1].shares == pytest.approx((0.05, 0.95), abs=1e-3)
    assert (log[0].action, log[0].by, log[0].details["rewards"]) == ("reallocate", "bandit", 400)
