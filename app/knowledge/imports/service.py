"""A worker's hand at imports: takes one, reads it, embeds it bit by bit, lets it in as a whole."""

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
from app.knowledge.imports.duplicates import NearDuplicate, find_near_duplicates
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
FEWEST_BYTES, MOST_BYTES = 240, 12_000  # of a batch: some 60 to 3,000 tokens
BATCH_SECONDS = 0.15  # that a follower may have to wait longer
BEAT = 1.0  # seconds between two words of how far it is
TRIES = 3  # workers that may fail at an import
HOPELESS = Fault(
    "", "", f"{TRIES} workers gave up over it", "split it, or leave out the largest file"
)

Searched = tuple[str, tuple[str, ...]]  # an entry's or a chunk's id, and its texts


@dataclass(slots=True)
class BatchSizer:
    """As many bytes of texts a batch as are embedded while a follower doesn't notice."""

    room: float = 800

    def take_batch(self, searched: Sequence[Searched]) -> Sequence[Searched]:
        """As many of them as there is room for, and at least one."""
        filled = 0
        for number, (_, texts) in enumerate(searched):
            filled += sum(map(lengths.size, texts))
            if filled > self.room:
                return searched[: max(1, number)]
        return searched

    def adjust(self, seconds: float) -> None:
        """More after a quick batch, less after a slow one; at most twice or half as much."""
        change = min(2.0, max(0.5, BATCH_SECONDS / max(seconds, 1e-6)))
        self.room = min(MOST_BYTES, max(FEWEST_BYTES, self.room * change))


@dataclass(slots=True)
class Progress:
    """How far a worker is with an import."""

    state: State = "reading"
    done: int = 0
    total: int = 0
    settling: bool = False  # from here on it is better finished than stopped


class NotSmall(Exception):
    """It is not one of the small ones; `texts` is how many it has."""

    def __init__(self, texts: int) -> None:
        super().__init__(texts)
        self.texts = texts


@dataclass(frozen=True, slots=True)
class Importer:
    """Two a worker, side by side: one takes all in their order, one only what is `small`.

    So a table of ten rows doesn't wait for the hour that a shelf of books takes, and no stream of
    small ones keeps the large one from its turn. Their batches alternate.
    """

    imports: ImportStore
    knowledge: Knowledge
    small: bool = False
    name: str = field(default_factory=lambda: uuid.uuid4().hex[:12])

    async def step(self, stopping: asyncio.Event) -> bool:
        """Work through an import, or embed some chunks anew; False when there was nothing to do.

        An import that is stopped, or whose worker dies, is begun anew by another.
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
        """What isn't finished goes to another importer; it is nobody's where it was cancelled."""
        error = None if working.cancelled() else working.exception()
        if working.cancelled() or isinstance(error, NotSmall):
            texts = error.texts if isinstance(error, NotSmall) else 0
            log.info("import_left", id=leased_import.id, texts=texts)
            await self.imports.give_back(leased_import, self.name, texts)
        elif error:
            raise error

    async def _renew_lease(self, leased_import: LeasedImport, progress: Progress) -> None:
        """Ends when it was cancelled, or another worker has it."""
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
        """By id, of every entry and chunk; what is known already isn't embedded again."""
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
        """Let it in, all of it at one revision, or refuse it; say what was found."""
        progress.settling = True
        stored_entries = [
            StoredEntry(entry, *vectors[entry.id]) for entry in planned.entries.values() if vectors
        ]
        before = self.knowledge.index(leased_import.account)
        duplicates = await asyncio.to_thread(
            _find_duplicates, self.knowledge, leased_import.account, stored_entries
        )
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
    """Whether it is refused."""
    empty = not planned.entries and not planned.documents
    return bool(planned.faults) and (empty or not leased_import.skip_faulty)


def _find_duplicates(
    knowledge: Knowledge, account: str, stored_entries: Sequence[StoredEntry]
) -> list[NearDuplicate]:
    return (
        find_near_duplicates(knowledge.index(account).with_changes(stored_entries), stored_entries)
        if stored_entries
        else []
    )


def _pair_with_vectors(planned: Plan, vectors: dict[str, Vectors]) -> list[EmbeddedDocument]:
    return [
        EmbeddedDocument(document, tuple(vectors[chunk.id] for chunk in document.chunks))
        for document in planned.documents.values()
    ]


async def _cancel_tasks(*tasks: "asyncio.Task[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
