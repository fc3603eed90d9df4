"""Files of marketing jobs, in the database in parts: the api stores one, a worker reads it."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, distinct, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import job_files
from app.errors import Overloaded

MOST_FILES = 5  # of an account's unfinished jobs


@dataclass(frozen=True, slots=True)
class JobFiles:
    """The table `job_files`. A file is there until its job is over."""

    engine: AsyncEngine

    async def write(self, account: str, job_id: str, path: Path) -> None:
        """Write the job's file to the disk, a part at a time."""
        with path.open("wb") as file:
            for number in itertools.count():
                query = select(job_files.c.content).where(
                    _of_job(account, job_id), job_files.c.number == number
                )
                async with connect_to_read(self.engine) as connection:
                    part = await connection.scalar(query)
                if part is None:
                    return
                await asyncio.to_thread(file.write, part)


async def insert_file(
    connection: AsyncConnection, account: str, job_id: str, parts: AsyncIterator[bytes]
) -> None:
    """Store the parts of a job's file. Raises Overloaded where MOST_FILES of the account wait."""
    waiting = select(func.count(distinct(job_files.c.job))).where(job_files.c.account == account)
    if (await connection.scalar(waiting) or 0) >= MOST_FILES:
        raise Overloaded(
            f"{MOST_FILES} large files of this account wait: try again later",
            chinese=f"这个账号已有 {MOST_FILES} 个大文件在等待：请稍后再试",
        )
    number = 0
    async for part in parts:
        row = {"account": account, "job": job_id, "number": number, "content": part}
        await connection.execute(insert(job_files).values(**row))
        number += 1


async def delete_file(connection: AsyncConnection, account: str, job_id: str) -> None:
    """Delete the file of a job that is over, if it has one."""
    await connection.execute(delete(job_files).where(_of_job(account, job_id)))


def _of_job(account: str, job_id: str) -> Any:
    return (job_files.c.account == account) & (job_files.c.job == job_id)
