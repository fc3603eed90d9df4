"""Queues the jobs of each night, once for an account, whichever worker is the first."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.kit.clock import CHINA
from app.marketing.jobs.queue import MarketingJobs

AUTHOR = "night"  # of the jobs


@dataclass(frozen=True, slots=True, kw_only=True)
class NightlyJobs:
    """Knows which job is due. times: hour of China, and kind of the job; it asks for nothing."""

    jobs: MarketingJobs
    times: Sequence[tuple[int, str]]
    clock: Callable[[], float]

    async def add_due(self, accounts: Sequence[str]) -> None:
        """Queue what is due today and isn't queued. A night without a worker is made up for."""
        now = datetime.fromtimestamp(self.clock(), CHINA)
        for account in accounts:
            for hour, kind in self.times:
                if now.hour >= hour:
                    job_id = _name_job(account, kind, now.date().isoformat())
                    await self.jobs.add_once(job_id, account, kind, AUTHOR)


def _name_job(account: str, kind: str, day: str) -> str:
    """The same id in each worker."""
    return hashlib.sha256(f"{account} {kind} {day}".encode()).hexdigest()[:32]
