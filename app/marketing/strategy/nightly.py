"""The night's work: reads the evidence, makes proposals, scores what became of earlier ones."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.jobs import ReadExperimentResult
from app.marketing.experiments.requests import ExperimentRequests
from app.marketing.jobs.values import JsonObject, MarketingJob, RecordProgress
from app.marketing.strategy.evidence import EvidenceReader
from app.marketing.strategy.proposing import explain_silence, make_proposals
from app.marketing.strategy.repository import Proposals
from app.marketing.strategy.scoring import PredictionOutcome, score_predictions
from app.marketing.strategy.settings import read_strategy
from app.marketing.strategy.values import Proposal

MOST_OUTCOMES = 50  # of which predictions are scored, the latest ones


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyJobHandler:
    """Makes the proposals of a night."""

    engine: AsyncEngine
    experiments: ExperimentRequests
    clock: Callable[[], float]

    async def run(self, job: MarketingJob, record: RecordProgress) -> JsonObject:
        """The night's report: predicted against achieved, the predictor's score, new proposals."""
        strategy = await read_strategy(self.engine, job.account)
        outcomes = await self.read_outcomes(job.account)
        score = score_predictions(outcomes)
        await record(0.3, None)
        reader = EvidenceReader(engine=self.engine, experiments=self.experiments, clock=self.clock)
        evidence = await reader.read(job.account, strategy)
        await record(0.8, None)
        proposals = make_proposals(strategy, evidence, score.scale)
        stored = await Proposals(self.engine, self.clock).add_all(job.account, proposals)
        return {
            "proposals": [each.id for each in stored],
            "outcomes": [asdict(each) | {"is_inside": each.is_inside} for each in outcomes],
            "score": asdict(score),
            "notes": explain_silence(strategy, evidence),
            "evidence": _describe_evidence(asdict(evidence)),
        }

    async def read_outcomes(self, account: str) -> list[PredictionOutcome]:
        """What the experiments of accepted proposals found so far, where they say anything."""
        accepted = await Proposals(self.engine).list_page(account, "accepted", limit=MOST_OUTCOMES)
        outcomes = [await self._read_outcome(proposal) for proposal in accepted]
        return [outcome for outcome in outcomes if outcome is not None]

    async def _read_outcome(self, proposal: Proposal) -> PredictionOutcome | None:
        prediction = proposal.new.prediction
        if prediction is None or not proposal.experiment or not proposal.new.plan:
            return None
        request = ReadExperimentResult(
            waiter="", account=proposal.account, experiment=proposal.experiment
        )
        result = await self.experiments.answer(request)
        # A test that still runs says nothing yet: its lift would be scored before its time.
        is_final = result["state"] in {"stopped", "decided"} or result["recommendation"] in {
            "launch_variant", "keep_control", "no_difference",
        }  # fmt: skip
        if not is_final or not result["sample_ratio_ok"] or result.get("lift") is None:
            return None
        low, high = result["interval"]
        return PredictionOutcome(
            proposal=proposal.id,
            title=proposal.new.title,
            predicted=prediction.lift,
            low=prediction.low,
            high=prediction.high,
            achieved=result["lift"],
            achieved_low=low,
            achieved_high=high,
        )


def _describe_evidence(evidence: dict[str, Any]) -> dict[str, Any]:
    return evidence | {"open_subjects": sorted(evidence["open_subjects"])}
