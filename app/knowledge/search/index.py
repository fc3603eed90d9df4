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

from app.knowledge.repository import Kept
from app.knowledge.search.lexicon import Counted, Cut, Lexicon
from app.knowledge.search.neighbours import Neighbours
from app.knowledge.search.words import words
from app.knowledge.values import Entry, Found, Hit

Vector = np.ndarray  # (D,) fp32
BLOCK = 256
COUNTED_AT_ONCE = 2_000  # entries: their words are counted anew in some tens of milliseconds
EXACT = 100_000  # texts
CHOSEN = 256  # by meaning, and as many by words


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
class Groundwork:
    """What takes seconds for very many texts: done for most of them, and not at each change."""

    counted: Counted = field(default_factory=Counted)
    near: Neighbours | None = None  # over the rows that were counted, where those are very many
    model: str = ""  # that made their vectors


@dataclass(frozen=True, kw_only=True)
class Index:
    """Entries by id, in the order of their rows."""

    kept: Mapping[str, Kept] = field(default_factory=dict)
    cut: Cut = field(default_factory=dict)
    revision: int = 0
    blend: Blend = Blend()
    groundwork: Groundwork = field(default_factory=Groundwork)
    exact: int = EXACT

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
        groundwork = Groundwork(Counted.of(cut)) if small else self.groundwork
        return Index(
            kept=kept,
            cut=cut,
            revision=latest,
            blend=self.blend,
            groundwork=groundwork,
            exact=self.exact,
        )

    @property
    def worn(self) -> bool:
        """Whether much has changed since its groundwork: then it searches more slowly."""
        return bool(self.kept) and self._lexicon.worn

    def lay(self) -> Groundwork:
        """The groundwork for what is here now."""
        many = len(self._owner) > self.exact and len(self._made_by) == 1
        model = next(iter(self._made_by)) if many else ""
        near = Neighbours.of(self._vectors[model]) if many else None
        return Groundwork(Counted.of(self.cut), near, model)

    def over(self, groundwork: Groundwork) -> "Index":
        """The same over a groundwork, of now or of a moment ago."""
        return replace(self, groundwork=groundwork)

    def count_texts(self, word: str) -> tuple[int, int]:
        """How many of its texts have a word, and how many it has."""
        if not self.kept:
            return 0, 0
        return self._lexicon.count_texts(word), self._lexicon.size

    def search(self, queries: Sequence[Query], top: int) -> list[Found]:
        """The `top` likeliest entries for each query."""
        if not self.kept or not queries:
            return [Found(False, ()) for _ in queries]
        shares = (self.blend.words * self._lexicon.shares(words(q.text)) for q in queries)
        if self._is_narrowed(queries):
            vectors = np.stack([query.vector for query in queries])
            return [
                self._found_among(self._chosen(rows, by_words), vector, by_words, top)
                for rows, vector, by_words in zip(
                    self._nearest(vectors), vectors, shares, strict=True
                )
            ]
        everything = np.arange(len(self._owner))
        return [
            self._found(everything, near + by_words, top)
            for near, by_words in zip(self._by_meaning(queries), shares, strict=True)
        ]

    def prepare(self) -> "Index":
        """Do now what the first search would have to wait for."""
        if self.kept:
            _ = self._vectors, self._owner, self._most, self._texts, self._asked
            self._lexicon.prepare()
        return self

    def is_asked_so(self, text: str) -> bool:
        """Whether an entry has just these words among its ways to ask."""
        return _letters(text) in self._asked

    @cached_property
    def _asked(self) -> frozenset[str]:
        return frozenset(
            _letters_asked(text) for each in self.kept.values() for text in each.entry.texts
        )

    def _is_narrowed(self, queries: Sequence[Query]) -> bool:
        ground = self.groundwork
        models = {*self._made_by, *(query.model for query in queries)}
        return ground.near is not None and models == {ground.model}

    def _nearest(self, vectors: np.ndarray) -> np.ndarray:
        """(queries, CHOSEN): rows by meaning, of those that the groundwork knows."""
        assert self.groundwork.near is not None
        return self._lexicon.now(self.groundwork.near.nearest(vectors, CHOSEN))

    def _chosen(self, rows: np.ndarray, by_words: np.ndarray) -> np.ndarray:
        """What is worth an exact look: rows by meaning, by words, and what came since."""
        chosen = np.concatenate([rows, largest(by_words, CHOSEN), self._lexicon.fresh])
        return np.unique(chosen[chosen >= 0])

    def _found_among(
        self, rows: np.ndarray, vector: Vector, by_words: np.ndarray, top: int
    ) -> Found:
        near = self._vectors[self.groundwork.model][rows] @ vector
        return self._found(rows, near + by_words[rows], top)

    def _found(self, rows: np.ndarray, near: np.ndarray, top: int) -> Found:
        """From how near each of these texts is: an entry is as near as the nearest of its texts."""
        hits: dict[int, Hit] = {}
        for at in largest(near, top * self._most).tolist():
            entry = int(self._owner[rows[at]])
            if entry not in hits and len(hits) < top:
                logit = self.blend.slope * float(near[at]) + self.blend.bias
                hits[entry] = self._hit(int(rows[at]), logit)
        found = tuple(hits.values())
        return Found(found[0].score >= self.blend.enough, found)

    def _hit(self, row: int, logit: float) -> Hit:
        entry, text = self._entries[int(self._owner[row])], self._texts[row]
        score = round(1 / (1 + math.exp(-logit)), 4)
        return Hit(
            id=entry.id, question=entry.question, answer=entry.answer, score=score, text=text
        )

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
    def _texts(self) -> list[str]:
        """Of all rows."""
        return [text for entry in self._entries for text in entry.texts]

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
        return Lexicon(self.cut, self.groundwork.counted)


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


def _letters(text: str) -> str:
    """Without marks and spaces, in small letters of one width."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


# An index is made anew with each change: 100,000 ways to ask would take .4 s each time.
_letters_asked = lru_cache(maxsize=2 * EXACT)(_letters)
