"""Runs marketing jobs in a worker, one at a time."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from app.errors import Refusal
from app.marketing.jobs.queue import MarketingJobs
from app.marketing.jobs.values import JobHandler, JsonObject, MarketingJob

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketingJobRunner:
    """Takes the oldest job whose kind has a handler, and stores its result.

    A worker leaves kinds that it doesn't know to a newer one.
    """

    jobs: MarketingJobs
    handlers: Mapping[str, JobHandler]
    worker: str = field(default_factory=lambda: uuid.uuid4().hex)

    async def run_next(self) -> None:
        """Run one job, if one waits. A job that fails says why; it doesn't stop the others."""
        job = await self.jobs.lease_next(self.worker, self.handlers)
        if job is None:
            return
        try:
            result = await self.handlers[job.kind].run(job, self._recorder_of(job))
            await self.jobs.finish(job, self.worker, result)
        except Refusal as error:
            await self.jobs.fail(job, self.worker, str(error))
        except Exception as error:  # the next job must run
            log.exception("marketing_job_failed", job=job.id, kind=job.kind)
            reason = f"任务出错（{type(error).__name__}），请查看 worker 日志"
            await self.jobs.fail(job, self.worker, reason)

    def _recorder_of(self, job: MarketingJob) -> "_ProgressRecorder":
        return _ProgressRecorder(self.jobs, job, self.worker)


@dataclass(frozen=True, slots=True)
class _ProgressRecorder:
    jobs: MarketingJobs
    job: MarketingJob
    worker: str

    async def __call__(self, share: float, result: JsonObject | None) -> None:
        await self.jobs.record_progress(self.job, self.worker, share, result)
