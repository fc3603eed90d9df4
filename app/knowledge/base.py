"""The knowledge base of all accounts: what a worker knows, kept in step with the database."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import structlog

from app.db.documents import Documents
from app.errors import UnknownEntry, Unteachable
from app.inference.ports import Classifier, Judgement, Unreadable
from app.knowledge.documents import Passage
from app.knowledge.index import Index, Query
from app.knowledge.library import Library
from app.knowledge.store import Kept, Store
from app.knowledge.values import Entry, Found, Hit

log = structlog.get_logger()

ALIKE = 0.9  # likely that one answers the other's question
MOST_ALIKE = 3  # named for an entry
AT_ONCE = 256  # entries embedded anew before anything else gets a turn


@dataclass(slots=True)
class Knowledge:
    """One index an account. Safe to ask from several tasks; changes are the database's to order."""

    store: Store
    classifier: Classifier
    library: Library = field(init=False)
    _indexes: dict[str, Index] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)  # revisions: of documents, too
    _refreshing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        """The documents are in the same database."""
        self.library = Library(Documents(self.store.engine), self.classifier)

    async def refresh(self) -> None:
        """Read what changed since the last look, in this process or in another."""
        async with self._refreshing:
            for account, revision in (await self.store.revisions()).items():
                if revision > self._seen.get(account, 0):
                    await self._read(account)
                    self._seen[account] = revision
                await self._embed_anew(account)
        await self.library.refresh()

    async def settle(self) -> None:
        """Lay the groundwork of large indexes anew where much has changed; search goes on."""
        for account, index in [*self._indexes.items()]:
            if index.worn:
                groundwork = await asyncio.to_thread(index.lay)
                async with self._refreshing:  # meanwhile others came
                    latest = self._index(account).over(groundwork)
                    self._indexes[account] = await asyncio.to_thread(latest.prepare)
        await self.library.settle()

    async def learn(self, account: str, entries: Sequence[Entry]) -> None:
        """Keep entries, all or none; found by every search here from now on.

        Raises Unteachable for a text that the model fails on.
        """
        await self.store.put(account, await self._embedded(entries))
        await self.refresh()

    async def alike(self, account: str, entries: Sequence[Entry]) -> list[tuple[Hit, ...]]:
        """For each entry, the others that its question is likely answered by: doubles, mostly."""
        kept = self._index(account).kept
        there = [kept[entry.id] for entry in entries if entry.id in kept]  # others may delete
        queries = [Query(k.entry.question, k.vectors[0], k.model) for k in there]
        found = await self.find(account, queries, MOST_ALIKE + 1)
        alike = {
            k.entry.id: tuple(h for h in each.hits if h.id != k.entry.id and h.score >= ALIKE)
            for k, each in zip(there, found, strict=True)
        }
        return [alike.get(entry.id, ()) for entry in entries]

    async def forget(self, account: str, entry: str) -> None:
        """Erase an entry. Raises UnknownEntry."""
        if not await self.store.delete(account, [entry]):
            raise UnknownEntry(f"account {account!r} has no entry {entry!r}")
        await self.refresh()

    async def find(self, account: str, queries: Sequence[Query], top: int) -> list[Found]:
        """The `top` likeliest entries for each query."""
        return await asyncio.to_thread(self._index(account).search, queries, top)

    async def passages(
        self, account: str, queries: Sequence[Query], top: int
    ) -> list[tuple[Passage, ...]]:
        """The `top` nearest chunks of documents for each query, to ground an answer on."""
        return await self.library.passages(account, queries, top)

    def knows(self, account: str, ids: Sequence[str]) -> bool:
        """Whether all these entries and chunks are still there."""
        kept, chunks = self._index(account).kept, self.library.kept(account)
        return all(each in kept or each in chunks for each in ids)

    def index(self, account: str) -> Index:
        """The account's entries, as of the last refresh."""
        return self._index(account)

    async def answers(
        self, asked: Sequence[tuple[str, str, Judgement | Unreadable | None]]
    ) -> list[Hit | None]:
        """For each account, text and what the model said of it: the entry to answer by, if any."""
        return [
            found.hits[0] if found and found.answerable else None
            for found in await self.candidates(asked, 1)
        ]

    async def candidates(
        self, asked: Sequence[tuple[str, str, Judgement | Unreadable | None]], top: int
    ) -> list[Found | None]:
        """The `top` likeliest entries for each; None where there is nothing to search by or in."""
        queries: dict[str, dict[int, Query]] = {}
        for at, (account, text, judged) in enumerate(asked):
            if isinstance(judged, Judgement) and self._index(account).kept:
                query = Query(text, judged.vector, judged.model)
                queries.setdefault(account, {})[at] = query
        candidates: list[Found | None] = [None] * len(asked)
        for account, some in queries.items():
            for at, found in zip(
                some, await self.find(account, [*some.values()], top), strict=True
            ):
                candidates[at] = found
        return candidates

    def _index(self, account: str) -> Index:
        return self._indexes.get(account, Index())

    async def _read(self, account: str) -> None:
        index = self._index(account)
        news = await self.store.since(account, index.revision)
        if not news:
            return
        changed = await asyncio.to_thread(lambda: index.changed(news).prepare())
        self._indexes[account] = changed

    async def _embed_anew(self, account: str) -> None:
        """Another model answers than the one that made the vectors: they can't be compared."""
        model = self.classifier.version
        stale = [kept for kept in self._index(account).kept.values() if kept.model != model]
        for at in range(0, len(stale), AT_ONCE):
            part = stale[at : at + AT_ONCE]
            log.info("knowledge_embedded_anew", account=account, entries=len(part), model=model)
            try:
                fresh = await self._embedded([kept.entry for kept in part])
            except Unteachable as error:  # found by their words until somebody mends them
                log.warning("knowledge_not_embedded", account=account, error=str(error))
                continue
            revised = [replace(new, revision=old.revision)
                       for new, old in zip(fresh, part, strict=True)]  # fmt: skip
            await self.store.embed(account, revised)
            await self._read(account)

    async def _embedded(self, entries: Sequence[Entry]) -> list[Kept]:
        texts = [text for entry in entries for text in entry.texts]
        judged = iter(await self.classifier.classify(texts))
        kept = []
        for entry in entries:
            found = [next(judged) for _ in entry.texts]
            vectors, model = [], ""
            for each, text in zip(found, entry.texts, strict=True):
                if isinstance(each, Unreadable):
                    raise Unteachable(f"the model fails on {text!r}: leave it out")
                vectors.append(each.vector)
                model = each.model
            kept.append(Kept(entry, np.stack(vectors), model))
        return kept
