"""One account's entries in memory: searched by meaning and by words, exactly.

Rows are texts (a question or a variant of it); those of an entry stand together. An index is
never changed: a new one takes its place.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import bm25s
import numpy as np

from app.knowledge.store import Kept
from app.knowledge.values import Entry, Found, Hit
from app.knowledge.words import words

Vector = np.ndarray  # (D,) fp32
K1, B = 1.5, 0.75  # of BM25


@dataclass(frozen=True, slots=True)
class Blend:
    """How likely an entry answers, from how near it is: docs/decisions/0007."""

    words: float = 0.1  # beside the meaning's 1
    slope: float = 27.5
    bias: float = -25.3
    enough: float = 0.35  # of the likelihood, to answer by it


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for."""

    text: str
    vector: Vector
    model: str  # that made the vector


@dataclass(frozen=True)
class Index:
    """Entries by id, in the order of their rows."""

    kept: Mapping[str, Kept] = field(default_factory=dict)
    revision: int = 0
    blend: Blend = Blend()

    def changed(self, news: Sequence[Kept]) -> "Index":
        """With what is new, and without what was deleted."""
        kept = dict(self.kept)
        for each in news:
            kept.pop(each.entry.id, None)
            if not each.deleted:
                kept[each.entry.id] = each
        latest = max((each.revision for each in news), default=self.revision)
        return Index(kept, latest, self.blend)

    def search(self, queries: Sequence[Query], top: int) -> list[Found]:
        """The `top` likeliest entries for each query."""
        if not self.kept or not queries:
            return [Found(False, ()) for _ in queries]
        return [
            self._found(meaning, self._by_words(query.text), top)
            for meaning, query in zip(self._by_meaning(queries), queries, strict=True)
        ]

    def prepare(self) -> "Index":
        """Do now what the first search would have to wait for."""
        if self.kept:
            _ = self._vectors, self._words, self._holding, self._mean_length
        return self

    def _found(self, meaning: np.ndarray, common: np.ndarray, top: int) -> Found:
        logit = self.blend.slope * (meaning + self.blend.words * common) + self.blend.bias
        best = np.argsort(-logit, kind="stable")[:top]
        hits = tuple(self._hit(self._entries[i], float(logit[i])) for i in best.tolist())
        return Found(hits[0].score >= self.blend.enough, hits)

    def _hit(self, entry: Entry, logit: float) -> Hit:
        return Hit(entry.id, entry.question, entry.answer, round(1 / (1 + math.exp(-logit)), 4))

    def _by_meaning(self, queries: Sequence[Query]) -> np.ndarray:
        """(queries, entries): the inner product with the nearest text of each."""
        near = np.zeros((len(queries), len(self._rows)), np.float32)
        for model, rows in self._made_by.items():
            # For seconds after another model was promoted there are vectors of both.
            asked = [i for i, query in enumerate(queries) if query.model == model]
            if asked:
                vectors = np.stack([queries[i].vector for i in asked])
                near[np.ix_(np.array(asked), rows)] = vectors @ self._vectors[model].T
        return np.maximum.reduceat(near, self._starts, axis=1)

    def _by_words(self, text: str) -> np.ndarray:
        """(entries,): BM25 as a share of what a text of just these words would get."""
        asked = words(text)
        known = [word for word in asked if word in self._words.vocab_dict]
        if not known:
            return np.zeros(len(self._entries), np.float32)
        scores = np.maximum.reduceat(self._words.get_scores(known), self._starts)
        length = K1 * (1 - B + B * len(asked) / self._mean_length)
        whole = sum(self._rarity(word) for word in asked) / (1 + length)
        return np.minimum(scores / whole, 1.0)

    def _rarity(self, word: str) -> float:
        """Its inverse document frequency, as Lucene has it."""
        holding = self._holding.get(word, 0)
        return math.log(1 + (len(self._texts) - holding + 0.5) / (holding + 0.5))

    @cached_property
    def _entries(self) -> list[Entry]:
        return [each.entry for each in self.kept.values()]

    @cached_property
    def _starts(self) -> np.ndarray:
        """(entries,): the first row of each."""
        sizes = [len(entry.texts) for entry in self._entries]
        return np.cumsum([0, *sizes[:-1]])

    @cached_property
    def _rows(self) -> list[str]:
        """(rows,): which model made the vector of each."""
        return [each.model for each in self.kept.values() for _ in each.entry.texts]

    @cached_property
    def _made_by(self) -> dict[str, np.ndarray]:
        """Model -> its rows."""
        made = np.array(self._rows)
        return {model: np.flatnonzero(made == model) for model in set(self._rows)}

    @cached_property
    def _vectors(self) -> dict[str, np.ndarray]:
        """Model -> (its rows, D)."""
        return {
            model: np.concatenate([k.vectors for k in self.kept.values() if k.model == model])
            for model in self._made_by
        }

    @cached_property
    def _texts(self) -> list[list[str]]:
        """(rows,): the words of each."""
        return [words(text) for entry in self._entries for text in entry.texts]

    @cached_property
    def _holding(self) -> Counter[str]:
        return Counter(word for text in self._texts for word in set(text))

    @cached_property
    def _mean_length(self) -> float:
        return sum(map(len, self._texts)) / len(self._texts) or 1.0

    @cached_property
    def _words(self) -> bm25s.BM25:
        found = bm25s.BM25(k1=K1, b=B, method="lucene")
        found.index(self._texts, show_progress=False)
        return found
