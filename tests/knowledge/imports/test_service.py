"""Two workers and one import, on a real PostgreSQL."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncEngine

from app.db import revisions
from app.inference.fakes import FakeClassifier
from app.knowledge.entries.repository import EntryStore
from app.knowledge.imports.repository import ImportStore, Upload
from app.knowledge.imports.service import Importer
from app.knowledge.service import Knowledge
from tests.service import GatedClassifier, until

FAQ = Upload("faq.csv", "问题,答案\n多久发货？,两天。\n能开发票吗,可以。\n".encode())


def importer(engine: AsyncEngine, classifier: FakeClassifier, lease: float) -> Importer:
    return Importer(
        ImportStore(engine, lease), Knowledge(store=EntryStore(engine), search=classifier)
    )


async def test_of_two_workers_at_one_import_one_lets_it_in(engine: AsyncEngine) -> None:
    slow = GatedClassifier()
    first, second = importer(engine, slow, 0.01), importer(engine, FakeClassifier(), 15)
    which = await first.imports.file("tea", [FAQ], dry_run=False, skip_faulty=False)
    stuck = asyncio.create_task(first.step(asyncio.Event()))

    async def has_begun() -> bool:
        return bool(slow.history)

    async def takes_over() -> bool:
        return await second.step(asyncio.Event())

    await until(has_begun)
    await until(takes_over)  # between two renewals of the first one's lease
    slow.gate.set()
    await stuck

    current = await first.imports.get(which)
    assert current is not None
    assert current.state == "done"
    assert await revisions.latest_revisions(engine) == {"tea": 1}
    assert len(await EntryStore(engine).since("tea", 0)) == 2


async def test_a_worker_with_nothing_to_do_says_so(engine: AsyncEngine) -> None:
    assert await importer(engine, FakeClassifier(), 15).step(asyncio.Event()) is False
