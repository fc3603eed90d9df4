"""Finds entries that likely answer another entry's question."""

from collections.abc import Sequence

from app.knowledge.entries.repository import StoredEntry
from app.knowledge.search.index import Index
from app.knowledge.search.query import Query
from app.knowledge.values import Hit

ALIKE = 0.9  # probability that one answers the other's question
MOST = 3  # near-duplicates per entry
AT_ONCE = 32  # queries per search: batches cost less per query


def find_near_duplicates(index: Index, stored_entries: Sequence[StoredEntry]) -> list[list[Hit]]:
    """For each entry up to `MOST` others of the index; the index may have the entries too."""
    near_duplicates = []
    for at in range(0, len(stored_entries), AT_ONCE):
        some = stored_entries[at : at + AT_ONCE]
        queries = [Query(each.entry.question, each.vectors[0], each.model) for each in some]
        results = index.search(queries, MOST + 1)  # the entry itself is one of them
        near_duplicates += [
            [hit for hit in result.hits if hit.id != each.entry.id and hit.score >= ALIKE][:MOST]
            for each, result in zip(some, results, strict=True)
        ]
    return near_duplicates
