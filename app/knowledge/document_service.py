"""The documents of all accounts: what a worker can cite, kept in step with the database."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import structlog
from sqlalchemy.engine import Row

from app.db import revisions
from app.inference.ports import SearchModel
from app.knowledge import document_repository as db
from app.knowledge.documents import PARTING, Chunk, Document, Passage
from app.knowledge.repository import Kept
from app.knowledge.search.embedding import embed
from app.knowledge.search.index import Blend, Index, Query
from app.knowledge.values import Entry, Hit
from app.messages.values import Text

log = structlog.get_logger()

_NO_ANSWER = Text(content="")  # a chunk is its own answer

# A passage shares more words with its question than a question with another. Of 43 questions to 25
# passages, written for this: @1 .884 with the entries' weight of .1, .930 with .4; by sentences
# instead of whole chunks .767 and .814. Twelve strangers stay below .26.
BLEND = Blend(words=0.4)
RENEWED = 8  # chunks embedded anew before anything else gets a turn


@dataclass(frozen=True, slots=True)
class Embedded:
    """A document with the vectors of its chunks, (texts, D) each, and the models they are by."""

    document: Document
    vectors: tuple[tuple[np.ndarray, str], ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """One account's chunks as of a revision: an index over them, and where each is from."""

    index: Index = field(default_factory=lambda: Index(blend=BLEND))
    chunks: Mapping[str, Passage] = field(default_factory=dict)
    revision: int = 0

    def changed(self, rows: Sequence[Row[Any]]) -> "Shelf":
        """With what is new, and without what was deleted."""
        chunks = dict(self.chunks)
        for row in rows:
            chunks.pop(row.id, None)
            if not row.deleted:
                chunks[row.id] = Passage(row.id, row.title, row.source, row.text, 0.0)
        index = self.index.changed([_kept(row) for row in rows])
        return Shelf(index, chunks, index.revision)

    def passage(self, hit: Hit) -> Passage:
        """What was hit."""
        found = self.chunks[hit.id]
        return Passage(found.id, found.title, found.source, found.text, hit.score)


@dataclass(slots=True, kw_only=True)
class Library:
    """One shelf an account. Safe to ask from several tasks; changes are the database's to order."""

    documents: db.Documents
    search: SearchModel
    _shelves: dict[str, Shelf] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)  # revisions: of entries, too
    _renewed: dict[str, tuple[str, int]] = field(default_factory=dict)  # model, revision
    _unreadable: set[tuple[str, str]] = field(default_factory=set)  # chunk, model
    _refreshing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refresh(self) -> None:
        """Read what changed since the last look, in this process or in another."""
        async with self._refreshing:
            for account, revision in (await revisions.latest(self.documents.engine)).items():
                if revision > self._seen.get(account, 0):
                    await self._read(account)
                    self._seen[account] = revision

    async def settle(self) -> None:
        """Lay the groundwork of large shelves anew where much has changed; search goes on."""
        for account, shelf in [*self._shelves.items()]:
            if shelf.index.worn:
                groundwork = await asyncio.to_thread(shelf.index.lay)
                async with self._refreshing:  # meanwhile others came
                    latest = self._shelf(account)
                    index = await asyncio.to_thread(latest.index.over(groundwork).prepare)
                    self._shelves[account] = replace(latest, index=index)

    def chunk(self, account: str, id: str) -> Passage | None:  # noqa: A002 - the noun
        """A chunk by its id, None where it was erased."""
        return self._shelf(account).chunks.get(id)

    def index(self, account: str) -> Index:
        """Over the account's chunks, as of the last refresh."""
        return self._shelf(account).index

    @property
    def accounts(self) -> Collection[str]:
        """Those that have documents."""
        return self._shelves.keys()

    def revision(self, account: str) -> int:
        """Of the account's chunks, as of the last refresh."""
        return self._shelf(account).revision

    def chunks(self, account: str) -> Collection[Passage]:
        """All of an account."""
        return self._shelf(account).chunks.values()

    def nearest(self, account: str, query: Query, top: int) -> list[Passage]:
        """The `top` chunks that are nearest by meaning or by words, the nearest first."""
        shelf = self._shelf(account)
        [found] = shelf.index.search([query], top)
        return [shelf.passage(hit) for hit in found.hits]

    async def renew(self) -> bool:
        """Embed some chunks anew when another model answers than theirs; whether there were any."""
        model = self.search.version
        for account, shelf in [*self._shelves.items()]:
            if self._renewed.get(account) == (model, shelf.revision):
                continue
            stale = [k for k in shelf.index.kept.values() if self._is_stale(k, model)]
            if stale:
                log.info("chunks_embedded_anew", account=account, left=len(stale), model=model)
                await self._embed_anew(account, stale[:RENEWED])
                return True
            self._renewed[account] = (model, shelf.revision)
        return False

    def kept(self, account: str) -> Mapping[str, Kept]:
        """The account's chunks by id, as of the last refresh."""
        return self._shelf(account).index.kept

    def _shelf(self, account: str) -> Shelf:
        return self._shelves.get(account, Shelf())

    async def _read(self, account: str) -> None:
        shelf = self._shelf(account)
        news = [row async for rows in self.documents.since(account, shelf.revision) for row in rows]
        if news:
            changed = await asyncio.to_thread(shelf.changed, news)
            await asyncio.to_thread(changed.index.prepare)
            self._shelves[account] = changed

    def _is_stale(self, kept: Kept, model: str) -> bool:
        return kept.model != model and (kept.entry.id, model) not in self._unreadable

    async def _embed_anew(self, account: str, stale: Sequence[Kept]) -> None:
        fresh = [*zip(stale, await embed(self.search, [k.entry.texts for k in stale]), strict=True)]
        # What the model fails on is found by its words.
        failed = {(old.entry.id, self.search.version) for old, (v, _) in fresh if not len(v)}
        self._unreadable |= failed
        values = [_renewal(old, *new) for old, new in fresh if len(new[0])]
        if values:
            await self.documents.embed(account, values)
            await self.refresh()


def rows(embedded: Sequence[Embedded]) -> tuple[list[db.Values], list[db.Values]]:
    """What `app.knowledge.document_repository.write` takes: documents, and their chunks."""
    written = [
        {"id": d.id, "title": d.title, "source": d.source, "chunks": len(d.chunks)}
        for d in (each.document for each in embedded)
    ]
    return [*written], [row for each in embedded for row in _chunk_rows(each)]


def packed(vectors: np.ndarray) -> bytes:
    """As they are kept: fp16."""
    return vectors.astype(np.float16).tobytes()


def _renewal(old: Kept, vectors: np.ndarray, model: str) -> db.Values:
    read = {"chunk": old.entry.id, "read": old.revision}
    return read | {"bytes": packed(vectors), "by": model, "cut": PARTING}


def _chunk_rows(embedded: Embedded) -> list[db.Values]:
    document = embedded.document
    return [
        {
            "id": chunk.id, "document": document.id, "place": place, "title": chunk.title,
            "source": document.source, "text": chunk.text, "vectors": packed(vectors),
            "model": model, "parting": PARTING,
        }
        for place, (chunk, (vectors, model)) in enumerate(
            zip(document.chunks, embedded.vectors, strict=True)
        )
    ]  # fmt: skip


def _kept(row: Row[Any]) -> Kept:
    """A chunk is searched as an entry is, whose ways to ask are the chunk's texts."""
    if row.deleted:
        return Kept(
            Entry(row.id, "", (), _NO_ANSWER), np.zeros((0, 0), np.float32), "", True, row.revision
        )
    first, *others = Chunk(row.id, row.title, row.text).texts
    entry = Entry(row.id, first, tuple(others), _NO_ANSWER)
    if row.parting != PARTING:  # an older version's: no such vectors as these texts have
        return Kept(entry, np.zeros((len(entry.texts), 1), np.float32), "", False, row.revision)
    vectors = np.frombuffer(row.vectors, np.float16).astype(np.float32)
    return Kept(entry, vectors.reshape(len(entry.texts), -1), row.model, False, row.revision)
