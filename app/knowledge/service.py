"""The accounts' knowledge bases in a worker's memory: entries and documents, searched together."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.inference.ports import Candidate, SearchModel, TextVector
from app.kit.text import fold
from app.knowledge.documents.document_repository import DocumentStore
from app.knowledge.documents.document_service import DocumentService
from app.knowledge.entries.entry_service import EntryService
from app.knowledge.entries.repository import EntryStore
from app.knowledge.search.evidence import NearCandidate, verify_candidates
from app.knowledge.search.index import Index
from app.knowledge.search.preparation import PreparedCandidates
from app.knowledge.search.query import Query
from app.knowledge.terms.account_terms import AccountTerms
from app.knowledge.values import Entry, Evidence, Hit, SearchResult, entry_evidence

NEAREST = 8  # entries, and as many chunks, that are verified
# A word is rare if at most a tenth of the account's texts contain it, or at most two texts.
RARE, FEW = 0.1, 2


@dataclass(slots=True, kw_only=True)
class Knowledge:
    """Entries and documents of all accounts, and the words of their texts."""

    store: EntryStore
    search: SearchModel
    entries: EntryService = field(init=False)
    documents: DocumentService = field(init=False)
    _terms: AccountTerms = field(default_factory=AccountTerms)
    _prepared: PreparedCandidates = field(default_factory=PreparedCandidates)
    _updating_terms: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        """Create the services of entries and documents over one database."""
        store = DocumentStore(self.store.engine)
        self.entries = EntryService(store=self.store, search=self.search)
        self.documents = DocumentService(documents=store, search=self.search)

    async def refresh(self) -> None:
        """Load the changes that any process made since the last refresh; re-embed stale entries."""
        await self.entries.refresh()
        await self.documents.refresh()
        async with self._updating_terms:
            for account in self._accounts:
                await self._update_terms(account)

    async def compact(self) -> None:
        """Rebuild the base segment of indexes that changed much. Searches continue meanwhile."""
        await self.entries.compact()
        await self.documents.compact()

    async def upsert_entries(self, account: str, entries: Sequence[Entry]) -> None:
        """Embed and store entries in one transaction, then refresh this process's index.

        Raises EmbeddingFailed for a text that the model fails on.
        """
        await self.entries.upsert(account, entries)
        await self.refresh()

    async def find_near_duplicates(
        self, account: str, entries: Sequence[Entry]
    ) -> list[Sequence[Hit]]:
        """For each entry, others that likely answer its question, the likeliest first."""
        return await self.entries.find_near_duplicates(account, entries)

    async def prepare(self) -> None:
        """Let the search model process a few new or changed candidates; called repeatedly."""
        for account in self._accounts:
            revisions = self._get_revisions(account)
            if not self._prepared.is_complete(account, revisions):
                candidates = self._list_candidates(account)
                if await self._prepared.prepare(self.search, account, revisions, candidates):
                    return

    def _list_candidates(self, account: str) -> list[Candidate]:
        stored_entries = self.index(account).stored_entries.values()
        entries = (NearCandidate.from_entry(k.entry, k.entry.question) for k in stored_entries)
        chunks = map(NearCandidate.from_chunk, self.documents.chunks(account))
        return [each.candidate for each in (*entries, *chunks)]

    async def delete_entry(self, account: str, entry: str) -> None:
        """Erase an entry. Raises UnknownEntry."""
        await self.entries.delete(account, entry)
        await self.refresh()

    async def build_queries(self, questions: Sequence[tuple[str, str]]) -> list[Query | None]:
        """Build one embedded query for each (account, text), in the order given. Homophones of the
        account's words are corrected, and narrow terms get the account's wider word beside them.
        None where the model fails on a text.
        """
        texts = [self._terms.rewrite(account, text) for account, text in questions]
        rows = await self.search.embed(texts) if texts else []
        return [
            Query(text, row.vector, row.model) if isinstance(row, TextVector) else None
            for text, row in zip(texts, rows, strict=True)
        ]

    async def find_answers(
        self, account: str, texts: Sequence[str], top: int, *, chunks: bool = False
    ) -> list[SearchResult]:
        """Search and verify: for each text up to `top` entries that may answer it, the likeliest
        first. With `chunks`, documents' chunks too.
        """
        queries = await self.build_queries([(account, text) for text in texts])
        account_queries = [(account, query) for query in queries if query is not None]
        evidence = iter(await self.find_evidence(account_queries))
        evidence_by_text = [() if query is None else next(evidence) for query in queries]
        kinds = {"entry", "chunk"} if chunks else {"entry"}
        return [
            self._to_result([e for e in each if e.kind in kinds][:top]) for each in evidence_by_text
        ]

    def _to_result(self, entries: Sequence[Evidence]) -> SearchResult:
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
        return SearchResult(bool(hits) and hits[0].score >= self.search.bands.sure, hits)

    def get_evidence(self, account: str, id: str, passage: str = "") -> Evidence | None:  # noqa: A002
        """An entry or chunk by its id, as evidence of probability 1; None if it was erased."""
        entry = self.index(account).stored_entries.get(id)
        if entry:
            return entry_evidence(entry.entry, 1.0)
        chunk = self.documents.chunk(account, id)
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
        """The full text of an entry (questions and answer) or chunk; "" if it was erased."""
        entry = self.index(account).stored_entries.get(id)
        if entry:
            return entry.entry.full_text
        chunk = self.documents.chunk(account, id)
        return chunk.full_text if chunk else ""

    def is_rare(self, account: str, word: str) -> bool:
        """Whether at most `RARE` of the account's texts, or at most `FEW`, contain the word."""
        indexes = (self.index(account), self.documents.index(account))
        counts = [index.count_texts(fold(word)) for index in indexes]
        texts = sum(total for _, total in counts)
        return sum(having for having, _ in counts) <= max(FEW, RARE * texts)

    def has_content(self, account: str) -> bool:
        """Whether the account has any entry or chunk."""
        return bool(self.index(account).stored_entries or self.documents.stored_chunks(account))

    async def find_evidence(
        self, account_queries: Sequence[tuple[str, Query]]
    ) -> list[tuple[Evidence, ...]]:
        """Verified entries and chunks for each (account, query), ranked together, likeliest first.

        At most `NEAREST` of each kind.
        """
        if not account_queries:
            return []
        near = await asyncio.to_thread(lambda: [self._find_near(*each) for each in account_queries])
        queries = [query for _, query in account_queries]
        return await verify_candidates(self.search, queries, near)

    def _find_near(self, account: str, query: Query) -> list[NearCandidate]:
        """The `NEAREST` entries and `NEAREST` chunks by meaning and words, not yet verified."""
        index = self.index(account)
        [entries] = index.search([query], NEAREST)
        near = [
            NearCandidate.from_entry(index.stored_entries[hit.id].entry, hit.text)
            for hit in entries.hits
        ]
        chunks = self.documents.find_nearest(account, query, NEAREST)
        return [*near, *map(NearCandidate.from_chunk, chunks)]

    def has_all(self, account: str, ids: Sequence[str]) -> bool:
        """Whether all these entries and chunks still exist."""
        stored_entries = self.index(account).stored_entries
        chunks = self.documents.stored_chunks(account)
        return all(each in stored_entries or each in chunks for each in ids)

    def index(self, account: str) -> Index:
        """The index of the account's entries, as of the last refresh."""
        return self.entries.index(account)

    def _get_revisions(self, account: str) -> tuple[int, int]:
        """The revisions of the account's entries and of its chunks, as of the last refresh."""
        return self.index(account).revision, self.documents.revision(account)

    @property
    def _accounts(self) -> list[str]:
        """The accounts that have entries or documents."""
        return [*{*self.entries.accounts, *self.documents.accounts}]

    async def _update_terms(self, account: str) -> None:
        revisions = self._get_revisions(account)
        if not self._terms.is_current(account, revisions):
            entries = [k.entry for k in self.index(account).stored_entries.values()]
            chunks = self.documents.chunks(account)
            await self._terms.update(account, revisions, entries, chunks)
