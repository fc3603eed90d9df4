"""Verifies candidates and ranks them as evidence for a question."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.inference.ports import Bands, Candidate, Comparison, SearchModel, Verification
from app.knowledge.documents.excerpts import complete_passage
from app.knowledge.documents.values import Chunk
from app.knowledge.search.query import Query
from app.knowledge.terms import rivals
from app.knowledge.values import Entry, Evidence, entry_evidence


@dataclass(frozen=True, slots=True)
class NearCandidate:
    """A candidate before verification; `headings` are the entry's questions or chunk's title."""

    evidence: Evidence
    candidate: Candidate
    headings: tuple[str, ...]

    @classmethod
    def from_entry(cls, entry: Entry, nearest: str) -> "NearCandidate":
        """An entry under its question and the variant nearest to the query."""
        headings = tuple(dict.fromkeys((entry.question, nearest)))
        evidence = entry_evidence(entry)
        return cls(evidence, Candidate(headings, evidence.text), entry.texts)

    @classmethod
    def from_chunk(cls, chunk: Chunk) -> "NearCandidate":
        """A document's chunk under its headings."""
        evidence = Evidence(id=chunk.id, kind="chunk", title=chunk.title, text=chunk.text)
        candidate = Candidate((chunk.title,), chunk.text, is_chunk=True)
        return cls(evidence, candidate, candidate.headings)

    def with_verification(
        self, question_members: rivals.QuestionMembers, each: Verification, bands: Bands
    ) -> Evidence:
        """Evidence with the model's probability, limited where it is about a rival subject."""
        passage = _choose_passage(self.evidence, each.passage)
        answer_text = self.candidate.text if self.evidence.kind == "entry" else passage
        rivalry = rivals.find_rivalry(question_members, "\n".join((*self.headings, answer_text)))
        probability = rivals.limit_probability(each.probability, rivalry, bands)
        return replace(self.evidence, probability=probability, passage=passage)


async def verify_candidates(
    search: SearchModel, queries: Sequence[Query], near: Sequence[Sequence[NearCandidate]]
) -> list[tuple[Evidence, ...]]:
    """The candidates of each query as evidence, the likeliest first, in one call of the model."""
    comparisons = [
        Comparison(query.text, tuple(each.candidate for each in some))
        for query, some in zip(queries, near, strict=True)
    ]
    verified = await search.verify(comparisons)
    return [
        _rank_evidence(query.text, some, verifications, search.bands)
        for query, some, verifications in zip(queries, near, verified, strict=True)
    ]


def _rank_evidence(
    question: str,
    near: Sequence[NearCandidate],
    verifications: Sequence[Verification],
    bands: Bands,
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
