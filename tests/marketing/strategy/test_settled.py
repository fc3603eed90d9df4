"""What was decided lately or tested isn't proposed again for a while."""

import time

from sqlalchemy.ext.asyncio import AsyncEngine

from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.service import Experiments
from app.marketing.strategy.repository import Proposals
from app.marketing.strategy.service import ProposalDecisions
from app.marketing.strategy.settled import DECIDED_FOR, TESTED_FOR, list_settled_subjects
from app.marketing.strategy.values import NewProposal
from tests.marketing.experiments.people import FIELDS

PLAN = FIELDS | {"method": "anytime"}


async def decide_all(engine: AsyncEngine) -> str:
    """Accept a proposal with a test, decline one, leave one open; the id of the test."""
    new = [
        NewProposal(kind="test_feature", subject=subject, title="", reason="", prediction=None,
                    plan=PLAN)
        for subject in ("tested", "declined", "open")
    ]  # fmt: skip
    tested, declined, _ = await Proposals(engine).add_all("shop", new)
    decisions = ProposalDecisions(engine)
    await decisions.decline("shop", declined.id, "王敏", "")
    return (await decisions.accept("shop", tested.id, "王敏", "")).experiment


async def test_a_decision_stands_for_a_week_and_a_test_for_ninety_days(
    engine: AsyncEngine,
) -> None:
    experiment = await decide_all(engine)
    service, now = Experiments(ExperimentStore(engine)), time.time()
    spans = (0.0, DECIDED_FOR + 60, TESTED_FOR + 60)
    drafted = [await list_settled_subjects(engine, "shop", now + span) for span in spans]
    running = await service.start(await service.store.get("shop", experiment), "王敏")
    await service.stop(running, "王敏", "", "B")

    ended = [await list_settled_subjects(engine, "shop", now + span) for span in spans]

    assert drafted == [{"tested", "declined"}, {"tested"}, {"tested"}]
    assert ended == [{"tested", "declined"}, {"tested"}, frozenset()]
    assert await list_settled_subjects(engine, "other", now) == frozenset()
