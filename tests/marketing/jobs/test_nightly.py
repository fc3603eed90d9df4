"""The jobs of a night are queued once, when their hour has come."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from app.kit.clock import CHINA
from app.marketing.jobs.nightly import NightlyJobs
from app.marketing.jobs.queue import MarketingJobs


async def count_jobs(jobs: MarketingJobs, *kinds: str) -> list[int]:
    return [len(await jobs.list_page("shop", kind)) for kind in kinds]


async def test_each_job_is_queued_once_a_day_after_its_hour(engine: AsyncEngine) -> None:
    jobs = MarketingJobs(engine)
    now = datetime(2026, 12, 1, 2, 59, tzinfo=CHINA).timestamp()
    nights = [
        NightlyJobs(jobs=jobs, times=[(3, "profiles"), (5, "strategy")], clock=lambda: now)
        for _ in range(2)
    ]
    counts = []
    for hours in (0.0, 1.0, 3.0, 24.0):
        now = datetime(2026, 12, 1, 2, 59, tzinfo=CHINA).timestamp() + hours * 3600
        for night in nights:
            await night.add_due(["shop"])
        counts.append(await count_jobs(jobs, "profiles", "strategy"))

    assert counts == [[0, 0], [1, 0], [1, 1], [1, 1]]
