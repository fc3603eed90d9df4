"""Late interaction: computes how well a candidate covers each token of a question, and vice versa.

A token's cover is its largest cosine with any token of the other text (MaxSim of ColBERT, Khattab
and Zaharia, https://arxiv.org/abs/2004.12832). An uncovered token (another product, place, season)
distinguishes a similar question from one that the candidate answers. ColBERT sums the covers; here
each is an input of a small network (`models.search.network`), together with whether the other text
repeats the token literally and how well the best other candidate covers it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from models.search.spelling import Spelling

# 0, 1, 2: cover of a question's token by heading, by text, by the better; 3: of a heading's token
# by the question; 4: of a text's by the question; 5, 6: whether heading, text repeat a question's
# token; 7: whether the question repeats a heading's or text's token; 8: like 2, by the best of the
# other candidates; 9: the larger of 5 and 6, by the best of the other candidates.
TOKEN_FEATURES = 10
# Of the question's own tokens: 0, 1: mean and least cover; 2: mean cover by the heading; 3, 4:
# cosine of the question's vector with heading's, text's; 5: mean cover minus the best other
# candidate's; 6: mean of what heading or text repeat.
PAIR_FEATURES = 7
RIVALS = 6  # the candidates of the best cover, which are compared with one another
# Cosines of this encoder's tokens lie between .7 and 1; these spread them around 0.
CENTRE, SPREAD = 0.85, 8.0
WIDE = 2 * SPREAD
AFFIXES = (4, 1)  # number of tokens of "<s>query: " and of "</s>", which every text has
HEADING_TOKENS, TEXT_TOKENS = 40, 70  # tokens read of a candidate's heading and text
UNCOVERED = 0.7  # the cosine that stands for a missing rival


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text's token ids, token states and embedding; T tokens."""

    ids: tuple[int, ...]  # (T,)
    unit: np.ndarray  # (T, H) fp16: last hidden states of length 1
    projected: np.ndarray  # (T, D) fp16: what the network reads
    pooled: np.ndarray  # (H,) fp32 of length 1: the mean of the states

    def clipped(self, most: int) -> "Tokens":
        """The first `most` tokens; `pooled` stays that of the whole text."""
        return Tokens(self.ids[:most], self.unit[:most], self.projected[:most], self.pooled)

    @property
    def size(self) -> int:
        """Approximate bytes in memory."""
        return self.unit.nbytes + self.projected.nbytes + self.pooled.nbytes + 8 * len(self.ids)


@dataclass(frozen=True, slots=True)
class Alignment:
    """Covers, as cosines in fp32, of a question and a candidate's heading and text."""

    by_heading: np.ndarray  # (Tq,) of the question's tokens by the heading
    by_text: np.ndarray  # (Tq,) of the question's tokens by the text
    of_heading: np.ndarray  # (Th,) of the heading's tokens by the question
    of_text: np.ndarray  # (Tt,) of the text's tokens by the question

    @property
    def either(self) -> np.ndarray:
        """(Tq,): the larger of the covers by heading and by text."""
        better: np.ndarray = np.maximum(self.by_heading, self.by_text)
        return better

    @property
    def cover(self) -> float:
        """The pair's cover: mean of `either` over the question's own tokens."""
        return float(own_tokens(self.either).mean())


@dataclass(frozen=True, slots=True)
class Features:
    """The network's inputs for a pair besides the token states."""

    tokens: np.ndarray  # (Tq + Th + Tt, TOKEN_FEATURES) fp32
    pair: np.ndarray  # (PAIR_FEATURES,) fp32


@dataclass(frozen=True, slots=True)
class Aligned:
    """A candidate's heading and text, and their alignment with the question."""

    heading: Tokens
    text: Tokens
    alignment: Alignment


@dataclass(frozen=True, slots=True)
class Covers:
    """Covers, as cosines in fp32, of a question and n texts of T tokens altogether; text `i` has
    the tokens `starts[i]` to `starts[i + 1]`.
    """

    by_text: np.ndarray  # (n, Tq) of the question's tokens by each text
    of_texts: np.ndarray  # (T,) of all texts' tokens by the question
    starts: Sequence[int]  # (n + 1,)

    def align(self, heading: int, text: int) -> Alignment:
        """The alignment of the question with the texts of the numbers `heading` and `text`."""
        return Alignment(
            self.by_text[heading],
            self.by_text[text],
            self._cover_of_text(heading),
            self._cover_of_text(text),
        )

    def means(self, headings: Sequence[int], text: int) -> np.ndarray:
        """(len(headings),): `Alignment.cover` of each heading with the text, at less cost."""
        either = np.maximum(self.by_text[list(headings)], self.by_text[text])
        means: np.ndarray = own_tokens(either.T).mean(0)
        return means

    def _cover_of_text(self, number: int) -> np.ndarray:
        tokens: np.ndarray = self.of_texts[self.starts[number] : self.starts[number + 1]]
        return tokens


class TextStack:
    """Token states of several texts, concatenated to (T, H) fp32, to compare with questions."""

    def __init__(self, texts: Sequence[Tokens]) -> None:
        self._starts = [0, *accumulate(len(text.ids) for text in texts)]
        self._unit = np.concatenate([text.unit for text in texts]).astype(np.float32)

    def covers(self, question: Tokens) -> Covers:
        """Covers of the question and all texts, by one matrix product."""
        cosines = question.unit.astype(np.float32) @ self._unit.T  # (Tq, T)
        by_text = np.maximum.reduceat(cosines, self._starts[:-1], 1).T
        return Covers(by_text, cosines.max(0), self._starts)


def align_candidate(question: Tokens, heading: Tokens, text: Tokens) -> Alignment:
    """The alignment of a question with one candidate's heading and text."""
    return TextStack([heading, text]).covers(question).align(0, 1)


def features_of(
    spelling: Spelling, question: Tokens, rivals: Sequence[Aligned], count: int
) -> list[Features]:
    """Features of the first `count` of `rivals`, the question's candidates; each is compared with
    all other rivals.
    """
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
    """(n, ...) -> (...): maximum over all rows except `at`; `none` where that is the only one."""
    others = np.delete(rows, at, 0)
    best: np.ndarray = others.max(0) if len(others) else np.full_like(rows[at], none)
    return best


def own_tokens(tokens: np.ndarray) -> np.ndarray:
    """The rows of `tokens` without those of AFFIXES; all rows where nothing else is left."""
    some: np.ndarray = tokens[AFFIXES[0] : -AFFIXES[1]]
    return some if len(some) else tokens


def spread_cosines(cosines: np.ndarray) -> np.ndarray:
    """Scale cosines, which lie between .7 and 1, to lie around 0."""
    return (cosines - CENTRE) * SPREAD
