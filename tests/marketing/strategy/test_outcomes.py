"""A night reads the tests of accepted proposals; one without a result never fails the night."""

from dataclasses import replace

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import UNAVAILABLE, open_engine
from app.inference.fake_clicks import FakeClickPredictor
from app.marketing.events.analytics import PostgresAnalytics
from app.marketing.experiments.requests import ExperimentRequests
from app.marketing.strategy.evidence import read_winner
from app.marketing.strategy.outcomes import OutcomeReader, UnscoredOutcome
from app.marketing.strategy.repository import Proposals
from app.marketing.strategy.service import ProposalDecisions
from app.marketing.strategy.values import LiftPrediction, NewProposal, Proposal
from tests.marketing.experiments.people import make_experiment

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
            reason=f"没有实验 '{'0' * 32}'：请先查询实验列表",
        ),
    ]  # fmt: skip


async def test_an_outage_of_the_database_is_none_of_the_experiment(
    engine: AsyncEngine, reader: OutcomeReader
) -> None:
    drafted = await add_proposal(engine, "drafted")
    await ProposalDecisions(engine).accept("shop", drafted.id, "王敏", "")
    nowhere = open_engine("postgresql+asyncpg://shop:shop@127.0.0.1:1/shop")
    experiments = replace(reader.experiments, engine=nowhere)

    with pytest.raises(UNAVAILABLE):
        await replace(reader, experiments=experiments).read("shop")


@pytest.mark.parametrize(
    ("recommendation", "lift", "ok", "is_winner"),
    [
        ("launch_variant", None, True, False),
        ("launch_variant", 0.2, True, True),
        ("keep_control", 0.2, False, True),
        ("keep_control", -0.2, False, False),
        ("keep_control", 0.2, None, False),
        ("continue", 0.2, None, False),
    ],
)
def test_a_winner_is_read_even_where_its_guardrail_is_broken(
    recommendation: str, lift: float | None, ok: bool | None, is_winner: bool
) -> None:
    guardrail = {
        "event": "unfollow", "variant": "B", "margin": 0.25, "control_rate": 0.0043, "rate": 0.106,
        "ok": ok,
    }  # fmt: skip
    result = {
        "recommendation": recommendation, "variant": "B", "significant": True, "lift": lift,
        "interval": [None, 0.4], "guardrails": [guardrail],
    }  # fmt: skip

    winner = read_winner(make_experiment(), result)

    assert (winner is not None) == is_winner
    if winner is not None:
        assert (winner.variant, winner.control, winner.guardrails[0].ok) == ("B", "A", ok)
