"""One account's entries in memory, searched by meaning (vectors) and by words (BM25).

Up to 100,000 texts are all scored exactly. Above that, candidates are chosen by approximate
search (`app.knowledge.search.neighbours`) and by words, and only these are scored exactly.

Each row is one text (a question or a variant); an entry's rows are adjacent. An index is
immutable: a change makes a new one.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np

from app.kit.text import fold_to_letters
from app.knowledge.entries.repository import StoredEntry
from app.knowledge.search.largest import find_largest
from app.knowledge.search.lexicon import Bm25Base, Cut, Lexicon
from app.knowledge.search.neighbours import Neighbours
from app.knowledge.search.query import Blend, Query, Vector
from app.knowledge.search.words import split_words
from app.knowledge.values import Entry, Hit, SearchResult

COUNTED_AT_ONCE = 2_000  # entries; up to these BM25 is rebuilt at each change (tens of ms)
EXACT = 100_000  # texts
MOST_CANDIDATES = 256  # by meaning, and as many by words


@dataclass(frozen=True, slots=True)
class BaseSegment:
    """Precomputed part of the index: BM25 statistics and inverted lists over most rows.

    Takes seconds for very many texts, so rows changed since are scored without it.
    """

    bm25: Bm25Base = field(default_factory=Bm25Base)
    near: Neighbours | None = None  # over the base's rows, if there are more than `exact`
    model: str = ""  # that made their vectors


@dataclass(frozen=True, kw_only=True)
class Index:
    """The searchable entries of one account; `stored_entries` is in the order of the rows."""

    stored_entries: Mapping[str, StoredEntry] = field(default_factory=dict)
    cut: Cut = field(default_factory=dict)
    revision: int = 0
    blend: Blend = field(default_factory=Blend)
    base: BaseSegment = field(default_factory=BaseSegment)
    exact: int = EXACT

    def with_changes(self, news: Sequence[StoredEntry]) -> "Index":
        """A new index with these entries added or replaced, and deleted ones removed."""
        stored_entries, cut = dict(self.stored_entries), dict(self.cut)
        for each in news:
            stored_entries.pop(each.entry.id, None)
            cut.pop(each.entry.id, None)
            if not each.deleted:
                stored_entries[each.entry.id] = each
                cut[each.entry.id] = [split_words(text) for text in each.entry.texts]
        latest = max((each.revision for each in news), default=self.revision)
        small = len(cut) <= COUNTED_AT_ONCE
        base = BaseSegment(Bm25Base.of(cut)) if small else self.base
        return Index(
            stored_entries=stored_entries,
            cut=cut,
            revision=latest,
            blend=self.blend,
            base=base,
            exact=self.exact,
        )

    @property
    def needs_compaction(self) -> bool:
        """Whether so much changed since the base was built that searches get slower."""
        return bool(self.stored_entries) and self._lexicon.needs_compaction

    def build_base(self) -> BaseSegment:
        """A base segment over all present rows. Takes seconds for very many."""
        many = len(self._entry_by_row) > self.exact and len(self._rows_by_model) == 1
        model = next(iter(self._rows_by_model)) if many else ""
        near = Neighbours.of(self._vectors_by_model[model]) if many else None
        return BaseSegment(Bm25Base.of(self.cut), near, model)

    def with_base(self, base: BaseSegment) -> "Index":
        """The same index over another base segment, which may be slightly out of date."""
        return replace(self, base=base)

    def count_texts(self, word: str) -> tuple[int, int]:
        """How many texts contain the word, and how many texts there are."""
        if not self.stored_entries:
            return 0, 0
        return self._lexicon.count_texts(word), self._lexicon.size

    def search(self, queries: Sequence[Query], top: int) -> list[SearchResult]:
        """The `top` likeliest entries for each query, likeliest first."""
        if not self.stored_entries or not queries:
            return [SearchResult(False, ()) for _ in queries]
        shares = (self.blend.words * self._lexicon.shares(split_words(q.text)) for q in queries)
        if self._is_narrowed(queries):
            vectors = np.stack([query.vector for query in queries])
            return [
                self._rank_candidates(
                    self._choose_candidates(rows, by_words), vector, by_words, top
                )
                for rows, vector, by_words in zip(
                    self._find_nearest_rows(vectors), vectors, shares, strict=True
                )
            ]
        everything = np.arange(len(self._entry_by_row))
        return [
            self._rank_entries(everything, near + by_words, top)
            for near, by_words in zip(self._score_by_meaning(queries), shares, strict=True)
        ]

    def prepare(self) -> "Index":
        """Fill the cached properties, so that the first search doesn't wait. Returns itself."""
        if self.stored_entries:
            _ = (
                self._vectors_by_model,
                self._entry_by_row,
                self._most_texts,
                self._texts,
                self._folded_texts,
            )
            self._lexicon.prepare()
        return self

    def is_asked_so(self, text: str) -> bool:
        """Whether the text is an entry's question or variant, but for case, marks and spaces."""
        return fold_to_letters(text) in self._folded_texts

    @cached_property
    def _folded_texts(self) -> frozenset[str]:
        return frozenset(
            _fold_cached(text) for each in self.stored_entries.values() for text in each.entry.texts
        )

    def _is_narrowed(self, queries: Sequence[Query]) -> bool:
        base = self.base
        models = {*self._rows_by_model, *(query.model for query in queries)}
        return base.near is not None and models == {base.model}

    def _find_nearest_rows(self, vectors: np.ndarray) -> np.ndarray:
        """(queries, MOST_CANDIDATES): the base's rows nearest by meaning; -1 for none."""
        assert self.base.near is not None
        return self._lexicon.to_current_rows(self.base.near.nearest(vectors, MOST_CANDIDATES))

    def _choose_candidates(self, rows: np.ndarray, by_words: np.ndarray) -> np.ndarray:
        """Rows to score exactly: nearest by meaning, best by words, and newer than the base."""
        candidates = np.concatenate(
            [rows, find_largest(by_words, MOST_CANDIDATES), self._lexicon.fresh]
        )
        return np.unique(candidates[candidates >= 0])

    def _rank_candidates(
        self, rows: np.ndarray, vector: Vector, by_words: np.ndarray, top: int
    ) -> SearchResult:
        near = self._vectors_by_model[self.base.model][rows] @ vector
        return self._rank_entries(rows, near + by_words[rows], top)

    def _rank_entries(self, rows: np.ndarray, near: np.ndarray, top: int) -> SearchResult:
        """The best entries from scores (rows,); an entry scores as the best of its texts."""
        hits: dict[int, Hit] = {}
        for at in find_largest(near, top * self._most_texts).tolist():
            entry = int(self._entry_by_row[rows[at]])
            if entry not in hits and len(hits) < top:
                logit = self.blend.slope * float(near[at]) + self.blend.bias
                hits[entry] = self._build_hit(int(rows[at]), logit)
        best_hits = tuple(hits.values())
        return SearchResult(best_hits[0].score >= self.blend.enough, best_hits)

    def _build_hit(self, row: int, logit: float) -> Hit:
        entry, text = self._entries[int(self._entry_by_row[row])], self._texts[row]
        score = round(1 / (1 + math.exp(-logit)), 4)
        return Hit(
            id=entry.id, question=entry.question, answer=entry.answer, score=score, text=text
        )

    def _score_by_meaning(self, queries: Sequence[Query]) -> np.ndarray:
        """(queries, rows): inner products; 0 between vectors of different models."""
        models = {*self._rows_by_model, *(query.model for query in queries)}
        if len(models) == 1:
            vectors = np.stack([query.vector for query in queries])
            return np.asarray(vectors @ self._vectors_by_model[models.pop()].T)
        near = np.zeros((len(queries), len(self._entry_by_row)), np.float32)
        for model, rows in self._rows_by_model.items():
            # For seconds after another model was promoted there are vectors of both.
            query_rows = [i for i, query in enumerate(queries) if query.model == model]
            if query_rows:
                vectors = np.stack([queries[i].vector for i in query_rows])
                near[np.ix_(np.array(query_rows), rows)] = vectors @ self._vectors_by_model[model].T
        return near

    @cached_property
    def _entries(self) -> list[Entry]:
        return [each.entry for each in self.stored_entries.values()]

    @cached_property
    def _texts(self) -> list[str]:
        """The text of each row."""
        return [text for entry in self._entries for text in entry.texts]

    @cached_property
    def _entry_by_row(self) -> np.ndarray:
        """(rows,): for each row the position of its entry in `_entries`."""
        return np.repeat(np.arange(len(self._entries)), [len(e.texts) for e in self._entries])

    @cached_property
    def _most_texts(self) -> int:
        """The largest number of texts of one entry."""
        return max(len(entry.texts) for entry in self._entries)

    @cached_property
    def _rows_by_model(self) -> dict[str, np.ndarray]:
        """Model -> the numbers of the rows whose vectors it made."""
        models = np.array([each.model for each in self.stored_entries.values()])[self._entry_by_row]
        return {str(model): np.flatnonzero(models == model) for model in np.unique(models)}

    @cached_property
    def _vectors_by_model(self) -> dict[str, np.ndarray]:
        """Model -> the vectors (its rows, D)."""
        return {
            model: np.concatenate(
                [k.vectors for k in self.stored_entries.values() if k.model == model]
            )
            for model in self._rows_by_model
        }

    @cached_property
    def _lexicon(self) -> Lexicon:
        return Lexicon(self.cut, self.base.bm25)


# Cached because each change makes a new index: 100,000 texts would take .4 s each time.
_fold_cached = lru_cache(maxsize=2 * EXACT)(fold_to_letters)
