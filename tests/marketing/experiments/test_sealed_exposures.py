"""A bandit knows what it showed a follower first after the day is sealed, until it ends."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.tables import sealed_exposures
from app.marketing.events.repository import Events
from app.marketing.events.sealing import DaySealer
from app.marketing.experiments.exposed_activity import DAY
from app.marketing.experiments.exposing import build_exposure
from app.marketing.experiments.first_exposures import FirstExposures
from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.service import Experiments
from app.marketing.experiments.values import StoredExperiment
from app.privacy.pseudonym import make_pseudonym
from app.privacy.repository import Followers
from tests.marketing.experiments.people import FIELDS, START
from tests.service import CMS_KEY

NOW = START + 200 * DAY
MEI, LI = (make_pseudonym(openid, CMS_KEY) for openid in ("mei", "li"))


async def start_bandit(engine: AsyncEngine) -> StoredExperiment:
    experiments = Experiments(ExperimentStore(engine), lambda: START)
    plan = ExperimentPlan.model_validate(FIELDS | {"kind": "bandit", "method": "bayesian"})
    return await experiments.start(await experiments.create("default", "小林", plan), "小林")


async def expose(
    engine: AsyncEngine, experiment: StoredExperiment, pseudonym: str, variant: str, day: float
) -> None:
    event = build_exposure("default", experiment.id, variant, pseudonym, START + day * DAY)
    await Events(engine).write([replace(event, id=f"{pseudonym[:8]}-{day}")])


@pytest.fixture
def sealer(engine: AsyncEngine, tmp_path: Path) -> DaySealer:
    async def read_now(_: AsyncEngine) -> float:
        return NOW

    return DaySealer(
        engine=engine, folder=tmp_path, open_days=90, clock=lambda: NOW, second_clock=read_now
    )


async def count_rows(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return int(await connection.scalar(select(func.count()).select_from(sealed_exposures)) or 0)


async def test_a_bandit_older_than_the_open_days_knows_what_it_showed_first(
    engine: AsyncEngine, sealer: DaySealer
) -> None:
    bandit = await start_bandit(engine)
    for variant, day in (("B", 1), ("A", 1.1), ("A", 50), ("A", 190)):
        await expose(engine, bandit, MEI, variant, day)
    await expose(engine, bandit, LI, "A", 195)
    before = await FirstExposures(engine).find_first_variants(bandit, [MEI, LI])

    sealed_days = await sealer.seal_due(["default"])
    after = await FirstExposures(engine).find_first_variants(bandit, [MEI, LI])

    assert before == after == {MEI: "B", LI: "A"}
    assert (sealed_days, await count_rows(engine)) == (2, 1)


async def test_an_exposure_that_was_told_late_comes_before_a_later_one(
    engine: AsyncEngine, sealer: DaySealer
) -> None:
    bandit = await start_bandit(engine)
    for variant, day in (("A", 50), ("B", 3)):
        await expose(engine, bandit, MEI, variant, day)
        await sealer.seal_due(["default"])

    assert await FirstExposures(engine).find_first_variants(bandit, [MEI]) == {MEI: "B"}


async def test_erasure_reaches_what_was_shown_first(engine: AsyncEngine, sealer: DaySealer) -> None:
    bandit = await start_bandit(engine)
    await expose(engine, bandit, MEI, "B", 1)
    await sealer.run(["default"])

    await Followers(engine, CMS_KEY).erase("default", "mei", NOW)

    assert await FirstExposures(engine).find_first_variants(bandit, [MEI]) == {}


@pytest.mark.parametrize(("keep_days", "ends"), [(400, True), (100, False)])
async def test_nothing_is_noted_longer_than_it_is_needed_or_events_are_kept(
    engine: AsyncEngine, sealer: DaySealer, keep_days: int, ends: bool
) -> None:
    bandit = await start_bandit(engine)
    await expose(engine, bandit, MEI, "B", 1)
    await sealer.run(["default"])
    noted = await count_rows(engine)
    if ends:
        await Experiments(ExperimentStore(engine)).stop(bandit, "小林", "够了", "B")

    await replace(sealer, keep_days=keep_days).run(["default"])

    assert (noted, await count_rows(engine)) == (1, 0)
