"""Marketing jobs: run once, taken over from a dead worker, given up at last."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.errors import DatabaseUnavailable, Overloaded, Refusal
from app.marketing.jobs.queue import LEASE, MOST_QUEUED, MOST_TRIES, MarketingJobs, UnknownJob
from app.marketing.jobs.runner import MarketingJobRunner
from app.marketing.jobs.values import MarketingJob, RecordProgress


class NothingToReport(Refusal):
    """The handler refuses."""

    name = "nothing_to_report"


@dataclass
class Handler:
    """Reports half of the result, then the result, or raises."""

    error: Exception | None = None

    async def run(self, job: MarketingJob, record: RecordProgress) -> Mapping[str, Any]:
        await record(0.5, {"rows": [1]})
        if self.error:
            raise self.error
        return {"rows": [1, job.request["last"]]}


def make_runner(engine: AsyncEngine, error: Exception | None = None) -> MarketingJobRunner:
    return MarketingJobRunner(jobs=MarketingJobs(engine), handlers={"report": Handler(error)})


async def test_a_job_is_run_with_its_request(engine: AsyncEngine) -> None:
    jobs = MarketingJobs(engine, clock=lambda: 7.0)
    job = await jobs.add("shop", "report", "小林", {"last": 2})

    await make_runner(engine).run_next()

    stored = await jobs.get("shop", "report", job.id)
    assert (stored.state, stored.progress, stored.result) == ("done", 1.0, {"rows": [1, 2]})
    assert await jobs.list_page("shop", "report") == [stored]
    assert await jobs.list_page("shop", "copy") == []


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (NothingToReport("no event in this week"), "no event in this week"),
        (KeyError("secret"), "任务出错（KeyError），请查看 worker 日志"),
    ],
)
async def test_a_job_that_fails_says_why_and_keeps_what_was_done(
    engine: AsyncEngine, error: Exception, reason: str
) -> None:
    jobs = MarketingJobs(engine)
    job = await jobs.add("shop", "report", "小林", {"last": 2})

    await make_runner(engine, error).run_next()

    stored = await jobs.get("shop", "report", job.id)
    assert (stored.state, stored.reason, stored.result) == ("failed", reason, {"rows": [1]})


async def test_a_kind_that_a_worker_does_not_know_waits_for_another(engine: AsyncEngine) -> None:
    jobs = MarketingJobs(engine)
    job = await jobs.add("shop", "dance", "小林", {})

    await make_runner(engine).run_next()

    assert (await jobs.get("shop", "dance", job.id)).state == "queued"


async def test_a_job_of_another_kind_or_account_is_unknown(engine: AsyncEngine) -> None:
    jobs = MarketingJobs(engine)
    job = await jobs.add("shop", "report", "小林", {})

    for account, kind in [("shop", "copy"), ("other", "report")]:
        with pytest.raises(UnknownJob, match="there is no job"):
            await jobs.get(account, kind, job.id)


async def test_a_job_of_a_dead_worker_is_taken_over_and_given_up_at_last(
    engine: AsyncEngine,
) -> None:
    now = 1_800_000_000.0
    jobs = MarketingJobs(engine, clock=lambda: now)
    job = await jobs.add("shop", "report", "小林", {})

    first = await jobs.lease_next("one", ["report"])
    beside = await jobs.lease_next("two", ["report"])
    later: list[MarketingJob | None] = []
    for _ in range(MOST_TRIES):
        now += LEASE + 1
        later.append(await jobs.lease_next("two", ["report"]))
    await jobs.finish(job, "one", {"rows": []})

    assert first is not None
    assert (first.id, beside) == (job.id, None)
    assert [each is not None for each in later] == [True, True, False]
    assert (await jobs.get("shop", "report", job.id)).state == "failed"


async def test_a_job_that_meets_an_outage_is_run_again_after_its_lease(
    engine: AsyncEngine,
) -> None:
    now = 1_800_000_000.0
    jobs = MarketingJobs(engine, clock=lambda: now)
    job = await jobs.add("shop", "report", "小林", {})
    handler = Handler(DatabaseUnavailable("TimeoutError"))

    with pytest.raises(DatabaseUnavailable):
        await MarketingJobRunner(jobs=jobs, handlers={"report": handler}).run_next()
    now += LEASE + 1
    later = await jobs.lease_next("two", ["report"])

    assert later is not None
    assert (later.id, later.result) == (job.id, {"rows": [1]})


async def test_a_job_leased_by_a_clock_that_was_ahead_is_taken_over(engine: AsyncEngine) -> None:
    now = 1_800_000_000.0
    jobs = MarketingJobs(engine, clock=lambda: now)
    job = await jobs.add("shop", "report", "小林", {})

    now += 30 * 86_400
    ahead = await jobs.lease_next("one", ["report"])
    now -= 30 * 86_400
    later = await jobs.lease_next("two", ["report"])

    assert [each and each.id for each in (ahead, later)] == [job.id, job.id]


async def test_finished_jobs_are_dropped_after_the_time_that_records_are_kept(
    engine: AsyncEngine,
) -> None:
    jobs = MarketingJobs(engine, clock=lambda: 1_800_000_000.0)
    finished = await jobs.add("shop", "report", "小林", {"last": 2})
    await make_runner(engine).run_next()
    waiting = await jobs.add("shop", "report", "小林", {})

    late = time.time() + 181 * 86_400
    counts = [await jobs.drop_old(when, timedelta(180)) for when in (time.time(), late)]

    assert counts == [0, 1]
    assert [each.id for each in await jobs.list_page("shop", "report")] == [waiting.id]
    assert finished.id != waiting.id


async def test_too_many_waiting_jobs_are_refused(engine: AsyncEngine) -> None:
    jobs = MarketingJobs(engine)
    for _ in range(MOST_QUEUED):
        await jobs.add("shop", "report", "小林", {})

    with pytest.raises(Overloaded, match="200 jobs of this account wait"):
        await jobs.add("shop", "report", "小林", {})
    await jobs.add("other", "report", "小林", {})


@dataclass
class EndlessHandler:
    """Works until it is cancelled; `begins` is set once it works."""

    begins: asyncio.Event

    async def run(self, job: MarketingJob, record: RecordProgress) -> Mapping[str, Any]:
        await record(0.5, {"rows": [1]})
        self.begins.set()
        await asyncio.Event().wait()
        return {}


async def test_a_worker_that_stops_gives_its_job_back(engine: AsyncEngine) -> None:
    jobs, begins, stopping = MarketingJobs(engine), asyncio.Event(), asyncio.Event()
    job = await jobs.add("shop", "report", "小林", {"last": 2})
    handlers = {"report": EndlessHandler(begins)}
    runner = MarketingJobRunner(jobs=jobs, handlers=handlers, stopping=stopping)
    running = asyncio.create_task(runner.run_next())
    await begins.wait()

    stopping.set()
    await running

    stored = await jobs.get("shop", "report", job.id)
    assert (stored.state, stored.progress, stored.result) == ("queued", 0.5, {"rows": [1]})
    await make_runner(engine).run_next()
    assert (await jobs.get("shop", "report", job.id)).state == "done"


async def test_a_long_job_keeps_its_lease_without_progress(engine: AsyncEngine) -> None:
    now, begins = [0.0], asyncio.Event()
    jobs = MarketingJobs(engine, clock=lambda: now[0])
    await jobs.add("shop", "report", "小林", {"last": 2})
    handlers = {"report": EndlessHandler(begins)}
    runner = MarketingJobRunner(jobs=jobs, handlers=handlers, renew_every=0.05)
    running = asyncio.create_task(runner.run_next())
    await begins.wait()
    now[0] = LEASE - 1
    await asyncio.sleep(1)

    now[0] = LEASE + 1
    stolen_job = await jobs.lease_next("other", ["report"])

    assert stolen_job is None
    runner.stopping.set()
    await running
