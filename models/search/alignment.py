"""Late interaction: how well each token of a question is covered by a candidate, and vice versa.

MaxSim of ColBERT (Khattab and Zaharia, https://arxiv.org/abs/2004.12832): a token's cover is its
largest cosine with any token of the other text. What no token of a candidate covers (another
product, place, season) is what tells a near question from one that the candidate answers. ColBERT
sums the covers; here each of them goes into a small network (`models.search.network`), beside
whether the other text repeats the token as it is written, and how well the best of the other
candidates covers it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from models.search.spelling import Spelling

# 0, 1, 2: the question's token by heading, by text, by either; 3: the heading's by the question;
# 4: the text's by the question; 5, 6: whether heading, text repeat the question's token; 7: whether
# the question repeats the heading's or text's; 8, 9: like 2 and 5, by the best of the rivals.
TOKEN_FEATURES = 10
# The question's own tokens: mean and least cover, mean cover by the heading; likeness of the whole
# with heading and text; how far the mean is above the best rival's; mean of what is repeated.
PAIR_FEATURES = 7
RIVALS = 6  # the best covering candidates, of which one is verified against the others
# Cosines of this encoder's tokens lie between .7 and 1; these spread them around 0.
CENTRE, SPREAD = 0.85, 8.0
WIDE = 2 * SPREAD
AFFIXES = (4, 1)  # tokens of "<s>query: " and of "</s>", which every text has
UNCOVERED = 0.7  # cosine, where there is nothing to be covered by


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as the encoder reads it."""

    ids: tuple[int, ...]  # (T,)
    unit: np.ndarray  # (T, H) fp16: last hidden states of length 1
    projected: np.ndarray  # (T, D) fp16: what the network reads
    pooled: np.ndarray  # (H,) fp32 of length 1: the mean of the states

    def clipped(self, most: int) -> "Tokens":
        """Its first tokens."""
        return Tokens(self.ids[:most], self.unit[:most], self.projected[:most], self.pooled)

    @property
    def size(self) -> int:
        """Bytes, about."""
        return self.unit.nbytes + self.projected.nbytes + self.pooled.nbytes + 8 * len(self.ids)


@dataclass(frozen=True, slots=True)
class Alignment:
    """A question beside a candidate of one heading and one text, in cosines."""

    by_heading: np.ndarray  # (Tq,) of the question's tokens with the heading's
    by_text: np.ndarray  # (Tq,)
    of_heading: np.ndarray  # (Th,) of the heading's tokens with the question's
    of_text: np.ndarray  # (Tt,)

    @property
    def either(self) -> np.ndarray:
        """(Tq,) the better of heading and text."""
        better: np.ndarray = np.maximum(self.by_heading, self.by_text)
        return better

    @property
    def cover(self) -> float:
        """Mean cosine of the question's own tokens with what covers them best."""
        return float(own_tokens(self.either).mean())


@dataclass(frozen=True, slots=True)
class Features:
    """What the network reads of a pair besides its states."""

    tokens: np.ndarray  # (Tq + Th + Tt, TOKEN_FEATURES) fp32
    pair: np.ndarray  # (PAIR_FEATURES,) fp32


@dataclass(frozen=True, slots=True)
class Aligned:
    """A candidate's heading and text beside the question."""

    heading: Tokens
    text: Tokens
    alignment: Alignment


@dataclass(frozen=True, slots=True)
class Covers:
    """A question's tokens beside those of several texts, in cosines: text `i` has the tokens from
    `starts[i]` on.
    """

    by_text: np.ndarray  # (n, Tq) of the question's tokens with each text's
    of_texts: np.ndarray  # (T,) of all texts' tokens with the question's
    starts: Sequence[int]  # (n + 1,)

    def align(self, heading: int, text: int) -> Alignment:
        """The question beside two of the texts."""
        return Alignment(
            self.by_text[heading],
            self.by_text[text],
            self._cover_of_text(heading),
            self._cover_of_text(text),
        )

    def means(self, headings: Sequence[int], text: int) -> np.ndarray:
        """(n,) `Alignment.cover` of each heading with the text, at less cost."""
        either = np.maximum(self.by_text[list(headings)], self.by_text[text])
        means: np.ndarray = own_tokens(either.T).mean(0)
        return means

    def _cover_of_text(self, number: int) -> np.ndarray:
        tokens: np.ndarray = self.of_texts[self.starts[number] : self.starts[number + 1]]
        return tokens


class TextStack:
    """Token states of several texts one after another, to be compared with questions at once."""

    def __init__(self, texts: Sequence[Tokens]) -> None:
        self._starts = [0, *accumulate(len(text.ids) for text in texts)]
        self._unit = np.concatenate([text.unit for text in texts]).astype(np.float32)

    def covers(self, question: Tokens) -> Covers:
        """One matrix product for all texts."""
        cosines = question.unit.astype(np.float32) @ self._unit.T  # (Tq, T)
        by_text = np.maximum.reduceat(cosines, self._starts[:-1], 1).T
        return Covers(by_text, cosines.max(0), self._starts)


def align_candidate(question: Tokens, heading: Tokens, text: Tokens) -> Alignment:
    """The covers of all tokens of one candidate."""
    return TextStack([heading, text]).covers(question).align(0, 1)


def features_of(
    spelling: Spelling, question: Tokens, rivals: Sequence[Aligned], count: int
) -> list[Features]:
    """Those of the first `count` of the candidates, each beside all the others."""
    by_heading = np.stack([spelling.shares(question.ids, each.heading.ids) for each in rivals])
    by_text = np.stack([spelling.shares(question.ids, each.text.ids) for each in rivals])
    shared = np.maximum(by_heading, by_text)
    either = np.stack([each.alignment.either for each in rivals])  # (n, Tq)
    covers = np.array([each.alignment.cover for each in rivals])
    features = []
    for at, each in enumerate(rivals[:count]):
        alignment = each.alignment
        first, second = len(question.ids), len(question.ids) + len(each.heading.ids)
        rows = np.zeros((second + len(each.text.ids), TOKEN_FEATURES), np.float32)
        rows[:first, 0] = spread_cosines(alignment.by_heading)
        rows[:first, 1] = spread_cosines(alignment.by_text)
        rows[:first, 2] = spread_cosines(either[at])
        rows[first:second, 3] = spread_cosines(alignment.of_heading)
        rows[second:, 4] = spread_cosines(alignment.of_text)
        rows[:first, 5], rows[:first, 6] = by_heading[at], by_text[at]
        rows[first:, 7] = spelling.shares((*each.heading.ids, *each.text.ids), question.ids)
        rows[:first, 8] = spread_cosines(_best_but(either, at, UNCOVERED))
        rows[:first, 9] = _best_but(shared, at, 0.0)
        pair = np.array([
            (covers[at] - CENTRE) * WIDE,
            (own_tokens(either[at]).min() - CENTRE) * SPREAD,
            (own_tokens(alignment.by_heading).mean() - CENTRE) * WIDE,
            (question.pooled @ each.heading.pooled - CENTRE) * WIDE,
            (question.pooled @ each.text.pooled - CENTRE) * WIDE,
            (covers[at] - _best_but(covers, at, UNCOVERED)) * WIDE,
            own_tokens(shared[at]).mean(),
        ], np.float32)  # fmt: skip
        features.append(Features(rows, pair))
    return features


def _best_but(rows: np.ndarray, at: int, none: float) -> np.ndarray:
    """(n, ...) -> (...): the largest of all rows but one; `none` where there is no other."""
    others = np.delete(rows, at, 0)
    best: np.ndarray = others.max(0) if len(others) else np.full_like(rows[at], none)
    return best


def own_tokens(tokens: np.ndarray) -> np.ndarray:
    """Without those that every text has."""
    some: np.ndarray = tokens[AFFIXES[0] : -AFFIXES[1]]
    return some if len(some) else tokens


def spread_cosines(cosines: np.ndarray) -> np.ndarray:
    """Around 0."""
    return (cosines - CENTRE) * SPREAD
