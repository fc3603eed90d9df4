"""Imports that wait, on a real PostgreSQL."""

import asyncio

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import tables
from app.errors import Overloaded
from app.knowledge.imports.repository import MOST_WAITING, ImportStore, Upload

FAQ = Upload("faq.csv", "问题,答案\n多久发货？,两天。\n".encode())


async def test_uploads_at_one_time_do_not_pass_the_limit(engine: AsyncEngine) -> None:
    store = ImportStore(engine)

    async def file() -> str:
        return await store.file("tea", [FAQ], dry_run=False, skip_faulty=False)

    for _ in range(MOST_WAITING - 1):
        await file()
    results = await asyncio.gather(*(file() for _ in range(8)), return_exceptions=True)

    refused = [each for each in results if isinstance(each, Overloaded)]
    assert len(refused) == 7
    async with engine.connect() as connection:
        counts = [
            await connection.scalar(select(func.count()).select_from(table))
            for table in (tables.imports, tables.import_files)
        ]
    assert counts == [MOST_WAITING, MOST_WAITING]
