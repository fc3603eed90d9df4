"""Entries that likely answer one another's question: doubles, or contradictions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.knowledge.repository import Kept
from app.knowledge.search.index import Index, Query
from app.knowledge.terms.subjects import contradict
from app.knowledge.values import Entry

ALIKE = 0.9  # likely that one answers the other's question
MOST = 3  # named for an entry
AT_ONCE = 32  # searched; a batch is the cheapest a query


@dataclass(frozen=True, slots=True)
class Double:
    """Two entries, and how likely one answers the other's question."""

    one: Entry
    other: Entry
    score: float

    @property
    def contradicts(self) -> bool:
        """Whether they answer the same question with other facts."""
        return contradict(self.one, self.other)


def doubles(index: Index, news: Sequence[Kept]) -> list[Double]:
    """The doubles of new entries, which stand in the index already; each pair once."""
    found: dict[frozenset[str], Double] = {}
    for at in range(0, len(news), AT_ONCE):
        for double in _among(index, news[at : at + AT_ONCE]):
            found.setdefault(frozenset((double.one.id, double.other.id)), double)
    return [*found.values()]


def _among(index: Index, news: Sequence[Kept]) -> Iterator[Double]:
    queries = [Query(kept.entry.question, kept.vectors[0], kept.model) for kept in news]
    for kept, found in zip(news, index.search(queries, MOST + 1), strict=True):
        for hit in found.hits:
            if hit.id != kept.entry.id and hit.score >= ALIKE:
                yield Double(kept.entry, index.kept[hit.id].entry, hit.score)
