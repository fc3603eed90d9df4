"""Late interaction: how well each token of a question is covered by a candidate, and vice versa.

MaxSim of ColBERT (Khattab and Zaharia, https://arxiv.org/abs/2004.12832): a token's cover is its
largest cosine with any token of the other text. What no token of a candidate covers (another
product, place, season) is what tells a near question from one that the candidate answers. ColBERT
sums the covers; here each of them goes into a small network (`models.search.network`).
"""

from dataclasses import dataclass

import numpy as np

TOKEN_FEATURES = 5  # question by heading, by text, by either; heading by question; text by question
PAIR_FEATURES = 5
# Cosines of this encoder's tokens lie between .7 and 1; these spread them around 0.
CENTRE, SPREAD = 0.85, 8.0
WIDE = 2 * SPREAD
AFFIXES = (3, 1)  # tokens of "<s>query: " and of "</s>", which every text has
UNCOVERED = 0.7  # cosine, where there is nothing to be covered by


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as the encoder reads it."""

    unit: np.ndarray  # (T, H) fp16: last hidden states of length 1
    projected: np.ndarray  # (T, D) fp16: what the network reads
    pooled: np.ndarray  # (H,) fp32 of length 1: the mean of the states

    def clipped(self, most: int) -> "Tokens":
        """Its first tokens."""
        return Tokens(self.unit[:most], self.projected[:most], self.pooled)

    @property
    def size(self) -> int:
        """Bytes."""
        return self.unit.nbytes + self.projected.nbytes + self.pooled.nbytes


@dataclass(frozen=True, slots=True)
class Alignment:
    """A question beside a candidate of one heading and one text."""

    tokens: np.ndarray  # (Tq + Th + Tt, TOKEN_FEATURES) fp32
    pair: np.ndarray  # (PAIR_FEATURES,) fp32
    cover: float  # mean cosine of the question's own tokens with what covers them best


def align(question: Tokens, heading: Tokens, text: Tokens) -> Alignment:
    """The covers of all tokens, and five figures of the whole pair."""
    asked = question.unit.astype(np.float32)
    by_heading, heading_by = _covers(asked, heading.unit)
    by_text, text_by = _covers(asked, text.unit)
    either = np.maximum(by_heading, by_text)
    own = either[AFFIXES[0] : -AFFIXES[1]]
    own = own if len(own) else either
    own_heading = by_heading[AFFIXES[0] : -AFFIXES[1]]
    own_heading = own_heading if len(own_heading) else by_heading
    rows = np.zeros((len(asked) + len(heading.unit) + len(text.unit), TOKEN_FEATURES), np.float32)
    ends = len(asked), len(asked) + len(heading.unit)
    rows[: ends[0], :3] = _spread(np.stack([by_heading, by_text, either], 1))
    rows[ends[0] : ends[1], 3] = _spread(heading_by)
    rows[ends[1] :, 4] = _spread(text_by)
    pair = np.array([
        (own.mean() - CENTRE) * WIDE,
        (own.min() - CENTRE) * SPREAD,
        (own_heading.mean() - CENTRE) * WIDE,
        (question.pooled @ heading.pooled - CENTRE) * WIDE,
        (question.pooled @ text.pooled - CENTRE) * WIDE,
    ], np.float32)  # fmt: skip
    return Alignment(rows, pair, float(own.mean()))


def _covers(asked: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(Tq, H), (T, H) -> (Tq,) and (T,): the largest cosine of each token with the other text."""
    if not len(other):
        return np.full(len(asked), UNCOVERED, np.float32), np.zeros(0, np.float32)
    cosines = asked @ other.astype(np.float32).T
    return cosines.max(1), cosines.max(0)


def _spread(cosines: np.ndarray) -> np.ndarray:
    return (cosines - CENTRE) * SPREAD
