"""One account's entries in memory: searched by meaning and by words, exactly.

Rows are texts (a question or a variant of it); those of an entry stand together. An index is
never changed: a new one takes its place.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from app.knowledge.lexicon import Counted, Cut, Lexicon
from app.knowledge.store import Kept
from app.knowledge.values import Entry, Found, Hit
from app.knowledge.words import words

Vector = np.ndarray  # (D,) fp32
BLOCK = 256
COUNTED_AT_ONCE = 2_000  # entries: their words are counted anew in some tens of milliseconds


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
    cut: Cut = field(default_factory=dict)
    revision: int = 0
    blend: Blend = Blend()
    counted: Counted = field(default_factory=Counted)

    def changed(self, news: Sequence[Kept]) -> "Index":
        """With what is new, and without what was deleted."""
        kept, cut = dict(self.kept), dict(self.cut)
        for each in news:
            kept.pop(each.entry.id, None)
            cut.pop(each.entry.id, None)
            if not each.deleted:
                kept[each.entry.id] = each
                cut[each.entry.id] = [words(text) for text in each.entry.texts]
        latest = max((each.revision for each in news), default=self.revision)
        small = len(cut) <= COUNTED_AT_ONCE
        counted = Counted.of(cut) if small else self.counted
        return Index(kept, cut, latest, self.blend, counted)

    @property
    def worn(self) -> bool:
        """Whether much has changed since its words were counted: then it searches more slowly."""
        return bool(self.kept) and self._lexicon.worn

    def over(self, counted: Counted) -> "Index":
        """The same with its words counted, now or a moment ago."""
        return replace(self, counted=counted)

    def search(self, queries: Sequence[Query], top: int) -> list[Found]:
        """The `top` likeliest entries for each query."""
        if not self.kept or not queries:
            return [Found(False, ()) for _ in queries]
        return [
            self._found(near + self.blend.words * self._lexicon.shares(words(query.text)), top)
            for near, query in zip(self._by_meaning(queries), queries, strict=True)
        ]

    def prepare(self) -> "Index":
        """Do now what the first search would have to wait for."""
        if self.kept:
            _ = self._vectors, self._owner, self._most
            self._lexicon.prepare()
        return self

    def _found(self, near: np.ndarray, top: int) -> Found:
        """From how near each text is, (rows,): an entry is as near as the nearest of its texts."""
        hits: dict[int, Hit] = {}
        for row in largest(near, top * self._most).tolist():
            entry = int(self._owner[row])
            if entry not in hits and len(hits) < top:
                logit = self.blend.slope * float(near[row]) + self.blend.bias
                hits[entry] = self._hit(self._entries[entry], logit)
        found = tuple(hits.values())
        return Found(found[0].score >= self.blend.enough, found)

    def _hit(self, entry: Entry, logit: float) -> Hit:
        return Hit(entry.id, entry.question, entry.answer, round(1 / (1 + math.exp(-logit)), 4))

    def _by_meaning(self, queries: Sequence[Query]) -> np.ndarray:
        """(queries, rows): the inner products."""
        models = {*self._made_by, *(query.model for query in queries)}
        if len(models) == 1:
            vectors = np.stack([query.vector for query in queries])
            return np.asarray(vectors @ self._vectors[models.pop()].T)
        near = np.zeros((len(queries), len(self._owner)), np.float32)
        for model, rows in self._made_by.items():
            # For seconds after another model was promoted there are vectors of both.
            asked = [i for i, query in enumerate(queries) if query.model == model]
            if asked:
                vectors = np.stack([queries[i].vector for i in asked])
                near[np.ix_(np.array(asked), rows)] = vectors @ self._vectors[model].T
        return near

    @cached_property
    def _entries(self) -> list[Entry]:
        return [each.entry for each in self.kept.values()]

    @cached_property
    def _owner(self) -> np.ndarray:
        """(rows,): the entry that each text belongs to, by its place."""
        return np.repeat(np.arange(len(self._entries)), [len(e.texts) for e in self._entries])

    @cached_property
    def _most(self) -> int:
        """Texts of the entry that has most."""
        return max(len(entry.texts) for entry in self._entries)

    @cached_property
    def _made_by(self) -> dict[str, np.ndarray]:
        """Model -> its rows."""
        made = np.array([each.model for each in self.kept.values()])[self._owner]
        return {str(model): np.flatnonzero(made == model) for model in np.unique(made)}

    @cached_property
    def _vectors(self) -> dict[str, np.ndarray]:
        """Model -> (its rows, D)."""
        return {
            model: np.concatenate([k.vectors for k in self.kept.values() if k.model == model])
            for model in self._made_by
        }

    @cached_property
    def _lexicon(self) -> Lexicon:
        return Lexicon(self.cut, self.counted)


def largest(values: np.ndarray, k: int) -> np.ndarray:
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
