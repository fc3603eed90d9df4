"""A night reads the tests of accepted proposals; one without a result never fails the night."""

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.inference.fakes import FakeClickPredictor
from app.marketing.events.analytics import PostgresAnalytics
from app.marketing.experiments.requests import ExperimentRequests
from app.marketing.strategy.outcomes import OutcomeReader, UnscoredOutcome
from app.marketing.strategy.repository import Proposals
from app.marketing.strategy.service import ProposalDecisions
from app.marketing.strategy.values import LiftPrediction, NewProposal, Proposal

PREDICTION = LiftPrediction(lift=0.1, low=0.0, high=0.2, basis="假设")
PLAN = {
    "name": "标题",
    "subject": "title",
    "variants": [{"name": "A", "share": 0.5}, {"name": "B", "share": 0.5}],
    "metric": {"event": "click"},
}


@pytest.fixture
def reader(engine: AsyncEngine) -> OutcomeReader:
    """A reader of the test's database."""
    requests = ExperimentRequests(engine, FakeClickPredictor(), PostgresAnalytics(engine))
    return OutcomeReader(engine=engine, experiments=requests)


async def add_proposal(engine: AsyncEngine, subject: str) -> Proposal:
    new = NewProposal(
        kind="test_feature", subject=subject, title=subject, reason="", prediction=PREDICTION,
        plan=PLAN,
    )  # fmt: skip
    [proposal] = await Proposals(engine).add_all("shop", [new])
    return proposal


async def test_a_draft_and_a_lost_experiment_are_awaited(
    engine: AsyncEngine, reader: OutcomeReader
) -> None:
    lost = await add_proposal(engine, "lost")
    await Proposals(engine).decide(lost, "accepted", "王敏", "", "0" * 32)
    drafted = await add_proposal(engine, "drafted")
    accepted = await ProposalDecisions(engine).accept("shop", drafted.id, "王敏", "")

    outcomes = await reader.read("shop")

    assert outcomes == [
        UnscoredOutcome(
            proposal=drafted.id, title="drafted", experiment=accepted.experiment,
            status="not_started", reason="实验还没有开始",
        ),
        UnscoredOutcome(
            proposal=lost.id, title="lost", experiment="0" * 32, status="unreadable",
            reason=f"there is no experiment '{'0' * 32}': list the experiments",
        ),
    ]  # fmt: skip
