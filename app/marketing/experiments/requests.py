"""Answers worker requests about experiments: what needs arrays and statistics.

The statistics are imported where they are used: scipy.stats takes half a second of each start, and
few questions need it.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.jobs import AnalyzeExperiment, PlanExperiment
from app.marketing.experiments.plan import ExperimentPlan
from app.marketing.experiments.refusals import refusing_bad_counts
from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.service import Experiments
from app.marketing.experiments.traffic import Traffic
from app.marketing.experiments.values import PlannedRun

ExperimentRequest = AnalyzeExperiment | PlanExperiment


@dataclass(frozen=True, slots=True)
class ExperimentRequests:
    """Answers with JSON values. Raises Refusal."""

    engine: AsyncEngine

    async def answer(self, request: ExperimentRequest) -> dict[str, Any]:
        """The answer to one request."""
        match request:
            case AnalyzeExperiment():
                return await asyncio.to_thread(_analyse, request.question)
            case PlanExperiment():
                return await self._plan(request)

    async def _plan(self, request: PlanExperiment) -> dict[str, Any]:
        experiments = Experiments(ExperimentStore(self.engine))
        experiment = await experiments.store.get(request.account, request.experiment)
        traffic = Traffic(request.base_rate, request.daily_exposures, "request")
        run = await asyncio.to_thread(_plan_run, experiment.plan, traffic)
        await experiments.set_run(experiment, request.author, run)
        return asdict(run)


def _analyse(question: Mapping[str, Any]) -> dict[str, Any]:
    from app.marketing.experiments import reports

    return reports.answer_question(question)


def _plan_run(plan: ExperimentPlan, traffic: Traffic) -> PlannedRun:
    from app.marketing.experiments import planning

    with refusing_bad_counts():
        return planning.plan_run(plan, traffic)
