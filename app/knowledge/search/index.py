"""One account's entries in memory: searched by meaning and by words.

Exactly, up to 100,000 texts. Beyond, what is likeliest by meaning or by words is chosen first
(`app.knowledge.search.neighbours`), and compared exactly.

Rows are texts (a question or a variant of it); those of an entry stand together. An index is
never changed: a new one takes its place.
"""

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache

import numpy as np

from app.knowledge.repository import StoredEntry
from app.knowledge.search.lexicon import Bm25Base, Cut, Lexicon
from app.knowledge.search.neighbours import Neighbours
from app.knowledge.search.words import split_words
from app.knowledge.values import Entry, Hit, SearchResult

Vector = np.ndarray  # (D,) fp32
BLOCK = 256
COUNTED_AT_ONCE = 2_000  # entries: their words are counted anew in some tens of milliseconds
EXACT = 100_000  # texts
MOST_CANDIDATES = 256  # by meaning, and as many by words


@dataclass(frozen=True, slots=True)
class Blend:
    """How likely an entry answers, from how near it is: docs/decisions/0007."""

    words: float = 0.1  # beside the meaning's 1
    slope: float = 25.0
    bias: float = -22.0
    enough: float = 0.35  # of the likelihood, to answer by it


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for."""

    text: str
    vector: Vector
    model: str  # that made the vector


@dataclass(frozen=True, slots=True)
class BaseSegment:
    """What takes seconds for very many texts: done for most of them, and not at each change."""

    bm25: Bm25Base = field(default_factory=Bm25Base)
    near: Neighbours | None = None  # over the rows that were counted, where those are very many
    model: str = ""  # that made their vectors


@dataclass(frozen=True, kw_only=True)
class Index:
    """Entries by id, in the order of their rows."""

    stored_entries: Mapping[str, StoredEntry] = field(default_factory=dict)
    cut: Cut = field(default_factory=dict)
    revision: int = 0
    blend: Blend = Blend()
    base: BaseSegment = field(default_factory=BaseSegment)
    exact: int = EXACT

    def with_changes(self, news: Sequence[StoredEntry]) -> "Index":
        """With what is new, and without what was deleted."""
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
        """Whether much has changed since its groundwork: then it searches more slowly."""
        return bool(self.stored_entries) and self._lexicon.needs_compaction

    def build_base(self) -> BaseSegment:
        """The groundwork for what is here now."""
        many = len(self._entry_by_row) > self.exact and len(self._rows_by_model) == 1
        model = next(iter(self._rows_by_model)) if many else ""
        near = Neighbours.of(self._vectors_by_model[model]) if many else None
        return BaseSegment(Bm25Base.of(self.cut), near, model)

    def with_base(self, base: BaseSegment) -> "Index":
        """The same over a groundwork, of now or of a moment ago."""
        return replace(self, base=base)

    def count_texts(self, word: str) -> tuple[int, int]:
        """How many of its texts have a word, and how many it has."""
        if not self.stored_entries:
            return 0, 0
        return self._lexicon.count_texts(word), self._lexicon.size

    def search(self, queries: Sequence[Query], top: int) -> list[SearchResult]:
        """The `top` likeliest entries for each query."""
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
        """Do now what the first search would have to wait for."""
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
        """Whether an entry has just these words among its ways to ask."""
        return _fold_text(text) in self._folded_texts

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
        """(queries, CHOSEN): rows by meaning, of those that the groundwork knows."""
        assert self.base.near is not None
        return self._lexicon.to_current_rows(self.base.near.nearest(vectors, MOST_CANDIDATES))

    def _choose_candidates(self, rows: np.ndarray, by_words: np.ndarray) -> np.ndarray:
        """What is worth an exact look: rows by meaning, by words, and what came since."""
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
        """From how near each of these texts is: an entry is as near as the nearest of its texts."""
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
        """(queries, rows): the inner products."""
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
        """Of all rows."""
        return [text for entry in self._entries for text in entry.texts]

    @cached_property
    def _entry_by_row(self) -> np.ndarray:
        """(rows,): the entry that each text belongs to, by its place."""
        return np.repeat(np.arange(len(self._entries)), [len(e.texts) for e in self._entries])

    @cached_property
    def _most_texts(self) -> int:
        """Texts of the entry that has most."""
        return max(len(entry.texts) for entry in self._entries)

    @cached_property
    def _rows_by_model(self) -> dict[str, np.ndarray]:
        """Model -> its rows."""
        models = np.array([each.model for each in self.stored_entries.values()])[self._entry_by_row]
        return {str(model): np.flatnonzero(models == model) for model in np.unique(models)}

    @cached_property
    def _vectors_by_model(self) -> dict[str, np.ndarray]:
        """Model -> (its rows, D)."""
        return {
            model: np.concatenate(
                [k.vectors for k in self.stored_entries.values() if k.model == model]
            )
            for model in self._rows_by_model
        }

    @cached_property
    def _lexicon(self) -> Lexicon:
        return Lexicon(self.cut, self.base.bm25)


def find_largest(values: np.ndarray, k: int) -> np.ndarray:
    """Where the `k` largest of (n,) are, the largest first.

    They can only stand in the `k` blocks with the largest maxima: a tenth of a full partition's
    time at 100,000.
    """
    if len(values) <= k * BLOCK:
        return np.argsort(-values, kind="stable")[:k]
    whole = len(values) // BLOCK * BLOCK
    maxima = values[:whole].reshape(-1, BLOCK).max(1)
    blocks = np.argpartition(-maxima, k - 1)[:k]
    rows = (np.sort(blocks)[:, None] * BLOCK + np.arange(BLOCK)).ravel()
    rows = np.concatenate([rows, np.arange(whole, len(values))])
    return rows[np.argsort(-values[rows], kind="stable")[:k]]


def _fold_text(text: str) -> str:
    """Without marks and spaces, in small letters of one width."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


# An index is made anew with each change: 100,000 ways to ask would take .4 s each time.
_fold_cached = lru_cache(maxsize=2 * EXACT)(_fold_text)
