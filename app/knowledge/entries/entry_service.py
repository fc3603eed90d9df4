"""The accounts' entries in a worker's memory, refreshed from the database."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

import structlog

from app.errors import UnknownEntry
from app.inference.ports import SearchModel
from app.knowledge.entries.repository import EntryStore, StoredEntry
from app.knowledge.search.embedding import embed_entries, embed_texts
from app.knowledge.search.index import Index
from app.knowledge.search.near_duplicates import find_near_duplicates
from app.knowledge.values import Entry, Hit

log = structlog.get_logger()

AT_ONCE = 256  # entries re-embedded in one call of the model


@dataclass(slots=True, kw_only=True)
class EntryService:
    """One index per account. Safe for concurrent reads; the database orders all changes."""

    store: EntryStore
    search: SearchModel
    _indexes: dict[str, Index] = field(default_factory=dict)
    _seen_revisions: dict[str, int] = field(default_factory=dict)  # includes documents' changes
    # Account, entry, its revision and the model that fails on it.
    _unreadable: set[tuple[str, str, int, str]] = field(default_factory=set)
    _refreshing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def accounts(self) -> Collection[str]:
        """The accounts that have entries."""
        return self._indexes.keys()

    def index(self, account: str) -> Index:
        """The index of the account's entries, as of the last refresh."""
        return self._indexes.get(account, Index())

    async def refresh(self) -> None:
        """Load the changes that any process made since the last refresh; re-embed stale entries."""
        async with self._refreshing:
            for account, revision in (await self.store.revisions()).items():
                if revision > self._seen_revisions.get(account, 0):
                    await self._read_changes(account)
                    self._seen_revisions[account] = revision
                await self._embed_anew(account)

    async def compact(self) -> None:
        """Rebuild the base segment of indexes that changed much. Searches continue meanwhile."""
        for account, index in [*self._indexes.items()]:
            if index.needs_compaction:
                base = await asyncio.to_thread(index.build_base)
                async with self._refreshing:  # changes may have arrived meanwhile
                    latest = self.index(account).with_base(base)
                    self._indexes[account] = await asyncio.to_thread(latest.prepare)

    async def upsert(self, account: str, entries: Sequence[Entry]) -> None:
        """Embed and store entries in one transaction; the index has them after a refresh.

        Raises EmbeddingFailed for a text that the model fails on.
        """
        await self.store.put(account, await embed_entries(self.search, entries))

    async def delete(self, account: str, entry: str) -> None:
        """Erase an entry; the index loses it at the next refresh. Raises UnknownEntry."""
        if not await self.store.delete(account, [entry]):
            raise UnknownEntry(f"account {account!r} has no entry {entry!r}")

    async def find_near_duplicates(
        self, account: str, entries: Sequence[Entry]
    ) -> list[Sequence[Hit]]:
        """For each entry, others that likely answer its question, the likeliest first.

        Another process may have deleted entries meanwhile: these have none.
        """
        index = self.index(account)
        there = [k for entry in entries if (k := index.stored_entries.get(entry.id))]
        near_duplicates = await asyncio.to_thread(find_near_duplicates, index, there)
        hits = {k.entry.id: hits for k, hits in zip(there, near_duplicates, strict=True)}
        return [hits.get(entry.id, []) for entry in entries]

    async def _read_changes(self, account: str) -> None:
        index = self.index(account)
        news = await self.store.since(account, index.revision)
        if news:
            new_index = await asyncio.to_thread(lambda: index.with_changes(news).prepare())
            self._indexes[account] = new_index

    async def _embed_anew(self, account: str) -> None:
        """Re-embed entries whose vectors are another model's, as these can't be compared."""
        model = self.search.version
        stale = [
            each
            for each in self.index(account).stored_entries.values()
            if each.model != model
            and (account, each.entry.id, each.revision, model) not in self._unreadable
        ]
        for at in range(0, len(stale), AT_ONCE):
            log.info("knowledge_embedded_anew", account=account, left=len(stale) - at, model=model)
            await self._embed_some(account, stale[at : at + AT_ONCE])

    async def _embed_some(self, account: str, stale: Sequence[StoredEntry]) -> None:
        vectors = await embed_texts(self.search, [old.entry.texts for old in stale])
        fresh, unreadable = [], []
        for old, (rows, model) in zip(stale, vectors, strict=True):
            if len(rows):
                fresh.append(replace(old, vectors=rows, model=model))
            else:  # found by words only until an operator changes it
                unreadable.append(old)
        if unreadable:
            ids = [old.entry.id for old in unreadable]
            log.warning("knowledge_not_embedded", account=account, entries=ids)
            model = self.search.version
            self._unreadable |= {(account, k.entry.id, k.revision, model) for k in unreadable}
        if fresh:
            await self.store.embed(account, fresh)
            await self._read_changes(account)
