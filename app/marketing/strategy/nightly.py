"""The night's work: reads the evidence, makes proposals, scores what became of earlier ones."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.marketing.experiments.requests import ExperimentRequests
from app.marketing.jobs.values import JsonObject, MarketingJob, RecordProgress
from app.marketing.strategy.evidence import EvidenceReader
from app.marketing.strategy.outcomes import OutcomeReader, UnscoredOutcome, list_measured_lifts
from app.marketing.strategy.proposing import explain_silence, make_proposals
from app.marketing.strategy.reachable_tests import tell_unreachable_test
from app.marketing.strategy.repository import Proposals
from app.marketing.strategy.scoring import PredictionOutcome, score_predictions
from app.marketing.strategy.settings import read_strategy


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategyJobHandler:
    """Makes the proposals of a night."""

    engine: AsyncEngine
    experiments: ExperimentRequests
    clock: Callable[[], float]

    async def run(self, job: MarketingJob, record: RecordProgress) -> JsonObject:
        """The night's report: predicted against achieved, the predictor's score, new proposals."""
        strategy = await read_strategy(self.engine, job.account)
        outcomes = OutcomeReader(engine=self.engine, experiments=self.experiments)
        accepted_outcomes = await outcomes.read(job.account)
        scored = [each for each in accepted_outcomes if isinstance(each, PredictionOutcome)]
        pending = [each for each in accepted_outcomes if isinstance(each, UnscoredOutcome)]
        score = score_predictions(scored)
        await record(0.3, None)
        reader = EvidenceReader(engine=self.engine, experiments=self.experiments, clock=self.clock)
        evidence = await reader.read(job.account, strategy)
        evidence = replace(evidence, measured=list_measured_lifts(scored))
        await record(0.8, None)
        proposals = [
            await tell_unreachable_test(self.experiments, job.account, each, evidence)
            for each in make_proposals(strategy, evidence, score.scale)
        ]
        stored = await Proposals(self.engine, self.clock).add_all(job.account, proposals)
        return {
            "proposals": [each.id for each in stored],
            "outcomes": [asdict(each) | {"is_inside": each.is_inside} for each in scored],
            "pending": [asdict(each) for each in pending],
            "score": asdict(score),
            "notes": explain_silence(strategy, evidence),
            "evidence": _describe_evidence(asdict(evidence)),
        }


def _describe_evidence(evidence: dict[str, Any]) -> dict[str, Any]:
    subjects = ("open_subjects", "settled_subjects")
    return evidence | {name: sorted(evidence[name]) for name in subjects}
