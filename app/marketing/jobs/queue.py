"""The queue of marketing jobs, in the database: one worker runs a job, under a lease."""

import time
import uuid
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import marketing_jobs
from app.errors import Overloaded, Refusal
from app.marketing.jobs.job_files import delete_file, insert_file
from app.marketing.jobs.values import JsonObject, MarketingJob

LEASE = 300.0  # seconds; progress renews it
MOST_TRIES = 3  # workers that may die of one job
MOST_QUEUED = 200  # jobs of an account that wait


class UnknownJob(Refusal):
    """The account has no job of this id and kind."""

    status = 404
    name = "unknown_job"


@dataclass(frozen=True, slots=True)
class MarketingJobs:
    """Reads and writes jobs."""

    engine: AsyncEngine
    clock: Callable[[], float] = time.time

    async def add(
        self,
        account: str,
        kind: str,
        author: str,
        request: JsonObject,
        parts: AsyncIterator[bytes] | None = None,
    ) -> MarketingJob:
        """Queue a job, with a file in `parts`. Raises Overloaded where too many wait."""
        row = self._make_row(uuid.uuid4().hex, account, kind, author, request)
        waiting = select(marketing_jobs.c.id).where(
            marketing_jobs.c.account == account, marketing_jobs.c.state == "queued"
        )
        async with self.engine.begin() as connection:
            queued = (await connection.execute(waiting.limit(MOST_QUEUED))).all()
            if len(queued) >= MOST_QUEUED:
                raise Overloaded(
                    f"{MOST_QUEUED} jobs of this account wait: try again later",
                    chinese=f"这个账号已有 {MOST_QUEUED} 个任务在等待：请稍后再试",
                )
            adding = insert(marketing_jobs).values(**row).returning(marketing_jobs)
            new_row = (await connection.execute(adding)).one()
            if parts is not None:
                await insert_file(connection, account, new_row.id, parts)
        return _read_row(new_row)

    async def add_once(self, job_id: str, account: str, kind: str, author: str) -> None:
        """Queue a job that asks for nothing, unless the account has one of this id."""
        row = self._make_row(job_id, account, kind, author, {})
        adding = postgresql.insert(marketing_jobs).values(**row).on_conflict_do_nothing()
        async with self.engine.begin() as connection:
            await connection.execute(adding)

    async def get(self, account: str, kind: str, job_id: str) -> MarketingJob:
        """A job. Raises UnknownJob."""
        query = _select_job(account, job_id).where(marketing_jobs.c.kind == kind)
        async with connect_to_read(self.engine) as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise UnknownJob(
                f"there is no job {job_id!r}: list the jobs",
                chinese=f"没有任务 {job_id!r}：请先查询任务列表",
            )
        return _read_row(row)

    async def list_page(
        self, account: str, kind: str, *, offset: int = 0, limit: int = 20
    ) -> list[MarketingJob]:
        """A page of the account's jobs of a kind, the latest first."""
        query = (
            select(marketing_jobs)
            .where(marketing_jobs.c.account == account, marketing_jobs.c.kind == kind)
            .order_by(marketing_jobs.c.created.desc(), marketing_jobs.c.id)
            .offset(offset)
            .limit(limit)
        )
        async with connect_to_read(self.engine) as connection:
            return [_read_row(row) for row in await connection.execute(query)]

    async def lease_next(self, worker: str, kinds: Collection[str]) -> MarketingJob | None:
        """The oldest job of these kinds that waits, or that a dead worker left.

        `worker` runs it from now on. A job that several workers died of fails.
        """
        now = self.clock()
        async with self.engine.begin() as connection:
            row = (await connection.execute(_select_free_job(now, kinds))).one_or_none()
            if row is None:
                return None
            leasing = _update_job(row.account, row.id).values(
                state="running", leased_by=worker, leased_until=now + LEASE,
                tries=marketing_jobs.c.tries + 1,
            )  # fmt: skip
            leased = (await connection.execute(leasing.returning(marketing_jobs))).one()
            if leased.tries > MOST_TRIES:
                reason = f"任务中断了 {MOST_TRIES} 次，请查看 worker 日志后重新提交"
                ending = _update_job(row.account, row.id)
                await connection.execute(ending.values(state="failed", reason=reason, finished=now))
                await delete_file(connection, row.account, row.id)
                return None
        return _read_row(leased)

    async def record_progress(
        self, job: MarketingJob, worker: str, share: float, result: JsonObject | None
    ) -> None:
        """Store how much is done, and what there is of the result; renew the lease."""
        values: dict[str, Any] = {"progress": share, "leased_until": self.clock() + LEASE}
        if result is not None:
            values["result"] = dict(result)
        await self._change(job, worker, **values)

    async def renew(self, job: MarketingJob, worker: str) -> None:
        """Keep the job for another LEASE."""
        await self._change(job, worker, leased_until=self.clock() + LEASE)

    async def give_back(self, job: MarketingJob, worker: str) -> None:
        """Queue the job again, for another worker; the try doesn't count.

        What there is of the result stays: a handler that can go on from there does.
        """
        await self._change(
            job, worker, state="queued", leased_by="", leased_until=0.0,
            tries=marketing_jobs.c.tries - 1,
        )  # fmt: skip

    async def finish(self, job: MarketingJob, worker: str, result: JsonObject) -> None:
        """Store the result; nothing where another worker runs the job by now."""
        await self._end(job, worker, state="done", progress=1.0, result=dict(result))

    async def fail(self, job: MarketingJob, worker: str, reason: str) -> None:
        """Store why there is no result."""
        await self._end(job, worker, state="failed", reason=reason)

    async def drop_old(self, now: float, keep: timedelta) -> int:
        """Delete the jobs that finished longer ago than `keep`; returns their number."""
        old = delete(marketing_jobs).where(marketing_jobs.c.finished < now - keep.total_seconds())
        async with self.engine.begin() as connection:
            return (await connection.execute(old)).rowcount

    def _make_row(
        self, job_id: str, account: str, kind: str, author: str, request: JsonObject
    ) -> dict[str, Any]:
        return {
            "id": job_id, "account": account, "kind": kind, "author": author,
            "request": dict(request), "state": "queued", "progress": 0.0, "result": {},
            "reason": "", "created": self.clock(), "finished": None,
            "leased_by": "", "leased_until": 0.0, "tries": 0,
        }  # fmt: skip

    async def _change(self, job: MarketingJob, worker: str, **values: Any) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(_update_leased(job, worker).values(**values))

    async def _end(self, job: MarketingJob, worker: str, **values: Any) -> None:
        """Change a job that is over, and delete its file."""
        ending = _update_leased(job, worker).values(**values, finished=self.clock())
        async with self.engine.begin() as connection:
            if (await connection.execute(ending)).rowcount:
                await delete_file(connection, job.account, job.id)


def _select_job(account: str, job_id: str) -> Any:
    return select(marketing_jobs).where(
        marketing_jobs.c.account == account, marketing_jobs.c.id == job_id
    )


def _update_job(account: str, job_id: str) -> Any:
    return update(marketing_jobs).where(
        marketing_jobs.c.account == account, marketing_jobs.c.id == job_id
    )


def _update_leased(job: MarketingJob, worker: str) -> Any:
    return _update_job(job.account, job.id).where(
        marketing_jobs.c.leased_by == worker, marketing_jobs.c.state == "running"
    )


def _select_free_job(now: float, kinds: Collection[str]) -> Any:
    """A lease that ends later than any does is of a clock that was ahead: its job is free, too."""
    until = marketing_jobs.c.leased_until
    is_over = or_(until < now, until > now + 2 * LEASE)
    is_free = or_(
        marketing_jobs.c.state == "queued", and_(marketing_jobs.c.state == "running", is_over)
    )
    return (
        select(marketing_jobs.c.account, marketing_jobs.c.id)
        .where(is_free, marketing_jobs.c.kind.in_(sorted(kinds)))
        .order_by(marketing_jobs.c.created)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _read_row(row: Row[Any]) -> MarketingJob:
    columns = row._mapping
    return MarketingJob(**{name: columns[name] for name in MarketingJob.__dataclass_fields__})
