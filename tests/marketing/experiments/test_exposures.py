"""What experiments read of the events is the same before and after days are sealed."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.marketing.events.analytics import DuckdbAnalytics, PostgresAnalytics
from app.marketing.events.repository import Events
from app.marketing.events.sealing import DaySealer
from app.marketing.events.snapshots import ActivityReader
from app.marketing.events.values import EventKind, MarketingEvent, SealedEvents
from app.marketing.experiments.exposed_activity import DAY, HOUR
from app.marketing.experiments.exposures import ExposedFollower, ExposureLog
from app.marketing.experiments.first_exposures import FirstExposures
from app.marketing.experiments.plans.traffic import measure_traffic
from app.marketing.experiments.results.observation import observe
from app.marketing.experiments.results.reading import describe_result
from app.marketing.experiments.values import StoredExperiment
from tests.marketing.experiments.people import START, expose, make_experiment, open_log

NOW = START + 12 * DAY
EXPERIMENT = make_experiment(
    more_metrics=[{"event": "share"}], past_days=14,
    guardrails=[{"event": "unfollow", "margin": 0.2, "better": "lower"}],
)  # fmt: skip


def make_event(name: str, kind: str, time: float, pseudonym: str = "") -> MarketingEvent:
    return MarketingEvent(
        account="default", id=name, kind=EventKind(kind), time=time, recorded=time,
        pseudonym=pseudonym,
    )  # fmt: skip


def make_exposures(
    experiment: StoredExperiment, exposed: Sequence[ExposedFollower]
) -> list[MarketingEvent]:
    return [
        replace(
            make_event(f"x{at}", "exposure", each.first, each.pseudonym),
            experiment=experiment.id, variant=each.variant,
        )
        for at, each in enumerate(exposed)
    ]  # fmt: skip


def make_behaviour(followers: int, count: int) -> list[MarketingEvent]:
    """Events of chance in the weeks before and after the start."""
    chance = Random(1)
    kinds = ["click", "share", "unfollow", "view"]
    return [
        make_event(
            f"e{at}", chance.choice(kinds), START + chance.uniform(-14, 12) * DAY,
            f"f-{chance.randrange(followers):016x}",
        )
        for at in range(count)
    ]  # fmt: skip


async def test_an_experiment_reads_the_same_before_and_after_its_days_are_sealed(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    exposed = expose(EXPERIMENT, 120)
    unknown = make_exposures(EXPERIMENT, [replace(exposed[0], pseudonym="")])
    rows = [*make_exposures(EXPERIMENT, exposed), *make_behaviour(150, 900)]
    await Events(engine).write([*rows, *(replace(each, id="unknown") for each in unknown)])
    log = open_log(engine, tmp_path)
    in_database = ExposureLog(engine, PostgresAnalytics(engine))
    before = await observe(log, EXPERIMENT, NOW)
    by_database = await observe(in_database, EXPERIMENT, NOW)
    traffic = await measure_traffic(log.analytics, "default", EXPERIMENT.plan, NOW)

    sealer = DaySealer(engine=engine, folder=tmp_path, open_days=5, clock=lambda: NOW)
    sealed_count = await sealer.seal_due(["default"])
    after = await observe(log, EXPERIMENT, NOW)
    traffic_after = await measure_traffic(log.analytics, "default", EXPERIMENT.plan, NOW)

    assert sealed_count > 15
    assert (list(before.exposed), before.unknown) == (exposed, 1)
    assert before == by_database == after
    assert traffic == traffic_after
    assert describe_result(EXPERIMENT, before) == describe_result(EXPERIMENT, after)
    with pytest.raises(SealedEvents, match="set ANALYTICS=duckdb"):
        await observe(in_database, EXPERIMENT, NOW)


async def test_only_events_within_the_hours_of_the_first_exposure_count(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    [mei, li] = expose(EXPERIMENT, 2)
    hours = EXPERIMENT.plan.metric.hours * HOUR
    later = replace(make_exposures(EXPERIMENT, [mei])[0], id="later", time=mei.first + DAY)
    other = "f-" + "9" * 16  # was not exposed
    rows = [
        make_event("at once", "click", mei.first, mei.pseudonym),
        make_event("at the end", "click", mei.first + hours, mei.pseudonym),
        make_event("too late", "click", mei.first + hours + 1, mei.pseudonym),
        make_event("too early", "click", li.first - 1, li.pseudonym),
        make_event("another kind", "share", li.first + 1, li.pseudonym),
        make_event("nobody", "click", mei.first + 1),
        make_event("stranger", "click", mei.first + 1, other),
        make_event("past", "click", START - 14 * DAY, li.pseudonym),
        make_event("long past", "click", START - 14 * DAY - 1, li.pseudonym),
        replace(make_event("of another", "click", mei.first + 2, mei.pseudonym), experiment="o"),
    ]
    await Events(engine).write([*make_exposures(EXPERIMENT, [mei, li]), later, *rows])

    observation = await observe(open_log(engine, tmp_path), EXPERIMENT, NOW)

    plan = EXPERIMENT.plan
    assert observation.exposed == [mei, li]
    assert observation.event_counts == {
        plan.metric: {mei.pseudonym: 2},
        plan.more_metrics[0]: {li.pseudonym: 1},
        plan.guardrails[0]: {},
    }
    assert observation.past == {li.pseudonym: 1}


async def test_a_follower_s_first_variant_is_the_earliest_one(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    [mei] = expose(EXPERIMENT, 1)
    first = make_exposures(EXPERIMENT, [mei])[0]
    another = "B" if mei.variant == "A" else "A"
    await Events(engine).write(
        [first, replace(first, id="x2", time=first.time + 1, variant=another)]
    )
    analytics = DuckdbAnalytics(ActivityReader(engine=engine, folder=tmp_path))

    record = await ExposureLog(engine, analytics).read_exposures(EXPERIMENT)

    assert record.exposed == [replace(mei, variant_count=2)]
    assert await FirstExposures(engine).find_first_variants(EXPERIMENT, [mei.pseudonym]) == {
        mei.pseudonym: mei.variant
    }


async def test_exposures_before_the_start_are_told_and_do_not_count(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    exposed = [replace(each, first=each.first - 11 * DAY) for each in expose(EXPERIMENT, 30)]
    await Events(engine).write(make_exposures(EXPERIMENT, exposed))

    observation = await observe(open_log(engine, tmp_path), EXPERIMENT, START + HOUR)
    result = describe_result(EXPERIMENT, observation)

    assert (observation.exposed, observation.early) == ([], 30)
    assert result["reason"] == (
        "有 30 次曝光，但时间都早于实验开始，没有计入，请检查上报的时间，并在实验开始之后展示。"
    )
