"""Jobs that write copy, in the database: queued over REST, run by a worker under a lease."""

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import and_, insert, or_, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import copy_jobs
from app.errors import Overloaded, Refusal

State = Literal["queued", "running", "done", "failed"]
LEASE = 300.0  # seconds; progress renews it
MOST_TRIES = 3  # workers that may die of one job
MOST_QUEUED = 200  # jobs of an account that wait


class UnknownCopyJob(Refusal):
    """The account has no job of this id."""

    status = 404
    name = "unknown_copy_job"


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyJob:
    """A job; `variants` are JSON values, [] until it is done."""

    id: str
    account: str
    brief: str
    brief_version: int
    author: str
    count: int
    state: State
    progress: float
    variants: list[dict[str, Any]]
    similarity: float | None
    reason: str
    created: float
    finished: float | None


@dataclass(frozen=True, slots=True)
class CopyJobs:
    """Reads and writes jobs."""

    engine: AsyncEngine
    clock: Callable[[], float] = time.time

    async def add(
        self, account: str, brief: str, brief_version: int, author: str, count: int
    ) -> CopyJob:
        """Queue a job. Raises Overloaded where too many of the account wait."""
        row = {
            "id": uuid.uuid4().hex, "account": account, "brief": brief,
            "brief_version": brief_version, "author": author, "count": count,
            "state": "queued", "progress": 0.0, "variants": [], "similarity": None, "reason": "",
            "created": self.clock(), "finished": None, "leased_by": "", "leased_until": 0.0,
            "tries": 0,
        }  # fmt: skip
        waiting = select(copy_jobs.c.id).where(
            copy_jobs.c.account == account, copy_jobs.c.state == "queued"
        )
        async with self.engine.begin() as connection:
            queued = (await connection.execute(waiting.limit(MOST_QUEUED))).all()
            if len(queued) >= MOST_QUEUED:
                raise Overloaded(f"{MOST_QUEUED} jobs of this account wait: try again later")
            new_row = (
                await connection.execute(insert(copy_jobs).values(**row).returning(copy_jobs))
            ).one()
        return _read_row(new_row)

    async def get(self, account: str, job_id: str) -> CopyJob:
        """A job. Raises UnknownCopyJob."""
        query = select(copy_jobs).where(copy_jobs.c.account == account, copy_jobs.c.id == job_id)
        async with connect_to_read(self.engine) as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise UnknownCopyJob(f"there is no job {job_id!r}: list the jobs")
        return _read_row(row)

    async def list_page(self, account: str, *, offset: int = 0, limit: int = 20) -> list[CopyJob]:
        """A page of the account's jobs, the latest first."""
        query = (
            select(copy_jobs)
            .where(copy_jobs.c.account == account)
            .order_by(copy_jobs.c.created.desc(), copy_jobs.c.id)
            .offset(offset)
            .limit(limit)
        )
        async with connect_to_read(self.engine) as connection:
            return [_read_row(row) for row in await connection.execute(query)]

    async def lease_next(self, worker: str) -> CopyJob | None:
        """The oldest job that waits, or that a dead worker left; now `worker` runs it."""
        now = self.clock()
        is_free = or_(
            copy_jobs.c.state == "queued",
            and_(copy_jobs.c.state == "running", copy_jobs.c.leased_until < now),
        )
        oldest = (
            select(copy_jobs.c.account, copy_jobs.c.id)
            .where(is_free)
            .order_by(copy_jobs.c.created)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        async with self.engine.begin() as connection:
            row = (await connection.execute(oldest)).one_or_none()
            if row is None:
                return None
            taking = (
                update(copy_jobs)
                .where(copy_jobs.c.account == row.account, copy_jobs.c.id == row.id)
                .values(
                    state="running", leased_by=worker, leased_until=now + LEASE,
                    tries=copy_jobs.c.tries + 1,
                )
                .returning(copy_jobs)
            )  # fmt: skip
            leased = (await connection.execute(taking)).one()
            if leased.tries > MOST_TRIES:
                ending = update(copy_jobs).where(
                    copy_jobs.c.account == row.account, copy_jobs.c.id == row.id
                )
                reason = f"写作中断了 {MOST_TRIES} 次，请查看 worker 日志后重新提交"
                await connection.execute(ending.values(state="failed", reason=reason, finished=now))
                return None
        return _read_row(leased)

    async def record_progress(self, job: CopyJob, worker: str, share: float) -> None:
        """Store how much is done, 0 to 1, and renew the lease."""
        await self._change(job, worker, progress=share, leased_until=self.clock() + LEASE)

    async def finish(
        self, job: CopyJob, worker: str, variants: Sequence[Mapping[str, Any]], similarity: float
    ) -> None:
        """Store the variants as JSON; nothing where another worker runs the job by now."""
        await self._change(
            job, worker, state="done", progress=1.0, variants=list(variants), similarity=similarity,
            finished=self.clock(),
        )  # fmt: skip

    async def fail(self, job: CopyJob, worker: str, reason: str) -> None:
        """Store why nothing was written."""
        await self._change(job, worker, state="failed", reason=reason, finished=self.clock())

    async def _change(self, job: CopyJob, worker: str, **values: Any) -> None:
        query = update(copy_jobs).where(
            copy_jobs.c.account == job.account,
            copy_jobs.c.id == job.id,
            copy_jobs.c.leased_by == worker,
            copy_jobs.c.state == "running",
        )
        async with self.engine.begin() as connection:
            await connection.execute(query.values(**values))


def _read_row(row: Row[Any]) -> CopyJob:
    columns = row._mapping
    return CopyJob(**{name: columns[name] for name in CopyJob.__dataclass_fields__})
