"""Runs marketing jobs in a worker, one at a time."""

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from app.db.engines import UNAVAILABLE
from app.errors import Refusal
from app.marketing.jobs.queue import LEASE, MarketingJobs
from app.marketing.jobs.values import JobHandler, JsonObject, MarketingJob

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketingJobRunner:
    """Takes the oldest job whose kind has a handler, and stores its result.

    A worker leaves kinds that it doesn't know to a newer one.
    """

    jobs: MarketingJobs
    handlers: Mapping[str, JobHandler]
    stopping: asyncio.Event = field(default_factory=asyncio.Event)  # set when the worker stops
    renew_every: float = LEASE / 5  # seconds
    worker: str = field(default_factory=lambda: uuid.uuid4().hex)

    async def run_next(self) -> None:
        """Run one job, if one waits. A job that fails says why; it doesn't stop the others.

        A worker that stops gives the job back. Raises one of UNAVAILABLE when the database goes
        away: the job is run again once its lease is over.
        """
        job = await self.jobs.lease_next(self.worker, self.handlers)
        if job is None:
            return
        try:
            result = await self._run_leased(job)
            if result is None:
                await self.jobs.give_back(job, self.worker)
            else:
                await self.jobs.finish(job, self.worker, result)
        except UNAVAILABLE:
            raise
        except Refusal as error:
            await self.jobs.fail(job, self.worker, error.for_operators)
        except Exception as error:  # the next job must run
            log.exception("marketing_job_failed", job=job.id, kind=job.kind)
            reason = f"任务出错（{type(error).__name__}），请查看 worker 日志"
            await self.jobs.fail(job, self.worker, reason)

    async def _run_leased(self, job: MarketingJob) -> JsonObject | None:
        """The job's result; None where the worker stops first. Renews the lease meanwhile."""
        work = asyncio.ensure_future(self.handlers[job.kind].run(job, self._recorder_of(job)))
        stop = asyncio.create_task(self.stopping.wait())
        try:
            while not work.done() and not stop.done():
                await asyncio.wait(
                    {work, stop}, timeout=self.renew_every, return_when=asyncio.FIRST_COMPLETED
                )
                await self.jobs.renew(job, self.worker)
            return work.result() if work.done() else None
        finally:
            work.cancel()
            stop.cancel()
            # What a cancelled job raises on its way out is nobody's fault: it begins anew.
            await asyncio.gather(work, stop, return_exceptions=True)

    def _recorder_of(self, job: MarketingJob) -> "_ProgressRecorder":
        return _ProgressRecorder(self.jobs, job, self.worker)


@dataclass(frozen=True, slots=True)
class _ProgressRecorder:
    jobs: MarketingJobs
    job: MarketingJob
    worker: str

    async def __call__(self, share: float, result: JsonObject | None) -> None:
        await self.jobs.record_progress(self.job, self.worker, share, result)
