"""The accounts' documents in a worker's memory, refreshed from the database."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import structlog
from sqlalchemy.engine import Row

from app.db import revisions
from app.inference.ports import SearchModel
from app.knowledge.documents import document_repository as db
from app.knowledge.documents.values import SPLIT_VERSION, Chunk, Document
from app.knowledge.entries.repository import StoredEntry
from app.knowledge.search.embedding import embed_texts
from app.knowledge.search.index import Index
from app.knowledge.search.query import Blend, Query
from app.knowledge.stored_vectors import pack_vectors, unpack_vectors
from app.knowledge.values import Entry
from app.messages.values import Text

log = structlog.get_logger()

_NO_ANSWER = Text(content="")  # a chunk is its own answer

# A question shares more words with the chunk that answers it than with another question. Measured
# with 43 questions on 25 passages: hit@1 .884 with the entries' weight of .1, .930 with .4; by
# sentences instead of whole chunks .767 and .814. Twelve unrelated questions stay below .26.
BLEND = Blend(words=0.4)
RENEWED = 8  # chunks re-embedded in one call of `renew`


@dataclass(frozen=True, slots=True)
class EmbeddedDocument:
    """A document with, for each chunk, its vectors (texts, D) and their model's version."""

    document: Document
    vectors: tuple[tuple[np.ndarray, str], ...]


@dataclass(frozen=True, slots=True)
class DocumentIndex:
    """One account's chunks as of a revision: their index, and their texts."""

    index: Index = field(default_factory=lambda: Index(blend=BLEND))
    chunks: Mapping[str, Chunk] = field(default_factory=dict)
    revision: int = 0

    def with_changes(self, rows: Sequence[Row[Any]]) -> "DocumentIndex":
        """A new index with these rows added or replaced, and deleted ones removed."""
        chunks = dict(self.chunks)
        for row in rows:
            chunks.pop(row.id, None)
            if not row.deleted:
                chunks[row.id] = Chunk(row.id, row.title, row.text)
        index = self.index.with_changes([_to_stored_chunk(row) for row in rows])
        return DocumentIndex(index, chunks, index.revision)


@dataclass(slots=True, kw_only=True)
class DocumentService:
    """One index per account. Safe for concurrent reads; the database orders all changes."""

    documents: db.DocumentStore
    search: SearchModel
    _indexes: dict[str, DocumentIndex] = field(default_factory=dict)
    _seen_revisions: dict[str, int] = field(default_factory=dict)  # includes entries' changes
    _renewed_for: dict[str, tuple[str, int]] = field(default_factory=dict)  # model, revision
    _unreadable: set[tuple[str, str]] = field(default_factory=set)  # chunk, model
    _refreshing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def refresh(self) -> None:
        """Load the chunks that any process changed since the last refresh."""
        async with self._refreshing:
            for account, revision in (
                await revisions.latest_revisions(self.documents.engine)
            ).items():
                if revision > self._seen_revisions.get(account, 0):
                    await self._read_changes(account)
                    self._seen_revisions[account] = revision

    async def compact(self) -> None:
        """Rebuild the base segment of indexes that changed much. Searches continue meanwhile."""
        for account, document_index in [*self._indexes.items()]:
            if document_index.index.needs_compaction:
                base = await asyncio.to_thread(document_index.index.build_base)
                async with self._refreshing:  # changes may have arrived meanwhile
                    latest = self._get_index(account)
                    index = await asyncio.to_thread(latest.index.with_base(base).prepare)
                    self._indexes[account] = replace(latest, index=index)

    def chunk(self, account: str, id: str) -> Chunk | None:  # noqa: A002 - the noun
        """A chunk by its id; None if it was erased."""
        return self._get_index(account).chunks.get(id)

    def index(self, account: str) -> Index:
        """The index of the account's chunks, as of the last refresh."""
        return self._get_index(account).index

    @property
    def accounts(self) -> Collection[str]:
        """The accounts that have documents."""
        return self._indexes.keys()

    def revision(self, account: str) -> int:
        """The revision of the account's chunks, as of the last refresh."""
        return self._get_index(account).revision

    def chunks(self, account: str) -> Collection[Chunk]:
        """All chunks of an account."""
        return self._get_index(account).chunks.values()

    def find_nearest(self, account: str, query: Query, top: int) -> list[Chunk]:
        """The `top` chunks nearest to the query by meaning and words, nearest first."""
        document_index = self._get_index(account)
        [result] = document_index.index.search([query], top)
        return [document_index.chunks[hit.id] for hit in result.hits]

    async def renew(self) -> bool:
        """Re-embed up to `RENEWED` chunks of another model's vectors. False if none are stale."""
        model = self.search.version
        for account, document_index in [*self._indexes.items()]:
            if self._renewed_for.get(account) == (model, document_index.revision):
                continue
            stale = [
                k for k in document_index.index.stored_entries.values() if self._is_stale(k, model)
            ]
            if stale:
                log.info("chunks_embedded_anew", account=account, left=len(stale), model=model)
                await self._embed_anew(account, stale[:RENEWED])
                return True
            self._renewed_for[account] = (model, document_index.revision)
        return False

    def stored_chunks(self, account: str) -> Mapping[str, StoredEntry]:
        """The account's chunks by id, as of the last refresh."""
        return self._get_index(account).index.stored_entries

    def _get_index(self, account: str) -> DocumentIndex:
        return self._indexes.get(account, DocumentIndex())

    async def _read_changes(self, account: str) -> None:
        document_index = self._get_index(account)
        news = [
            row
            async for rows in self.documents.since(account, document_index.revision)
            for row in rows
        ]
        if news:
            new_index = await asyncio.to_thread(document_index.with_changes, news)
            await asyncio.to_thread(new_index.index.prepare)
            self._indexes[account] = new_index

    def _is_stale(self, stored_chunk: StoredEntry, model: str) -> bool:
        return (
            stored_chunk.model != model and (stored_chunk.entry.id, model) not in self._unreadable
        )

    async def _embed_anew(self, account: str, stale: Sequence[StoredEntry]) -> None:
        fresh = [
            *zip(stale, await embed_texts(self.search, [k.entry.texts for k in stale]), strict=True)
        ]
        # Chunks that the model fails on are found by words only.
        failed_chunks = {(old.entry.id, self.search.version) for old, (v, _) in fresh if not len(v)}
        self._unreadable |= failed_chunks
        values = [_build_renewal(old, *new) for old, new in fresh if len(new[0])]
        if values:
            await self.documents.embed(account, values)
            await self.refresh()


def build_rows(embedded: Sequence[EmbeddedDocument]) -> tuple[list[db.Values], list[db.Values]]:
    """The rows of documents and of chunks that `document_repository.write` takes."""
    document_rows = [
        {"id": d.id, "title": d.title, "source": d.source, "chunks": len(d.chunks)}
        for d in (each.document for each in embedded)
    ]
    return [*document_rows], [row for each in embedded for row in _chunk_rows(each)]


def _build_renewal(old: StoredEntry, vectors: np.ndarray, model: str) -> db.Values:
    read = {"chunk": old.entry.id, "read": old.revision}
    return read | {"bytes": pack_vectors(vectors), "by": model, "split": SPLIT_VERSION}


def _chunk_rows(embedded: EmbeddedDocument) -> list[db.Values]:
    document = embedded.document
    return [
        {
            "id": chunk.id, "document": document.id, "place": place, "title": chunk.title,
            "source": document.source, "text": chunk.text, "vectors": pack_vectors(vectors),
            "model": model, "split_version": SPLIT_VERSION,
        }
        for place, (chunk, (vectors, model)) in enumerate(
            zip(document.chunks, embedded.vectors, strict=True)
        )
    ]  # fmt: skip


def _to_stored_chunk(row: Row[Any]) -> StoredEntry:
    """A chunk as an entry for the index: the chunk's texts stand for question and variants."""
    if row.deleted:
        return StoredEntry(
            Entry(row.id, "", (), _NO_ANSWER), np.zeros((0, 0), np.float32), "", True, row.revision
        )
    first, *others = Chunk(row.id, row.title, row.text).texts
    entry = Entry(row.id, first, tuple(others), _NO_ANSWER)
    rows = len(entry.texts)
    if row.split_version != SPLIT_VERSION:  # the vectors are those of other texts
        return StoredEntry(entry, np.zeros((rows, 1), np.float32), "", False, row.revision)
    vectors = unpack_vectors(row.vectors, rows)
    return StoredEntry(entry, vectors, row.model, False, row.revision)
