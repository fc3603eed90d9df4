"""Runs one import: leases it, parses its files, embeds in small batches, stores all at once."""

import asyncio
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from app.db import revisions
from app.db.engines import patient
from app.knowledge import document_repository, document_service
from app.knowledge import repository as knowledge_repository
from app.knowledge.document_service import EmbeddedDocument
from app.knowledge.imports import repository, subprocess_reader
from app.knowledge.imports.duplicates import pair_near_duplicates
from app.knowledge.imports.formats.values import Fault
from app.knowledge.imports.plan import Plan, build_plan, drop_unreadable
from app.knowledge.imports.report import build_report
from app.knowledge.imports.repository import SMALL_TEXTS, ImportStore, LeasedImport, State
from app.knowledge.repository import StoredEntry
from app.knowledge.search.embedding import Vectors, embed_texts
from app.knowledge.service import Knowledge
from app.messages import lengths
from app.observability import metrics

log = structlog.get_logger()

MOST_AT_ONCE = 256  # texts
FEWEST_BYTES, MOST_BYTES = 240, 12_000  # of a batch's texts: about 60 to 3,000 tokens
BATCH_SECONDS = 0.15  # target for a batch: a follower's turn may wait so much longer
BEAT = 1.0  # seconds between two renewals of the lease, with progress
TRIES = 3  # attempts before an import is refused
HOPELESS = Fault(
    "", "", f"{TRIES} workers gave up over it", "split it, or leave out the largest file"
)

Searched = tuple[str, tuple[str, ...]]  # an entry's or a chunk's id, and its texts


@dataclass(slots=True)
class BatchSizer:
    """Chooses how many bytes of text a batch has, so that it takes about `BATCH_SECONDS`."""

    room: float = 800

    def take_batch(self, searched: Sequence[Searched]) -> Sequence[Searched]:
        """The first items that fit into `room` bytes, at least one."""
        filled = 0
        for number, (_, texts) in enumerate(searched):
            filled += sum(map(lengths.size, texts))
            if filled > self.room:
                return searched[: max(1, number)]
        return searched

    def adjust(self, seconds: float) -> None:
        """Scale the room by the target over the last batch's seconds, by 0.5 to 2."""
        change = min(2.0, max(0.5, BATCH_SECONDS / max(seconds, 1e-6)))
        self.room = min(MOST_BYTES, max(FEWEST_BYTES, self.room * change))


@dataclass(slots=True)
class Progress:
    """How far a worker is with an import."""

    state: State = "reading"
    done: int = 0
    total: int = 0
    settling: bool = False  # storing has begun: a stop waits for the end


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
            await self._finish_import(leased_import, progress, Plan({}, {}, {}, (HOPELESS,)), {})
            return
        items = await subprocess_reader.read_uploads(await self.imports.files(leased_import))
        planned = await asyncio.to_thread(build_plan, items)
        if _is_faulty(planned, leased_import) and not leased_import.dry_run:
            await self._finish_import(leased_import, progress, planned, {})
            return
        vectors = await self._embed_planned(leased_import, planned, progress)
        unreadable = [each for each, (vector_rows, _) in vectors.items() if not len(vector_rows)]
        planned = drop_unreadable(planned, unreadable)
        await self._finish_import(leased_import, progress, planned, vectors)

    async def _embed_planned(
        self, leased_import: LeasedImport, planned: Plan, progress: Progress
    ) -> dict[str, Vectors]:
        """Vectors by id of every entry and chunk; unchanged texts keep their stored vectors."""
        searched: list[Searched] = [(e.id, e.texts) for e in planned.entries.values()]
        searched += await asyncio.to_thread(lambda: [(c.id, c.texts) for c in planned.chunks])
        if self.small and len(searched) > SMALL_TEXTS:
            raise NotSmall(len(searched))
        vectors = self._reuse_vectors(leased_import.account, searched)
        new = [each for each in searched if each[0] not in vectors]
        progress.state, progress.total = "embedding", len(searched)
        progress.done = len(vectors)
        await self._report_progress(leased_import, progress)
        batch_sizer, at = BatchSizer(), 0
        while batch := batch_sizer.take_batch(new[at : at + MOST_AT_ONCE]):
            start = time.perf_counter()
            batch_vectors = await embed_texts(self.knowledge.search, [texts for _, texts in batch])
            batch_sizer.adjust(time.perf_counter() - start)
            vectors |= zip((each for each, _ in batch), batch_vectors, strict=True)
            at += len(batch)
            progress.done += len(batch)
        return vectors

    def _reuse_vectors(self, account: str, searched: Sequence[Searched]) -> dict[str, Vectors]:
        entries = self.knowledge.index(account).stored_entries
        chunks = self.knowledge.documents.stored_chunks(account)
        model = self.knowledge.search.version
        stored_items = ((*each, entries.get(each[0]) or chunks.get(each[0])) for each in searched)
        return {
            which: (old.vectors, model)
            for which, texts, old in stored_items
            if old and old.model == model and old.entry.texts == texts
        }

    async def _finish_import(
        self,
        leased_import: LeasedImport,
        progress: Progress,
        planned: Plan,
        vectors: dict[str, Vectors],
    ) -> None:
        """Store the report and, unless refused or a dry run, all content in one transaction."""
        progress.settling = True
        stored_entries = [
            StoredEntry(entry, *vectors[entry.id]) for entry in planned.entries.values() if vectors
        ]
        before = self.knowledge.index(leased_import.account)
        duplicates = await asyncio.to_thread(pair_near_duplicates, before, stored_entries)
        report_json = build_report(planned, before.stored_entries, duplicates)
        refused = _is_faulty(planned, leased_import)
        state: State = "refused" if refused else "done"
        last = {
            "state": state,
            "report": report_json,
            "done": progress.done,
            "total": progress.total,
        }
        async with patient(self.imports.engine).begin() as connection:
            if not await repository.finish_import(connection, leased_import, self.name, last):
                log.warning("import_lost", id=leased_import.id)
                return
            if not refused and not leased_import.dry_run:
                revision = await revisions.next_revision(connection, leased_import.account)
                await knowledge_repository.write(
                    connection, leased_import.account, revision, stored_entries
                )
                rows = await asyncio.to_thread(
                    document_service.build_rows, _pair_with_vectors(planned, vectors)
                )
                await document_repository.write(connection, leased_import.account, revision, *rows)
        metrics.IMPORTS.labels(state).inc()
        log.info(
            "import_over",
            id=leased_import.id,
            state=state,
            entries=len(stored_entries),
            faults=report_json["faulty"],
        )
        await self.knowledge.refresh()


def _is_faulty(planned: Plan, leased_import: LeasedImport) -> bool:
    """Whether the import is refused: it has faults that it may not skip, or nothing else."""
    empty = not planned.entries and not planned.documents
    return bool(planned.faults) and (empty or not leased_import.skip_faulty)


def _pair_with_vectors(planned: Plan, vectors: dict[str, Vectors]) -> list[EmbeddedDocument]:
    return [
        EmbeddedDocument(document, tuple(vectors[chunk.id] for chunk in document.chunks))
        for document in planned.documents.values()
    ]


async def _cancel_tasks(*tasks: "asyncio.Task[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
