"""Embeds texts for the index, and verifies candidates: P(the candidate answers the question)."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from models.encoder.dtypes import TORCH
from models.encoder.encoder import Encoder
from models.encoder.precision import Dtype
from models.hub.fetch import ensure_base
from models.search.alignment import RIVALS, Features, Tokens, features_of
from models.search.bundle import SearchBundle
from models.search.candidates import (
    CandidateComparer,
    ComparedPair,
    SearchCandidate,
    SearchExcerpt,
    sort_by_turns,
)
from models.search.network import stack_pairs
from models.search.spelling import Spelling
from models.search.token_reader import TokenReader

VERIFIED = 4  # candidates a question that the network reads: those with the best cover
# From the third candidate on, one whose cover is more than BEHIND below the best's isn't read
# either: on the tuning shops, 1 in 750 of these would have been a possible answer.
COMPARED = 2
BEHIND = 0.05
MOST_APART = 4.0  # logits


@dataclass(frozen=True, slots=True)
class SearchVerification:
    """P(the candidate answers the question), calibrated, and the window that was compared."""

    probability: float
    passage: str


NOT_READ = SearchVerification(0.0, "")


class Searcher:
    """The base encoder with the search bundle's adapter, and the network over its token states.

    Token states are cached by text. Safe to call from several threads.
    `behind`: the distance in cover beyond which a candidate is not read.
    """

    def __init__(
        self,
        bundle: SearchBundle,
        folder: Path | None = None,
        device: str = "cpu",
        *,
        behind: float = BEHIND,
    ) -> None:
        self.version = bundle.version
        self.manifest = bundle.manifest
        self.encoder = Encoder(folder or ensure_base(), device, bundle.adapter)
        self.network = bundle.network.to(device).eval()
        self.spelling = Spelling(self.encoder.tokenizer)
        self._behind = behind
        self._reader = TokenReader(self.encoder, self.network)

    def convert(self, dtype: Dtype) -> None:
        """Compute in `dtype` from now on; logits in bf16 and fp32 differ by at most .02.

        Raises ValueError for bf16 to fp32.
        """
        self.encoder.convert(dtype)
        self.network.to(TORCH[dtype])

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors of texts, (n, H) fp32: similar meanings have a large inner product."""
        return np.stack([tokens.pooled for tokens in self.read(texts)])

    def verify(
        self, question: str, candidates: Sequence[SearchCandidate]
    ) -> list[SearchVerification]:
        """One verification a candidate, in order; probability 0 for those not read (VERIFIED)."""
        [verifications] = self.verify_all([(question, candidates)])
        return verifications

    def verify_all(
        self, questions_with_candidates: Sequence[tuple[str, Sequence[SearchCandidate]]]
    ) -> list[list[SearchVerification]]:
        """Like `verify`, for several questions in one pass of the network."""
        tokens, paired = self._pair_all(questions_with_candidates)
        rivals = [sort_by_turns([some[:1] for some in pairs])[:RIVALS] for pairs in paired]
        verified_pairs = [[*_worth_reading(some[:VERIFIED], self._behind)] for some in rivals]
        questions = [tokens[question] for question, _ in questions_with_candidates]
        logits = iter(self._score_pairs(questions, rivals, [len(some) for some in verified_pairs]))
        scored = [[next(logits) for _ in pairs] for pairs in verified_pairs]
        return [
            _verifications_of(len(candidates), pairs, self._calibrated_probabilities(some))
            for (_, candidates), pairs, some in zip(
                questions_with_candidates, verified_pairs, scored, strict=True
            )
        ]

    def _calibrated_probabilities(self, logits: Sequence[float]) -> list[float]:
        """Probabilities of a question's candidates; the best gains by its lead over the second."""
        calibration = self.manifest
        scaled = [logit / calibration.temperature + calibration.bias for logit in logits]
        if logits:
            best = max(range(len(logits)), key=logits.__getitem__)
            scaled[best] += calibration.apart * lead_of_first(logits)
        return [1 / (1 + math.exp(-value)) for value in scaled]

    def excerpts(
        self, questions_with_candidates: Sequence[tuple[str, Sequence[SearchCandidate]]]
    ) -> list[list[SearchExcerpt]]:
        """For each question its excerpts, for a reranker: the best window of each candidate, by
        cover, then all other windows, by cover.
        """
        _, paired = self._pair_all(questions_with_candidates)
        return [[pair.excerpt for pair in sort_by_turns(pairs)] for pairs in paired]

    def _pair_all(
        self, questions_with_candidates: Sequence[tuple[str, Sequence[SearchCandidate]]]
    ) -> tuple[dict[str, Tokens], list[list[list[ComparedPair]]]]:
        """Token states of all texts by text; and by question and candidate one pair a window, each
        with the heading of the best cover, the pairs sorted by cover, best first.
        """
        windows = [[each.windows for each in some] for _, some in questions_with_candidates]
        texts = [question for question, _ in questions_with_candidates]
        for (_, candidates), parts in zip(questions_with_candidates, windows, strict=True):
            texts += [heading for each in candidates for heading in each.headings]
            texts += [part for each in parts for part in each]
        tokens = dict(zip(texts, self.read(texts), strict=True))
        return tokens, [
            CandidateComparer(tokens, candidates, parts).pairs(question)
            for (question, candidates), parts in zip(
                questions_with_candidates, windows, strict=True
            )
        ]

    @torch.inference_mode()
    def _score_pairs(
        self,
        questions: Sequence[Tokens],
        rivals: Sequence[Sequence[ComparedPair]],
        counts: Sequence[int],
    ) -> list[float]:
        """Logits of the first `counts[i]` of `rivals[i]` for each question `i`, in one list."""
        states: list[list[torch.Tensor]] = []
        features: list[Features] = []
        for question, pairs, count in zip(questions, rivals, counts, strict=True):
            aligned = [pair.aligned for pair in pairs]
            if aligned:
                features += features_of(self.spelling, question, aligned, count)
            states += [
                [torch.from_numpy(t.projected) for t in (question, each.heading, each.text)]
                for each in aligned[:count]
            ]
        if not states:
            return []
        return [float(logit) for logit in self.network(stack_pairs(states, features))]

    def prepare(self, candidates: Sequence[SearchCandidate]) -> None:
        """Encode candidates into the cache before questions come."""
        self.read([text for each in candidates for text in (*each.headings, *each.windows)])

    def read(self, texts: Sequence[str]) -> list[Tokens]:
        """Token states of each text, in order; from the cache where they are, else encoded."""
        return self._reader.read(texts)


def _worth_reading(pairs: Sequence[ComparedPair], behind: float) -> Iterator[ComparedPair]:
    """The pairs that the network reads; `pairs` are sorted by cover, best first."""
    for rank, pair in enumerate(pairs):
        if rank < COMPARED or pair.cover >= pairs[0].cover - behind:
            yield pair


def lead_of_first(logits: Sequence[float]) -> float:
    """Difference of the two largest logits, at most MOST_APART; MOST_APART for a single one."""
    first, second = (*sorted(logits, reverse=True), *[-math.inf] * 2)[:2]
    return min(first - second, MOST_APART)


def _verifications_of(
    count: int, pairs: Sequence[ComparedPair], probabilities: Sequence[float]
) -> list[SearchVerification]:
    verifications = [NOT_READ] * count
    for pair, probability in zip(pairs, probabilities, strict=True):
        verifications[pair.excerpt.candidate] = SearchVerification(
            probability, pair.excerpt.passage
        )
    return verifications
