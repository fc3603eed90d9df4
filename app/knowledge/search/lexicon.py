"""BM25 over an account's texts, kept up with small changes.

Scores of many texts are counted in one go (bm25s), which takes seconds for a hundred thousand.
Texts that came since are scored one by one, until enough has changed to count anew.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import bm25s
import numpy as np

K1, B = 1.5, 0.75
WORN = 20  # a twentieth is new or gone: time to count anew

Cut = Mapping[str, list[list[str]]]  # the words of an entry's texts


@dataclass(frozen=True, slots=True)
class Counted:
    """Texts whose scores were counted in one go."""

    cut: Cut = field(default_factory=dict)
    starts: Mapping[str, int] = field(default_factory=dict)  # an entry's first row
    holding: Mapping[str, int] = field(default_factory=Counter)  # in how many texts a word is
    scores: bm25s.BM25 | None = None
    rows: int = 0

    @classmethod
    def of(cls, cut: Cut) -> "Counted":
        """All of these."""
        texts = [text for texts in cut.values() for text in texts]
        starts, row = {}, 0
        for entry, its in cut.items():
            starts[entry], row = row, row + len(its)
        holding = Counter(word for text in texts for word in set(text))
        scores = bm25s.BM25(k1=K1, b=B, method="lucene")
        if holding:
            scores.index(texts, show_progress=False)
        return cls(dict(cut), starts, holding, scores if holding else None, row)


@dataclass(frozen=True)
class Lexicon:
    """The texts of `cut`, of which `counted` knows most."""

    cut: Cut
    counted: Counted

    def shares(self, asked: Sequence[str]) -> np.ndarray:
        """(rows,): BM25 of these words as a share of what a text of just them would get."""
        length = K1 * (1 - B + B * len(asked) / self._mean_length)
        rarity = {word: self._rarity(word) for word in asked}
        scores = self._known(asked)
        for word, times in Counter(asked).items():
            for row, often, norm in self._fresh.get(word, ()):
                scores[row] += times * rarity[word] * often / (often + norm)
        whole = sum(rarity[word] for word in asked) / (1 + length)
        return np.minimum(scores / np.float32(whole or 1.0), 1.0)

    @property
    def size(self) -> int:
        """How many texts there are."""
        return len(self._rows_counted)

    def count_texts(self, word: str) -> int:
        """How many texts have the word; of those that were counted some may be gone."""
        return self.counted.holding.get(word, 0) + len(self._fresh.get(word, ()))

    @property
    def worn(self) -> bool:
        """Whether so much is new or gone that it should be counted anew."""
        there = int((self._rows_counted >= 0).sum())
        changed = len(self._rows_counted) - there + self.counted.rows - there
        return changed * WORN > len(self._rows_counted)

    def prepare(self) -> None:
        """Do now what the first search would have to wait for."""
        _ = self._rows_now, self._as_counted, self._fresh, self._mean_length, self.fresh

    def now(self, counted: np.ndarray) -> np.ndarray:
        """Where rows of what was counted stand now, -1 for those that are gone, and for -1."""
        return np.asarray(self._rows_now[counted])

    @cached_property
    def fresh(self) -> np.ndarray:
        """Rows of texts that came since."""
        return np.flatnonzero(self._rows_counted < 0)

    def _known(self, asked: Sequence[str]) -> np.ndarray:
        """(rows,): what was counted, 0 for the others."""
        found, counted = np.zeros(len(self._rows_counted), np.float32), self.counted.scores
        known = [word for word in asked if counted and word in counted.vocab_dict]
        if counted is None or not known:
            return found
        scores: np.ndarray = counted.get_scores(known)
        if self._as_counted:
            return scores
        there = self._rows_counted >= 0
        found[there] = scores[self._rows_counted[there]]
        return found

    def _rarity(self, word: str) -> float:
        """Its inverse document frequency, as Lucene has it."""
        holding = self.count_texts(word)
        total = max(self.size, holding)  # some of what was counted may be gone
        return math.log(1 + (total - holding + 0.5) / (holding + 0.5))

    def _texts(self) -> Iterator[list[str]]:
        return (text for texts in self.cut.values() for text in texts)

    @cached_property
    def _rows_counted(self) -> np.ndarray:
        """(rows,): where each text stands in `counted`, -1 for those that came since."""
        places: list[int] = []
        for entry, texts in self.cut.items():
            # A changed entry is cut anew: the same list is the same texts.
            known = self.counted.cut.get(entry) is texts
            start = self.counted.starts[entry] if known else -1
            places += range(start, start + len(texts)) if known else [-1] * len(texts)
        return np.array(places, np.int64)

    @cached_property
    def _rows_now(self) -> np.ndarray:
        """(counted rows + 1,): the other way round; the last is for -1."""
        found = np.full(self.counted.rows + 1, -1, np.int64)
        there = np.flatnonzero(self._rows_counted >= 0)
        found[self._rows_counted[there]] = there
        return found

    @cached_property
    def _as_counted(self) -> bool:
        """Whether the rows are exactly those counted."""
        return np.array_equal(self._rows_counted, np.arange(self.counted.rows))

    @cached_property
    def _mean_length(self) -> float:
        return sum(map(len, self._texts())) / len(self._rows_counted) or 1.0

    @cached_property
    def _fresh(self) -> dict[str, list[tuple[int, int, float]]]:
        """Word -> (row, how often, what its length takes away) of the texts that came since."""
        found: dict[str, list[tuple[int, int, float]]] = {}
        for row, (place, text) in enumerate(zip(self._rows_counted, self._texts(), strict=True)):
            if place < 0:
                norm = K1 * (1 - B + B * len(text) / self._mean_length)
                for word, often in Counter(text).items():
                    found.setdefault(word, []).append((row, often, norm))
        return found
