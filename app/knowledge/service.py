"""The accounts' knowledge bases in a worker's memory, refreshed from the database."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import structlog

from app.errors import EmbeddingFailed, UnknownEntry
from app.inference.ports import (
    Bands,
    Candidate,
    Comparison,
    SearchModel,
    TextVector,
    Verification,
)
from app.kit.text import fold
from app.knowledge.document_repository import DocumentStore
from app.knowledge.document_service import DocumentService
from app.knowledge.documents import DocumentPassage
from app.knowledge.excerpts import complete_passage
from app.knowledge.repository import EntryStore
from app.knowledge.search.embedding import embed_entries
from app.knowledge.search.index import Index, Query
from app.knowledge.search.near_duplicates import find_near_duplicates
from app.knowledge.terms import rivals, word_classes
from app.knowledge.terms.homophones import Homophones
from app.knowledge.terms.narrow_terms import NarrowTerms
from app.knowledge.values import Entry, Evidence, Hit, SearchResult, entry_evidence
from app.messages.values import as_plain_text

log = structlog.get_logger()

# Candidates of an account. Above this, they are not prepared in advance, and homophones and
# narrow terms are not corrected.
MOST_PREPARED = 3_000
PREPARED_AT_ONCE = 8  # candidates per call of `prepare`
NEAREST = 8  # entries, and as many chunks, that are verified
AT_ONCE = 256  # entries re-embedded in one call of the model
# A word is rare if at most a tenth of the account's texts contain it, or at most two texts.
RARE, FEW = 0.1, 2


@dataclass(slots=True, kw_only=True)
class Knowledge:
    """One index per account. Safe for concurrent reads; the database orders all changes."""

    store: EntryStore
    search: SearchModel
    documents: DocumentService = field(init=False)
    _indexes: dict[str, Index] = field(default_factory=dict)
    _seen_revisions: dict[str, int] = field(default_factory=dict)  # includes documents' changes
    _homophones: dict[str, Homophones] = field(default_factory=dict)
    _narrow_terms: dict[str, NarrowTerms] = field(default_factory=dict)
    _word_revisions: dict[str, tuple[int, int]] = field(
        default_factory=dict
    )  # of entries and of chunks
    _prepared: set[tuple[str, Candidate]] = field(default_factory=set)
    _prepared_at: dict[str, tuple[int, int]] = field(default_factory=dict)  # revisions
    _refreshing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        """Create the document service over the same database."""
        self.documents = DocumentService(
            documents=DocumentStore(self.store.engine), search=self.search
        )

    async def refresh(self) -> None:
        """Load the changes that any process made since the last refresh; re-embed stale entries."""
        async with self._refreshing:
            for account, revision in (await self.store.revisions()).items():
                if revision > self._seen_revisions.get(account, 0):
                    await self._read_changes(account)
                    self._seen_revisions[account] = revision
                await self._embed_anew(account)
        await self.documents.refresh()
        async with self._refreshing:
            for account in [*self._indexes.keys() | self.documents.accounts]:
                await self._update_words(account)

    async def compact(self) -> None:
        """Rebuild the base segment of indexes that changed much. Searches continue meanwhile."""
        for account, index in [*self._indexes.items()]:
            if index.needs_compaction:
                base = await asyncio.to_thread(index.build_base)
                async with self._refreshing:  # changes may have arrived meanwhile
                    latest = self._get_index(account).with_base(base)
                    self._indexes[account] = await asyncio.to_thread(latest.prepare)
        await self.documents.compact()

    async def upsert_entries(self, account: str, entries: Sequence[Entry]) -> None:
        """Embed and store entries in one transaction, then refresh this process's index.

        Raises EmbeddingFailed for a text that the model fails on.
        """
        await self.store.put(account, await embed_entries(self.search, entries))
        await self.refresh()

    async def find_near_duplicates(
        self, account: str, entries: Sequence[Entry]
    ) -> list[Sequence[Hit]]:
        """For each entry, others that likely answer its question, the likeliest first.

        Another process may have deleted entries meanwhile: these have none.
        """
        index = self._get_index(account)
        there = [k for entry in entries if (k := index.stored_entries.get(entry.id))]
        near_duplicates = await asyncio.to_thread(find_near_duplicates, index, there)
        hits = {k.entry.id: hits for k, hits in zip(there, near_duplicates, strict=True)}
        return [hits.get(entry.id, []) for entry in entries]

    async def prepare(self) -> None:
        """Let the search model process a few new or changed candidates; called repeatedly."""
        for account in [*self._indexes.keys() | self.documents.accounts]:
            revisions = self._get_revisions(account)
            if self._prepared_at.get(account) == revisions:
                continue
            candidates = [
                *(
                    _as_entry(k.entry, k.entry.question).candidate
                    for k in self._get_index(account).stored_entries.values()
                ),
                *(_as_chunk(chunk).candidate for chunk in self.documents.chunks(account)),
            ]
            new = [each for each in candidates if (account, each) not in self._prepared]
            if new and len(candidates) <= MOST_PREPARED:
                await self.search.prepare(new[:PREPARED_AT_ONCE])
                self._prepared |= {(account, each) for each in new[:PREPARED_AT_ONCE]}
                return
            self._prepared_at[account] = revisions

    async def delete_entry(self, account: str, entry: str) -> None:
        """Erase an entry. Raises UnknownEntry."""
        if not await self.store.delete(account, [entry]):
            raise UnknownEntry(f"account {account!r} has no entry {entry!r}")
        await self.refresh()

    async def build_queries(self, questions: Sequence[tuple[str, str]]) -> list[Query | None]:
        """Build one embedded query for each (account, text), in the order given. Homophones of the
        account's words are corrected, and narrow terms get the account's wider word beside them.
        None where the model fails on a text.
        """
        texts = [self._in_its_words(account, text) for account, text in questions]
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
        entry = self._get_index(account).stored_entries.get(id)
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
        entry = self._get_index(account).stored_entries.get(id)
        if entry:
            return "\n".join((*entry.entry.texts, as_plain_text(entry.entry.answer)))
        chunk = self.documents.chunk(account, id)
        return f"{chunk.title}\n{chunk.text}" if chunk else ""

    def is_rare(self, account: str, word: str) -> bool:
        """Whether at most `RARE` of the account's texts, or at most `FEW`, contain the word."""
        indexes = (self._get_index(account), self.documents.index(account))
        counts = [index.count_texts(fold(word)) for index in indexes]
        texts = sum(total for _, total in counts)
        return sum(having for having, _ in counts) <= max(FEW, RARE * texts)

    def has_content(self, account: str) -> bool:
        """Whether the account has any entry or chunk."""
        return bool(
            self._get_index(account).stored_entries or self.documents.stored_chunks(account)
        )

    async def find_evidence(
        self, account_queries: Sequence[tuple[str, Query]]
    ) -> list[tuple[Evidence, ...]]:
        """Verified entries and chunks for each (account, query), ranked together, likeliest first.

        At most `NEAREST` of each kind.
        """
        if not account_queries:
            return []
        near = await asyncio.to_thread(lambda: [self._find_near(*each) for each in account_queries])
        comparisons = [
            Comparison(query.text, tuple(each.candidate for each in some))
            for (_, query), some in zip(account_queries, near, strict=True)
        ]
        verified = await self.search.verify(comparisons)
        bands = self.search.bands
        return [
            _rank_evidence(query.text, some, verifications, bands)
            for (_, query), some, verifications in zip(account_queries, near, verified, strict=True)
        ]

    def _find_near(self, account: str, query: Query) -> "list[_Near]":
        """The `NEAREST` entries and `NEAREST` chunks by meaning and words, not yet verified."""
        index = self._get_index(account)
        [entries] = index.search([query], NEAREST)
        near = [_as_entry(index.stored_entries[hit.id].entry, hit.text) for hit in entries.hits]
        chunks = self.documents.find_nearest(account, query, NEAREST)
        near += [_as_chunk(chunk) for chunk in chunks]
        return near

    def has_all(self, account: str, ids: Sequence[str]) -> bool:
        """Whether all these entries and chunks still exist."""
        stored_entries, chunks = (
            self._get_index(account).stored_entries,
            self.documents.stored_chunks(account),
        )
        return all(each in stored_entries or each in chunks for each in ids)

    def index(self, account: str) -> Index:
        """The index of the account's entries, as of the last refresh."""
        return self._get_index(account)

    def _get_index(self, account: str) -> Index:
        return self._indexes.get(account, Index())

    def _get_revisions(self, account: str) -> tuple[int, int]:
        """The revisions of the account's entries and of its chunks, as of the last refresh."""
        return self._get_index(account).revision, self.documents.revision(account)

    def _in_its_words(self, account: str, text: str) -> str:
        homophones, kinds = self._homophones.get(account), self._narrow_terms.get(account)
        text = homophones.correct(text) if homophones else text
        return kinds.widen(text) if kinds else text

    async def _update_words(self, account: str) -> None:
        revisions = self._get_revisions(account)
        if self._word_revisions.get(account) == revisions:
            return
        await asyncio.to_thread(word_classes.prepare)
        stored_entries, chunks = (
            self._get_index(account).stored_entries,
            self.documents.chunks(account),
        )
        texts = {}
        if len(stored_entries) + len(chunks) <= MOST_PREPARED:
            texts = {
                entry: "\n".join((*each.entry.texts, as_plain_text(each.entry.answer)))
                for entry, each in stored_entries.items()
            } | {chunk.id: f"{chunk.title}\n{chunk.text}" for chunk in chunks}
        await self._homophones.setdefault(account, Homophones()).update(texts)
        await self._narrow_terms.setdefault(account, NarrowTerms()).update(texts)
        self._word_revisions[account] = revisions

    async def _read_changes(self, account: str) -> None:
        index = self._get_index(account)
        news = await self.store.since(account, index.revision)
        if not news:
            return
        new_index = await asyncio.to_thread(lambda: index.with_changes(news).prepare())
        self._indexes[account] = new_index

    async def _embed_anew(self, account: str) -> None:
        """Re-embed entries whose vectors are another model's, as these can't be compared."""
        model = self.search.version
        stale = [
            stored_entry
            for stored_entry in self._get_index(account).stored_entries.values()
            if stored_entry.model != model
        ]
        for at in range(0, len(stale), AT_ONCE):
            part = stale[at : at + AT_ONCE]
            log.info("knowledge_embedded_anew", account=account, entries=len(part), model=model)
            try:
                fresh = await embed_entries(self.search, [stored.entry for stored in part])
            except EmbeddingFailed as error:  # found by words only until an operator changes them
                log.warning("knowledge_not_embedded", account=account, error=str(error))
                continue
            revised = [replace(new, revision=old.revision)
                       for new, old in zip(fresh, part, strict=True)]  # fmt: skip
            await self.store.embed(account, revised)
            await self._read_changes(account)


@dataclass(frozen=True, slots=True)
class _Near:
    """A candidate before verification; `headings` are the entry's questions or chunk's title."""

    evidence: Evidence
    candidate: Candidate
    headings: tuple[str, ...]

    def with_verification(
        self, question_members: rivals.QuestionMembers, each: Verification, bands: Bands
    ) -> Evidence:
        """Evidence with the model's probability, limited where it is about a rival subject."""
        passage = _choose_passage(self.evidence, each.passage)
        answer_text = self.candidate.text if self.evidence.kind == "entry" else passage
        rivalry = rivals.find_rivalry(question_members, "\n".join((*self.headings, answer_text)))
        probability = rivals.limit_probability(each.probability, rivalry, bands)
        return replace(self.evidence, probability=probability, passage=passage)


def _rank_evidence(
    question: str, near: Sequence[_Near], verifications: Sequence[Verification], bands: Bands
) -> tuple[Evidence, ...]:
    question_members = rivals.read_question(question)
    verified = [
        each.with_verification(question_members, verification, bands)
        for each, verification in zip(near, verifications, strict=True)
    ]
    return tuple(sorted(verified, key=lambda evidence: -evidence.probability))


def _choose_passage(evidence: Evidence, passage: str) -> str:
    """The passage that answers; in a chunk extended to where its subject is named."""
    if evidence.kind == "entry" or not passage:
        return passage or evidence.text
    return complete_passage(passage, evidence.text, evidence.title)


def _as_entry(entry: Entry, nearest: str) -> _Near:
    """A candidate under the entry's question and the variant nearest to the query."""
    headings = tuple(dict.fromkeys((entry.question, nearest)))
    evidence = entry_evidence(entry)
    return _Near(evidence, Candidate(headings, evidence.text), entry.texts)


def _as_chunk(chunk: DocumentPassage) -> _Near:
    evidence = Evidence(id=chunk.id, kind="chunk", title=chunk.title, text=chunk.text)
    candidate = Candidate((chunk.title,), chunk.text, is_chunk=True)
    return _Near(evidence, candidate, candidate.headings)
