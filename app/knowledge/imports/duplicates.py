"""Pairs the entries of an import with their near-duplicates: duplicates or contradictions."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.knowledge.entries.repository import StoredEntry
from app.knowledge.search.index import Index
from app.knowledge.search.near_duplicates import find_near_duplicates
from app.knowledge.terms.subjects import contradict
from app.knowledge.values import Entry


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


def pair_near_duplicates(index: Index, news: Sequence[StoredEntry]) -> list[NearDuplicate]:
    """Near-duplicates of new entries among themselves and those of the index; each pair once."""
    if not news:
        return []
    index = index.with_changes(news)
    duplicates: dict[frozenset[str], NearDuplicate] = {}
    for new, hits in zip(news, find_near_duplicates(index, news), strict=True):
        for hit in hits:
            other = index.stored_entries[hit.id].entry
            pair = frozenset((new.entry.id, other.id))
            duplicates.setdefault(pair, NearDuplicate(new.entry, other, hit.score))
    return [*duplicates.values()]
