"""The knowledge base of all accounts: what a worker knows, kept in step with the database."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import structlog

from app.errors import UnknownEntry, Unteachable
from app.inference.ports import (
    Bands,
    Candidate,
    Comparison,
    SearchModel,
    TextVector,
    Unreadable,
    Verification,
)
from app.knowledge.document_repository import Documents
from app.knowledge.document_service import Library
from app.knowledge.documents import Passage
from app.knowledge.excerpts import complete
from app.knowledge.repository import Kept, Store
from app.knowledge.search.index import Index, Query
from app.knowledge.terms import rivals, word_classes
from app.knowledge.terms.homophones import Homophones
from app.knowledge.terms.narrow_terms import Kinds
from app.knowledge.values import Entry, Evidence, Found, Hit, entry_evidence
from app.messages.values import as_plain_text

log = structlog.get_logger()

ALIKE = 0.9  # likely that one answers the other's question
MOST_ALIKE = 3  # named for an entry
# Candidates of an account; of more, those are read that are asked for, and no word is corrected.
MOST_PREPARED = 3_000
PREPARED_AT_ONCE = 8  # before anything else gets a turn
NEAREST = 8  # entries, and as many chunks, that are verified
AT_ONCE = 256  # entries embedded anew before anything else gets a turn
# A word is rare that a tenth of an account's texts have at most; in a small base two texts may.
RARE, FEW = 0.1, 2


@dataclass(slots=True, kw_only=True)
class Knowledge:
    """One index an account. Safe to ask from several tasks; changes are the database's to order."""

    store: Store
    search: SearchModel
    library: Library = field(init=False)
    _indexes: dict[str, Index] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)  # revisions: of documents, too
    _homophones: dict[str, Homophones] = field(default_factory=dict)
    _kinds: dict[str, Kinds] = field(default_factory=dict)
    _heard: dict[str, tuple[int, int]] = field(default_factory=dict)  # revisions of their texts
    _prepared: set[tuple[str, Candidate]] = field(default_factory=set)
    _prepared_at: dict[str, tuple[int, int]] = field(default_factory=dict)  # revisions
    _refreshing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        """The documents are in the same database."""
        self.library = Library(documents=Documents(self.store.engine), search=self.search)

    async def refresh(self) -> None:
        """Read what changed since the last look, in this process or in another."""
        async with self._refreshing:
            for account, revision in (await self.store.revisions()).items():
                if revision > self._seen.get(account, 0):
                    await self._read(account)
                    self._seen[account] = revision
                await self._embed_anew(account)
        await self.library.refresh()
        async with self._refreshing:
            for account in [*self._indexes.keys() | self.library.accounts]:
                await self._update_words(account)

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

    async def prepare(self) -> None:
        """Have some candidates read that are new, or were changed: called again and again."""
        for account in [*self._indexes.keys() | self.library.accounts]:
            revisions = self._revisions(account)
            if self._prepared_at.get(account) == revisions:
                continue
            candidates = [
                *(
                    _as_entry(k.entry, k.entry.question).candidate
                    for k in self._index(account).kept.values()
                ),
                *(_as_chunk(chunk).candidate for chunk in self.library.chunks(account)),
            ]
            new = [each for each in candidates if (account, each) not in self._prepared]
            if new and len(candidates) <= MOST_PREPARED:
                await self.search.prepare(new[:PREPARED_AT_ONCE])
                self._prepared |= {(account, each) for each in new[:PREPARED_AT_ONCE]}
                return
            self._prepared_at[account] = revisions

    async def forget(self, account: str, entry: str) -> None:
        """Erase an entry. Raises UnknownEntry."""
        if not await self.store.delete(account, [entry]):
            raise UnknownEntry(f"account {account!r} has no entry {entry!r}")
        await self.refresh()

    async def find(self, account: str, queries: Sequence[Query], top: int) -> list[Found]:
        """The `top` likeliest entries for each query."""
        return await asyncio.to_thread(self._index(account).search, queries, top)

    async def queries(self, asked: Sequence[tuple[str, str]]) -> list[Query | None]:
        """What is looked for, for each account and text, in the order given: with the account's
        words for those that only sound like them, and beside those that it has a wider word for.
        None where the model fails on a text.
        """
        texts = [self._in_its_words(account, text) for account, text in asked]
        rows = await self.search.embed(texts) if texts else []
        return [
            Query(text, row.vector, row.model) if isinstance(row, TextVector) else None
            for text, row in zip(texts, rows, strict=True)
        ]

    async def answers(
        self, account: str, texts: Sequence[str], top: int, *, chunks: bool = False
    ) -> list[Found]:
        """For each text the entries that may answer it, verified, the likeliest first; with
        `chunks` those of documents, too.
        """
        queries = await self.queries([(account, text) for text in texts])
        asked = [(account, query) for query in queries if query is not None]
        evidence = iter(await self.evidence(asked))
        found = [() if query is None else next(evidence) for query in queries]
        kinds = {"entry", "chunk"} if chunks else {"entry"}
        return [self._found([e for e in each if e.kind in kinds][:top]) for each in found]

    def _found(self, entries: Sequence[Evidence]) -> Found:
        hits = tuple(
            Hit(
                id=e.id,
                question=e.title,
                answer=e.message,
                score=round(e.probability, 4),
                kind=e.kind,
            )
            for e in entries
        )
        return Found(bool(hits) and hits[0].score >= self.search.bands.sure, hits)

    def known(self, account: str, id: str, passage: str = "") -> Evidence | None:  # noqa: A002
        """An entry or chunk by its id, as what surely answers; None where it was erased."""
        entry = self._index(account).kept.get(id)
        if entry:
            return entry_evidence(entry.entry, 1.0)
        chunk = self.library.chunk(account, id)
        if chunk is None:
            return None
        return Evidence(
            id=id,
            kind="chunk",
            title=chunk.title,
            text=chunk.text,
            passage=passage or chunk.text,
            probability=1.0,
        )

    def text(self, account: str, id: str) -> str:  # noqa: A002
        """All that is written of an entry or a chunk; "" where it was erased."""
        entry = self._index(account).kept.get(id)
        if entry:
            return "\n".join((*entry.entry.texts, as_plain_text(entry.entry.answer)))
        chunk = self.library.chunk(account, id)
        return f"{chunk.title}\n{chunk.text}" if chunk else ""

    def is_rare(self, account: str, word: str) -> bool:
        """Whether a word tells the account's texts apart, since few of them have it, or none."""
        indexes = (self._index(account), self.library.index(account))
        counts = [index.count_texts(word.lower()) for index in indexes]
        texts = sum(total for _, total in counts)
        return sum(having for having, _ in counts) <= max(FEW, RARE * texts)

    def has_content(self, account: str) -> bool:
        """Whether there is anything to search in."""
        return bool(self._index(account).kept or self.library.kept(account))

    async def evidence(self, asked: Sequence[tuple[str, Query]]) -> list[tuple[Evidence, ...]]:
        """For each account and query what may answer it, the likeliest first: entries and chunks
        of documents in one order, each verified.
        """
        if not asked:
            return []
        near = await asyncio.to_thread(lambda: [self._nearest(*each) for each in asked])
        comparisons = [
            Comparison(query.text, tuple(each.candidate for each in some))
            for (_, query), some in zip(asked, near, strict=True)
        ]
        verified = await self.search.verify(comparisons)
        bands = self.search.bands
        return [
            _ranked(query.text, some, verifications, bands)
            for (_, query), some, verifications in zip(asked, near, verified, strict=True)
        ]

    def _nearest(self, account: str, query: Query) -> "list[_Near]":
        """Entries and chunks that are near by meaning or by words, not verified yet."""
        index = self._index(account)
        [entries] = index.search([query], NEAREST)
        near = [_as_entry(index.kept[hit.id].entry, hit.text) for hit in entries.hits]
        chunks = self.library.nearest(account, query, NEAREST)
        near += [_as_chunk(chunk) for chunk in chunks]
        return near

    def knows(self, account: str, ids: Sequence[str]) -> bool:
        """Whether all these entries and chunks are still there."""
        kept, chunks = self._index(account).kept, self.library.kept(account)
        return all(each in kept or each in chunks for each in ids)

    def index(self, account: str) -> Index:
        """The account's entries, as of the last refresh."""
        return self._index(account)

    def _index(self, account: str) -> Index:
        return self._indexes.get(account, Index())

    def _revisions(self, account: str) -> tuple[int, int]:
        """Of its entries and of its documents' chunks, as of the last refresh."""
        return self._index(account).revision, self.library.revision(account)

    def _in_its_words(self, account: str, text: str) -> str:
        homophones, kinds = self._homophones.get(account), self._kinds.get(account)
        text = homophones.correct(text) if homophones else text
        return kinds.widen(text) if kinds else text

    async def _update_words(self, account: str) -> None:
        revisions = self._revisions(account)
        if self._heard.get(account) == revisions:
            return
        await asyncio.to_thread(word_classes.prepare)
        kept, chunks = self._index(account).kept, self.library.chunks(account)
        texts = {}
        if len(kept) + len(chunks) <= MOST_PREPARED:
            texts = {
                entry: "\n".join((*each.entry.texts, as_plain_text(each.entry.answer)))
                for entry, each in kept.items()
            } | {chunk.id: f"{chunk.title}\n{chunk.text}" for chunk in chunks}
        await self._homophones.setdefault(account, Homophones()).update(texts)
        await self._kinds.setdefault(account, Kinds()).update(texts)
        self._heard[account] = revisions

    async def _read(self, account: str) -> None:
        index = self._index(account)
        news = await self.store.since(account, index.revision)
        if not news:
            return
        changed = await asyncio.to_thread(lambda: index.changed(news).prepare())
        self._indexes[account] = changed

    async def _embed_anew(self, account: str) -> None:
        """Another model answers than the one that made the vectors: they can't be compared."""
        model = self.search.version
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
        rows = iter(await self.search.embed(texts))
        kept = []
        for entry in entries:
            vectors, model = [], ""
            for text in entry.texts:
                row = next(rows)
                if isinstance(row, Unreadable):
                    raise Unteachable(f"the model fails on {text!r}: leave it out")
                vectors.append(row.vector)
                model = row.model
            kept.append(Kept(entry, np.stack(vectors), model))
        return kept


@dataclass(frozen=True, slots=True)
class _Near:
    """What may answer, to be verified; `headings` are all its ways to ask."""

    evidence: Evidence
    candidate: Candidate
    headings: tuple[str, ...]

    def verified(self, asked: rivals.Asked, each: Verification, bands: Bands) -> Evidence:
        """As likely as the model says, unless it speaks of a neighbour."""
        passage = _said(self.evidence, each.passage)
        said = self.candidate.text if self.evidence.kind == "entry" else passage
        rivalry = rivals.compare(asked, "\n".join((*self.headings, said)))
        probability = rivals.limit(each.probability, rivalry, bands)
        return replace(self.evidence, probability=probability, passage=passage)


def _ranked(
    question: str, near: Sequence[_Near], verifications: Sequence[Verification], bands: Bands
) -> tuple[Evidence, ...]:
    asked = rivals.read_question(question)
    verified = [
        each.verified(asked, verification, bands)
        for each, verification in zip(near, verifications, strict=True)
    ]
    return tuple(sorted(verified, key=lambda evidence: -evidence.probability))


def _said(evidence: Evidence, passage: str) -> str:
    """Of a chunk the passage that answers, from where its subject is named."""
    if evidence.kind == "entry" or not passage:
        return passage or evidence.text
    return complete(passage, evidence.text, evidence.title)


def _as_entry(entry: Entry, nearest: str) -> _Near:
    """By its question, and by the way to ask that is nearest to the query."""
    headings = tuple(dict.fromkeys((entry.question, nearest)))
    evidence = entry_evidence(entry)
    return _Near(evidence, Candidate(headings, evidence.text), entry.texts)


def _as_chunk(chunk: Passage) -> _Near:
    evidence = Evidence(id=chunk.id, kind="chunk", title=chunk.title, text=chunk.text)
    candidate = Candidate((chunk.title,), chunk.text, is_chunk=True)
    return _Near(evidence, candidate, candidate.headings)
