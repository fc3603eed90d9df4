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
from app.knowledge.document_service import Embedded
from app.knowledge.imports import repository, subprocess_reader
from app.knowledge.imports.duplicates import Double, doubles
from app.knowledge.imports.formats.values import Fault
from app.knowledge.imports.plan import Plan, plan, without
from app.knowledge.imports.report import report
from app.knowledge.imports.repository import SMALL_TEXTS, Held, Imports, State
from app.knowledge.repository import Kept
from app.knowledge.search.embedding import Vectors, embed
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
class Pace:
    """As many bytes of texts a batch as are embedded while a follower doesn't notice."""

    room: float = 800

    def batch(self, searched: Sequence[Searched]) -> Sequence[Searched]:
        """As many of them as there is room for, and at least one."""
        filled = 0
        for number, (_, texts) in enumerate(searched):
            filled += sum(map(lengths.size, texts))
            if filled > self.room:
                return searched[: max(1, number)]
        return searched

    def took(self, seconds: float) -> None:
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

    imports: Imports
    knowledge: Knowledge
    small: bool = False
    name: str = field(default_factory=lambda: uuid.uuid4().hex[:12])

    async def step(self, stopping: asyncio.Event) -> bool:
        """Work through an import, or embed some chunks anew; False when there was nothing to do.

        An import that is stopped, or whose worker dies, is begun anew by another.
        """
        held = await self.imports.take(self.name, small=self.small)
        if held is None:
            return not self.small and await self.knowledge.library.renew()
        progress = Progress()
        working = asyncio.create_task(self._work(held, progress))
        beating = asyncio.create_task(self._beat(held, progress))
        stopped = asyncio.create_task(stopping.wait())
        try:
            await asyncio.wait({working, beating, stopped}, return_when="FIRST_COMPLETED")
            if not working.done() and progress.settling:
                await asyncio.wait({working})
        finally:
            await _end(beating, stopped)
            await _end(working)
            await self._leave(held, working)
        return True

    async def _leave(self, held: Held, working: "asyncio.Task[None]") -> None:
        """What isn't finished goes to another importer; it is nobody's where it was cancelled."""
        error = None if working.cancelled() else working.exception()
        if working.cancelled() or isinstance(error, NotSmall):
            texts = error.texts if isinstance(error, NotSmall) else 0
            log.info("import_left", id=held.id, texts=texts)
            await self.imports.give_back(held, self.name, texts)
        elif error:
            raise error

    async def _beat(self, held: Held, progress: Progress) -> None:
        """Ends when it was cancelled, or another worker has it."""
        mine = True
        while mine:
            await asyncio.sleep(BEAT)
            mine = await self._tell(held, progress)

    async def _tell(self, held: Held, progress: Progress) -> bool:
        far = {"state": progress.state, "done": progress.done, "total": progress.total}
        return await self.imports.renew(held, self.name, **far)

    async def _work(self, held: Held, progress: Progress) -> None:
        if held.tries > TRIES:
            await self._close(held, progress, Plan({}, {}, {}, (HOPELESS,)), {})
            return
        found = await subprocess_reader.read(await self.imports.files(held))
        planned = await asyncio.to_thread(plan, found)
        if _is_faulty(planned, held) and not held.dry_run:
            await self._close(held, progress, planned, {})
            return
        vectors = await self._embedded(held, planned, progress)
        unreadable = [each for each, (made, _) in vectors.items() if not len(made)]
        planned = without(planned, unreadable)
        await self._close(held, progress, planned, vectors)

    async def _embedded(self, held: Held, planned: Plan, progress: Progress) -> dict[str, Vectors]:
        """By id, of every entry and chunk; what is known already isn't embedded again."""
        searched: list[Searched] = [(e.id, e.texts) for e in planned.entries.values()]
        searched += await asyncio.to_thread(lambda: [(c.id, c.texts) for c in planned.chunks])
        if self.small and len(searched) > SMALL_TEXTS:
            raise NotSmall(len(searched))
        vectors = self._known(held.account, searched)
        new = [each for each in searched if each[0] not in vectors]
        progress.state, progress.total = "embedding", len(searched)
        progress.done = len(vectors)
        await self._tell(held, progress)
        pace, at = Pace(), 0
        while batch := pace.batch(new[at : at + MOST_AT_ONCE]):
            started = time.perf_counter()
            made = await embed(self.knowledge.search, [texts for _, texts in batch])
            pace.took(time.perf_counter() - started)
            vectors |= zip((each for each, _ in batch), made, strict=True)
            at += len(batch)
            progress.done += len(batch)
        return vectors

    def _known(self, account: str, searched: Sequence[Searched]) -> dict[str, Vectors]:
        entries = self.knowledge.index(account).kept
        chunks = self.knowledge.library.kept(account)
        model = self.knowledge.search.version
        known = ((*each, entries.get(each[0]) or chunks.get(each[0])) for each in searched)
        return {
            which: (old.vectors, model)
            for which, texts, old in known
            if old and old.model == model and old.entry.texts == texts
        }

    async def _close(
        self, held: Held, progress: Progress, planned: Plan, vectors: dict[str, Vectors]
    ) -> None:
        """Let it in, all of it at one revision, or refuse it; say what was found."""
        progress.settling = True
        kept = [Kept(entry, *vectors[entry.id]) for entry in planned.entries.values() if vectors]
        before = self.knowledge.index(held.account)
        found = await asyncio.to_thread(_doubles, self.knowledge, held.account, kept)
        told = report(planned, before.kept, found)
        refused = _is_faulty(planned, held)
        state: State = "refused" if refused else "done"
        last = {"state": state, "report": told, "done": progress.done, "total": progress.total}
        async with patient(self.imports.engine).begin() as connection:
            if not await repository.finish(connection, held, self.name, last):
                log.warning("import_lost", id=held.id)
                return
            if not refused and not held.dry_run:
                revision = await revisions.following(connection, held.account)
                await knowledge_repository.write(connection, held.account, revision, kept)
                rows = await asyncio.to_thread(document_service.rows, _shelved(planned, vectors))
                await document_repository.write(connection, held.account, revision, *rows)
        metrics.IMPORTS.labels(state).inc()
        log.info("import_over", id=held.id, state=state, entries=len(kept), faults=told["faulty"])
        await self.knowledge.refresh()


def _is_faulty(planned: Plan, held: Held) -> bool:
    """Whether it is refused."""
    empty = not planned.entries and not planned.documents
    return bool(planned.faults) and (empty or not held.skip_faulty)


def _doubles(knowledge: Knowledge, account: str, kept: Sequence[Kept]) -> list[Double]:
    return doubles(knowledge.index(account).changed(kept), kept) if kept else []


def _shelved(planned: Plan, vectors: dict[str, Vectors]) -> list[Embedded]:
    return [
        Embedded(document, tuple(vectors[chunk.id] for chunk in document.chunks))
        for document in planned.documents.values()
    ]


async def _end(*tasks: "asyncio.Task[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
