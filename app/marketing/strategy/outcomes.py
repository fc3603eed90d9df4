"""What became of accepted proposals: predicted against achieved, and what is still awaited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncEngine

from app.marketing.experiments.requests import ExperimentRequests
from app.marketing.strategy.experiment_results import read_result
from app.marketing.strategy.repository import Proposals
from app.marketing.strategy.scoring import PredictionOutcome
from app.marketing.strategy.values import LiftPrediction, Proposal

MOST_OUTCOMES = 50  # of which predictions are scored, the latest ones
_CONCLUSIONS = frozenset({"launch_variant", "keep_control", "no_difference"})


@dataclass(frozen=True, slots=True, kw_only=True)
class UnscoredOutcome:
    """An accepted proposal whose prediction can't be scored yet, and why not, in Chinese."""

    proposal: str
    title: str
    experiment: str
    status: Literal["not_started", "unreadable", "undecided"]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeReader:
    """Reads what the experiments of accepted proposals found."""

    engine: AsyncEngine
    experiments: ExperimentRequests

    async def read(self, account: str) -> list[PredictionOutcome | UnscoredOutcome]:
        """The outcomes of the latest accepted proposals that have a prediction and a test."""
        accepted = await Proposals(self.engine).list_page(account, "accepted", limit=MOST_OUTCOMES)
        return [
            await self._read_outcome(proposal, proposal.new.prediction)
            for proposal in accepted
            if proposal.new.prediction and proposal.new.plan and proposal.experiment
        ]

    async def _read_outcome(
        self, proposal: Proposal, prediction: LiftPrediction
    ) -> PredictionOutcome | UnscoredOutcome:
        reading = await read_result(self.experiments, proposal.account, proposal.experiment)
        if reading.status != "read":
            return _await(proposal, reading.status, reading.reason)
        if not _is_final(reading.result):
            return _await(proposal, "undecided", reading.result.get("reason", ""))
        low, high = reading.result["interval"]
        return PredictionOutcome(
            proposal=proposal.id,
            subject=proposal.new.subject,
            title=proposal.new.title,
            predicted=prediction.lift,
            low=prediction.low,
            high=prediction.high,
            achieved=reading.result["lift"],
            achieved_low=low,
            achieved_high=high,
        )


def list_measured_lifts(outcomes: Sequence[PredictionOutcome]) -> dict[str, LiftPrediction]:
    """By subject the lift that its latest test found; `outcomes` come latest first."""
    return {
        each.subject: LiftPrediction(
            lift=each.achieved,
            low=each.achieved if each.achieved_low is None else each.achieved_low,
            high=each.achieved if each.achieved_high is None else each.achieved_high,
            basis="上次随机实验的结果",
        )
        for each in reversed(outcomes)
    }


def _is_final(result: Mapping[str, Any]) -> bool:
    """Whether the lift counts: a test that still runs would be scored before its time."""
    is_over = result["state"] in {"stopped", "decided"} or result["recommendation"] in _CONCLUSIONS
    is_sound = result["sample_ratio_ok"] and result["recommendation"] != "fix_assignment"
    return bool(is_over and is_sound and result.get("lift") is not None)


def _await(
    proposal: Proposal, status: Literal["not_started", "unreadable", "undecided"], reason: str
) -> UnscoredOutcome:
    return UnscoredOutcome(
        proposal=proposal.id,
        title=proposal.new.title,
        experiment=proposal.experiment,
        status=status,
        reason=reason,
    )
