"""Answers worker requests about experiments: what needs arrays and statistics.

The statistics are imported where they are used: scipy.stats takes half a second of each start, and
few questions need it.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncEngine

from app.inference.click_ports import ClickPredictor
from app.jobs import (
    AnalyzeExperiment,
    PlanExperiment,
    ReadExperimentResult,
    ReadTrainingRows,
)
from app.marketing.events.analytics import Analytics
from app.marketing.experiments.exposures import ExposureLog
from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.plans.priors import predict_priors
from app.marketing.experiments.plans.traffic import Traffic, measure_traffic
from app.marketing.experiments.refusals import refusing_bad_counts
from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.service import Experiments
from app.marketing.experiments.values import PlannedRun, StoredExperiment

if TYPE_CHECKING:  # it loads the statistics
    from app.marketing.experiments.results.observation import Observation

ExperimentRequest = AnalyzeExperiment | PlanExperiment | ReadExperimentResult | ReadTrainingRows


@dataclass(frozen=True, slots=True)
class ExperimentRequests:
    """Answers with JSON values. Raises Refusal."""

    engine: AsyncEngine
    clicks: ClickPredictor
    analytics: Analytics
    clock: Callable[[], float] = time.time

    async def answer(self, request: ExperimentRequest) -> dict[str, Any]:
        """The answer to one request."""
        match request:
            case AnalyzeExperiment():
                return await asyncio.to_thread(_analyse, request.question)
            case PlanExperiment():
                return await self._plan(request)
            case ReadExperimentResult():
                return await self._read_result(request)
            case ReadTrainingRows():
                return await self.read_training_rows(request.account)

    async def _plan(self, request: PlanExperiment) -> dict[str, Any]:
        experiments = Experiments(ExperimentStore(self.engine))
        experiment = await experiments.store.get(request.account, request.experiment)
        traffic = await self._find_traffic(request, experiment)
        run = await asyncio.to_thread(_plan_run, experiment.plan, traffic)
        priors = await predict_priors(
            self.clicks, experiment.account, experiment.plan, traffic.base_rate
        )
        run = replace(run, priors=priors)
        await experiments.set_run(experiment, request.author, run)
        return asdict(run)

    async def size_plan(self, account: str, plan: ExperimentPlan) -> PlannedRun:
        """The run that a plan takes in the account's traffic; nothing is stored."""
        traffic = await measure_traffic(self.analytics, account, plan, self.clock())
        return await asyncio.to_thread(_plan_run, plan, traffic)

    async def _find_traffic(self, request: PlanExperiment, experiment: StoredExperiment) -> Traffic:
        """What the request gives; what it leaves out is measured."""
        if request.base_rate is not None and request.daily_exposures is not None:
            return Traffic(request.base_rate, request.daily_exposures, "request")
        traffic = await measure_traffic(
            self.analytics, experiment.account, experiment.plan, self.clock()
        )
        return replace(
            traffic,
            base_rate=request.base_rate or traffic.base_rate,
            daily_exposures=request.daily_exposures or traffic.daily_exposures,
            followers=None if request.daily_exposures else traffic.followers,
        )

    async def _read_result(self, request: ReadExperimentResult) -> dict[str, Any]:
        from app.marketing.experiments.results.observation import observe

        experiment = await ExperimentStore(self.engine).get(request.account, request.experiment)
        log = ExposureLog(self.engine, self.analytics)
        observation = await observe(log, experiment, self.clock())
        return await asyncio.to_thread(_describe_result, experiment, observation)

    async def read_training_rows(self, account: str) -> dict[str, Any]:
        """Ended experiments as `rows` of the click model, and those that are `left_out`."""
        from app.marketing.experiments.results.training_rows import TrainingRowReader

        store, log = ExperimentStore(self.engine), ExposureLog(self.engine, self.analytics)
        return await TrainingRowReader(store, log, self.clock).read(account)


def _analyse(question: Mapping[str, Any]) -> dict[str, Any]:
    from app.marketing.experiments.results import reports

    return reports.answer_question(question)


def _plan_run(plan: ExperimentPlan, traffic: Traffic) -> PlannedRun:
    from app.marketing.experiments.plans import planning

    with refusing_bad_counts():
        return planning.plan_run(plan, traffic)


def _describe_result(experiment: StoredExperiment, observation: "Observation") -> dict[str, Any]:
    from app.marketing.experiments.results import reading

    with refusing_bad_counts():
        return reading.describe_result(experiment, observation)
