"""Large tables: read in a process of their own, stored by a job that goes on where it was ended."""

import os
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db.tables import anonyms, events, job_files
from app.marketing.events.files.orders import KINDS
from app.marketing.events.files.staging import WITHIN_JOB, WITHIN_REQUEST, stage_table
from app.marketing.events.files.table_jobs import TableJobHandler
from app.marketing.jobs.queue import LEASE, MarketingJobs
from app.marketing.jobs.runner import MarketingJobRunner
from app.marketing.jobs.values import MarketingJob, RecordProgress
from app.privacy.pseudonym import make_pseudonym

KIND = KINDS["events"]
ROWS, IDS = 24_000, 4_000  # most rows tell an event again, which is quick


def make_table(now: float) -> bytes:
    """Rows of which 5 and 23,000 below the header are faulty."""
    rows = [f"e{at % IDS},view,{now:.0f},mei" for at in range(ROWS)]
    rows[4], rows[22_999] = "bad,dance,1,mei", f"e7,view,{now - 9:.0f},mei"
    return "\n".join(["id,kind,time,openid", *rows]).encode()


async def split(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 1_000_000):
        yield content[start : start + 1_000_000]


async def count_events(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return await connection.scalar(select(func.count()).select_from(events)) or 0


async def list_files(engine: AsyncEngine) -> list[str]:
    async with engine.connect() as connection:
        return list(await connection.scalars(select(job_files.c.job).distinct()))


class PowerCut(BaseException):
    """The worker is gone: it says nothing to anybody."""


@dataclass(frozen=True)
class DyingHandler:
    """Is gone once half of the work is recorded."""

    handler: TableJobHandler
    recorded: list[float] = field(default_factory=list)

    async def run(self, job: MarketingJob, record: RecordProgress) -> Mapping[str, Any]:
        async def record_and_die(share: float, result: Mapping[str, Any] | None) -> None:
            await record(share, result)
            self.recorded.append(share)
            if share > 0.5:
                raise PowerCut

        return await self.handler.run(job, record_and_die)


def make_handler(engine: AsyncEngine, folder: Path) -> TableJobHandler:
    return TableJobHandler(
        engine=engine, key="a key of pseudonyms", keep_days=400, folder=folder, holds="events"
    )


async def test_a_job_reads_more_rows_than_a_request(tmp_path: Path) -> None:
    table, rows = tmp_path / "table", tmp_path / "rows"
    lines = ["id,kind,time", *(f"e{at},view,1" for at in range(100_001))]
    table.write_text("\n".join(lines))

    is_whole = await stage_table("big.csv", table, rows, WITHIN_JOB)

    assert is_whole
    with rows.open() as staged:
        assert sum(1 for _ in staged) == WITHIN_REQUEST.rows + 1


async def test_a_table_beyond_the_bounds_is_left(tmp_path: Path) -> None:
    table, rows = tmp_path / "table", tmp_path / "rows"
    table.write_text("id,kind,time\ne1,view,1\ne2,view,1\n")

    within = [
        await stage_table("big.csv", table, rows, replace(WITHIN_REQUEST, rows=most))
        for most in (1, 2)
    ]

    assert within == [False, True]


async def test_a_job_of_a_killed_worker_goes_on_without_doubles(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    now = time.time()
    jobs = MarketingJobs(engine, clock=lambda: now)
    order = {"file": "big.csv", "on_error": "keep_rest"}
    job = await jobs.add("shop", KIND, "小林", order, split(make_table(now - 60)))
    dying = DyingHandler(make_handler(engine, tmp_path))

    with pytest.raises(PowerCut):
        await MarketingJobRunner(jobs=jobs, handlers={KIND: dying}).run_next()
    halfway = await jobs.get("shop", KIND, job.id)
    later = MarketingJobs(engine, clock=lambda: now + LEASE + 1)
    handlers = {KIND: make_handler(engine, tmp_path)}
    await MarketingJobRunner(jobs=later, handlers=handlers).run_next()

    import_job = await jobs.get("shop", KIND, job.id)
    assert (halfway.state, halfway.result["rows"]) == ("running", 12_000)
    assert import_job.state == "done"
    assert {name: import_job.result[name] for name in ("rows", "stored", "repeated", "faulty")} == {
        "rows": ROWS, "stored": IDS, "repeated": ROWS - IDS - 2, "faulty": 2,
    }  # fmt: skip
    assert [(each["row"], each["id"]) for each in import_job.result["faults"]] == [
        (6, "bad"), (23_001, "e7"),
    ]  # fmt: skip
    assert await count_events(engine) == IDS
    assert await list_files(engine) == []
    assert os.listdir(tmp_path) == []


async def test_a_faulty_row_refuses_all_rows_where_it_is_asked_for(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    now = time.time() - 60
    jobs = MarketingJobs(engine)
    rows = [f"e{at},view,{now:.0f}" for at in range(10_500)]
    content = "\n".join(["id,kind,time", *rows, "last,dance,1"]).encode()
    order = {"file": "orders.csv", "on_error": "none"}
    job = await jobs.add("shop", KIND, "小林", order, split(content))

    handlers = {KIND: make_handler(engine, tmp_path)}
    await MarketingJobRunner(jobs=jobs, handlers=handlers).run_next()

    failed = await jobs.get("shop", KIND, job.id)
    assert (failed.state, failed.result["stored"], failed.result["faulty"]) == ("failed", 0, 1)
    assert failed.reason.startswith("没有存入任何一行：第 10502 行（编号 'last'）：")
    assert await count_events(engine) == 0


async def test_who_was_erased_while_the_file_waited_stays_erased(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    now = time.time()
    jobs = MarketingJobs(engine)
    order = {"file": "views.csv", "on_error": "keep_rest"}
    views = [f"e1,view,{now - 60:.0f},mei,phone", f"e2,view,{now - 60:.0f},li,"]
    content = "\n".join(["id,kind,time,openid,unit", *views])
    await jobs.add("shop", KIND, "小林", order, split(content.encode()))
    handler = make_handler(engine, tmp_path)
    mei, li = (make_pseudonym(openid, handler.key) for openid in ("mei", "li"))

    async with engine.begin() as connection:
        row = {"account": "shop", "pseudonym": mei, "anonym": "a-1", "until": time.time()}
        await connection.execute(insert(anonyms).values(**row))
    await MarketingJobRunner(jobs=jobs, handlers={KIND: handler}).run_next()

    async with engine.connect() as connection:
        query = select(events.c.pseudonym, events.c.unit).order_by(events.c.id)
        rows = [tuple(row) for row in await connection.execute(query)]
    assert rows == [("a-1", ""), (li, "")]


async def test_an_item_that_a_file_has_twice_is_a_fault_however_far_apart(
    engine: AsyncEngine, tmp_path: Path
) -> None:
    jobs, kind = MarketingJobs(engine), KINDS["items"]
    rows = [f"i{at},第{at}篇" for at in range(2_500)]
    content = "\n".join(["id,title", *rows, "i7,又是第7篇"]).encode()
    order = {"file": "items.csv", "on_error": "keep_rest"}
    job = await jobs.add("shop", kind, "小林", order, split(content))
    handler = replace(make_handler(engine, tmp_path), holds="items")

    await MarketingJobRunner(jobs=jobs, handlers={kind: handler}).run_next()

    result = (await jobs.get("shop", kind, job.id)).result
    assert (result["stored"], result["faults"]) == (
        2_500,
        [{"row": 2_502, "id": "i7", "reason": "an earlier row has the same id",
          "chinese": "前面有一行的编号相同"}],
    )  # fmt: skip
