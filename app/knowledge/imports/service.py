"""Runs one import: leases it, parses its files, embeds in small batches, stores all at once."""

import asyncio
import uuid
from dataclasses import dataclass, field
from typing import Any

import structlog

from app.knowledge.imports import subprocess_reader
from app.knowledge.imports.duplicates import pair_near_duplicates
from app.knowledge.imports.embedding import Progress, embed_batches, list_searched, reuse_vectors
from app.knowledge.imports.formats.values import Fault
from app.knowledge.imports.plan import Plan, build_plan, drop_unreadable
from app.knowledge.imports.report import build_report
from app.knowledge.imports.repository import SMALL_TEXTS, ImportStore, LeasedImport, State
from app.knowledge.imports.storing import EmbeddedPlan, store_result
from app.knowledge.search.embedding import Vectors
from app.knowledge.service import Knowledge
from app.observability import metrics

log = structlog.get_logger()

BEAT = 1.0  # seconds between two renewals of the lease, with progress
TRIES = 3  # attempts before an import is refused
HOPELESS = Fault(
    "", "", f"{TRIES} workers gave up over it", "split it, or leave out the largest file"
)


class NotSmall(Exception):
    """The import has more than `SMALL_TEXTS` entries and chunks; `texts` is how many."""

    def __init__(self, texts: int) -> None:
        super().__init__(texts)
        self.texts = texts


@dataclass(frozen=True, slots=True)
class Importer:
    """Runs imports. A worker has two: one takes all in order, the other only `small` ones.

    So a table of ten rows doesn't wait an hour for a large import, and many small ones don't keep
    a large one waiting. The batches of the two alternate.
    """

    imports: ImportStore
    knowledge: Knowledge
    small: bool = False
    name: str = field(default_factory=lambda: uuid.uuid4().hex[:12])

    async def step(self, stopping: asyncio.Event) -> bool:
        """Run one import, or re-embed some chunks if none waits. False if there was nothing to do.

        An import that is stopped, or whose worker dies, is restarted by another importer.
        """
        leased_import = await self.imports.take(self.name, small=self.small)
        if leased_import is None:
            return not self.small and await self.knowledge.documents.renew()
        progress = Progress()
        working = asyncio.create_task(self._run_import(leased_import, progress))
        beating = asyncio.create_task(self._renew_lease(leased_import, progress))
        stop_waiter = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait({working, beating, stop_waiter}, return_when="FIRST_COMPLETED")
            if not working.done() and progress.settling:
                await asyncio.wait({working})
        finally:
            await _cancel_tasks(beating, stop_waiter)
            await _cancel_tasks(working)
            await self._release_unfinished(leased_import, working)
        return True

    async def _release_unfinished(
        self, leased_import: LeasedImport, working: "asyncio.Task[None]"
    ) -> None:
        """Give back the lease if stopped, or not small. Re-raises the task's other errors."""
        error = None if working.cancelled() else working.exception()
        if working.cancelled() or isinstance(error, NotSmall):
            texts = error.texts if isinstance(error, NotSmall) else 0
            log.info("import_left", id=leased_import.id, texts=texts)
            await self.imports.give_back(leased_import, self.name, texts)
        elif error:
            raise error

    async def _renew_lease(self, leased_import: LeasedImport, progress: Progress) -> None:
        """Renew the lease every `BEAT`; returns once it was lost or the import was cancelled."""
        mine = True
        while mine:
            await asyncio.sleep(BEAT)
            mine = await self._report_progress(leased_import, progress)

    async def _report_progress(self, leased_import: LeasedImport, progress: Progress) -> bool:
        far = {"state": progress.state, "done": progress.done, "total": progress.total}
        return await self.imports.renew(leased_import, self.name, **far)

    async def _run_import(self, leased_import: LeasedImport, progress: Progress) -> None:
        if leased_import.tries > TRIES:
            hopeless = EmbeddedPlan(Plan({}, {}, {}, (HOPELESS,)))
            await self._finish_import(leased_import, progress, hopeless)
            return
        items = await subprocess_reader.read_uploads(await self.imports.files(leased_import))
        plan = await asyncio.to_thread(build_plan, items)
        if plan.is_refused(skip_faulty=leased_import.skip_faulty) and not leased_import.dry_run:
            await self._finish_import(leased_import, progress, EmbeddedPlan(plan))
            return
        vectors = await self._embed_plan(leased_import, plan, progress)
        unreadable = [each for each, (vector_rows, _) in vectors.items() if not len(vector_rows)]
        content = EmbeddedPlan(drop_unreadable(plan, unreadable), vectors)
        await self._finish_import(leased_import, progress, content)

    async def _embed_plan(
        self, leased_import: LeasedImport, plan: Plan, progress: Progress
    ) -> dict[str, Vectors]:
        """Vectors by id of every entry and chunk. Raises NotSmall."""
        searched = await asyncio.to_thread(list_searched, plan)
        if self.small and len(searched) > SMALL_TEXTS:
            raise NotSmall(len(searched))
        vectors = reuse_vectors(self.knowledge, leased_import.account, searched)
        progress.state, progress.total = "embedding", len(searched)
        progress.done = len(vectors)
        await self._report_progress(leased_import, progress)
        new = [each for each in searched if each[0] not in vectors]
        return vectors | await embed_batches(self.knowledge.search, new, progress)

    async def _finish_import(
        self, leased_import: LeasedImport, progress: Progress, content: EmbeddedPlan
    ) -> None:
        """Store the report and, unless refused or a dry run, all content in one transaction."""
        progress.settling = True
        before, entries = self.knowledge.index(leased_import.account), content.stored_entries
        duplicates = await asyncio.to_thread(pair_near_duplicates, before, entries)
        report = build_report(content.plan, before.stored_entries, duplicates)
        refused = content.plan.is_refused(skip_faulty=leased_import.skip_faulty)
        state: State = "refused" if refused else "done"
        last = {"state": state, "report": report, "done": progress.done, "total": progress.total}
        stored_content = None if refused or leased_import.dry_run else content
        if not await store_result(
            self.imports.engine, leased_import, self.name, last, stored_content
        ):
            log.warning("import_lost", id=leased_import.id)
            return
        metrics.IMPORTS.labels(state).inc()
        faults = report["faulty"]
        log.info(
            "import_over", id=leased_import.id, state=state, entries=len(entries), faults=faults
        )
        await self.knowledge.refresh()


async def _cancel_tasks(*tasks: "asyncio.Task[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
