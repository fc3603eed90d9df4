"""Finds entries that likely answer another entry's question: duplicates or contradictions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.knowledge.repository import StoredEntry
from app.knowledge.search.index import Index, Query
from app.knowledge.terms.subjects import contradict
from app.knowledge.values import Entry

ALIKE = 0.9  # probability that one answers the other's question
MOST = 3  # near-duplicates per entry
AT_ONCE = 32  # queries per search: batches cost less per query


@dataclass(frozen=True, slots=True)
class NearDuplicate:
    """Two entries, and the probability that `other` answers the question of `one`."""

    one: Entry
    other: Entry
    score: float

    @property
    def contradicts(self) -> bool:
        """Whether the two answer the same question with different facts."""
        return contradict(self.one, self.other)


def find_near_duplicates(index: Index, news: Sequence[StoredEntry]) -> list[NearDuplicate]:
    """Near-duplicates of new entries, which must be in the index already; each pair once."""
    duplicates: dict[frozenset[str], NearDuplicate] = {}
    for at in range(0, len(news), AT_ONCE):
        for duplicate in _search_batch(index, news[at : at + AT_ONCE]):
            duplicates.setdefault(frozenset((duplicate.one.id, duplicate.other.id)), duplicate)
    return [*duplicates.values()]


def _search_batch(index: Index, news: Sequence[StoredEntry]) -> Iterator[NearDuplicate]:
    queries = [Query(new.entry.question, new.vectors[0], new.model) for new in news]
    for stored_entry, result in zip(news, index.search(queries, MOST + 1), strict=True):
        for hit in result.hits:
            if hit.id != stored_entry.entry.id and hit.score >= ALIKE:
                yield NearDuplicate(
                    stored_entry.entry, index.stored_entries[hit.id].entry, hit.score
                )
