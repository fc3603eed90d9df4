"""Embeds texts for the index, and verifies candidates: P(the candidate answers the question)."""

import math
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from models.encoder.dtypes import TORCH, Dtype
from models.encoder.encoder import Encoder
from models.hub.fetch import ensure_base
from models.search.alignment import (
    RIVALS,
    Aligned,
    Covers,
    Features,
    TextStack,
    Tokens,
    features_of,
)
from models.search.bundle import SearchBundle
from models.search.network import stack_pairs
from models.search.spelling import Spelling, simplify_text
from models.search.windows import split_windows

HEADING_TOKENS, TEXT_TOKENS = 40, 70  # tokens read of a candidate's heading and text; as trained
VERIFIED = 4  # candidates a question that the network reads: those with the best cover
# From the third candidate on, one whose cover is more than BEHIND below the best's isn't read
# either: on the tuning shops, 1 in 750 of these would have been a possible answer.
COMPARED = 2
BEHIND = 0.05
MOST_APART = 4.0  # logits
BATCH_TOKENS = 2_000  # tokens of one encoder pass over texts that aren't cached
CACHE_BYTES = 256 * 2**20  # of cached token states; a text of 12 tokens takes 14 kB


@dataclass(frozen=True, slots=True)
class SearchCandidate:
    """An entry (headings: its question and variants; text: its answer), or a chunk with headings.

    A chunk's text is split into windows, each of which is compared separately.
    """

    headings: tuple[str, ...]
    text: str
    is_chunk: bool = False


@dataclass(frozen=True, slots=True)
class SearchVerification:
    """P(the candidate answers the question), calibrated, and the window that was compared."""

    probability: float
    passage: str


NOT_READ = SearchVerification(0.0, "")


@dataclass(frozen=True, slots=True)
class SearchExcerpt:
    """A heading of a candidate and a window of its text, to be compared with a question."""

    candidate: int  # index among the candidates
    heading: str
    passage: str


@dataclass(frozen=True, slots=True)
class _Pair:
    excerpt: SearchExcerpt
    cover: float
    aligned: Aligned


class Searcher:
    """The base encoder with the search bundle's adapter, and the network over its token states.

    Token states are cached by text, up to CACHE_BYTES. Safe to call from several threads.
    """

    def __init__(
        self, bundle: SearchBundle, folder: Path | None = None, device: str = "cpu"
    ) -> None:
        self.version = bundle.version
        self.manifest = bundle.manifest
        self.encoder = Encoder(folder or ensure_base(), device, bundle.adapter)
        self.network = bundle.network.to(device).eval()
        self.spelling = Spelling(self.encoder.tokenizer)
        self._lock = threading.Lock()
        self._token_cache: OrderedDict[str, Tokens] = OrderedDict()
        self._size = 0

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
        rivals = [_by_turns([some[:1] for some in pairs])[:RIVALS] for pairs in paired]
        verified_pairs = [[*_worth_reading(some[:VERIFIED])] for some in rivals]
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
        return [[pair.excerpt for pair in _by_turns(pairs)] for pairs in paired]

    def _pair_all(
        self, questions_with_candidates: Sequence[tuple[str, Sequence[SearchCandidate]]]
    ) -> tuple[dict[str, Tokens], list[list[list[_Pair]]]]:
        """Token states of all texts by text; and by question and candidate one pair a window, each
        with the heading of the best cover, the pairs sorted by cover, best first.
        """
        windows = [
            [_windows_of(each) for each in candidates]
            for _, candidates in questions_with_candidates
        ]
        texts = [question for question, _ in questions_with_candidates]
        for (_, candidates), parts in zip(questions_with_candidates, windows, strict=True):
            texts += [h for each in candidates for h in each.headings]
            texts += [part for each in parts for part in each]
        tokens = dict(zip(texts, self.read(texts), strict=True))
        return tokens, [
            _Comparer(tokens, candidates, parts).pairs(question)
            for (question, candidates), parts in zip(
                questions_with_candidates, windows, strict=True
            )
        ]

    @torch.inference_mode()
    def _score_pairs(
        self,
        questions: Sequence[Tokens],
        rivals: Sequence[Sequence[_Pair]],
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
        self.read([
            text
            for candidate in candidates
            for text in (*candidate.headings, *_windows_of(candidate))
        ])  # fmt: skip

    def read(self, texts: Sequence[str]) -> list[Tokens]:
        """Token states of each text, in order; from the cache where they are, else encoded."""
        with self._lock:
            tokens_by_text = {
                text: self._token_cache[text] for text in texts if text in self._token_cache
            }
            for text in tokens_by_text:
                self._token_cache.move_to_end(text)
        new = [text for text in dict.fromkeys(texts) if text not in tokens_by_text]
        tokens_by_text |= zip(new, self._encode_texts(new), strict=True)
        with self._lock:
            for text in new:
                if text not in self._token_cache:
                    self._token_cache[text] = tokens_by_text[text]
                    self._size += tokens_by_text[text].size
            while self._size > CACHE_BYTES:
                self._size -= self._token_cache.popitem(last=False)[1].size
        return [tokens_by_text[text] for text in texts]

    @torch.inference_mode()
    def _encode_texts(self, texts: Sequence[str]) -> list[Tokens]:
        ids = self.encoder.tokenize([simplify_text(text) for text in texts])
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        tokens: dict[int, Tokens] = {}
        for batch in _batches_of_tokens(order, ids):
            states, _ = self.encoder.hidden_states([ids[i] for i in batch])
            states = states.float()
            projected = self.network.project(states).half().cpu().numpy()
            unit = functional.normalize(states, dim=1).half().cpu().numpy()
            at = 0
            for i in batch:
                rows = slice(at, at + len(ids[i]))
                pooled = functional.normalize(states[rows].mean(0), dim=0).cpu().numpy()
                tokens[i] = Tokens(tuple(ids[i]), unit[rows].copy(), projected[rows].copy(), pooled)
                at += len(ids[i])
        return [tokens[i] for i in range(len(texts))]


def _worth_reading(pairs: Sequence[_Pair]) -> Iterator[_Pair]:
    """The pairs that the network reads; `pairs` are sorted by cover, best first."""
    for rank, pair in enumerate(pairs):
        if rank < COMPARED or pair.cover >= pairs[0].cover - BEHIND:
            yield pair


def lead_of_first(logits: Sequence[float]) -> float:
    """Difference of the two largest logits, at most MOST_APART; MOST_APART for a single one."""
    first, second = (*sorted(logits, reverse=True), *[-math.inf] * 2)[:2]
    return min(first - second, MOST_APART)


def _batches_of_tokens(order: Sequence[int], ids: Sequence[Sequence[int]]) -> list[list[int]]:
    batches: list[list[int]] = []
    room = 0
    for i in order:
        if len(ids[i]) > room:
            batches.append([])
            room = BATCH_TOKENS
        batches[-1].append(i)
        room -= len(ids[i])
    return batches


def _windows_of(candidate: SearchCandidate) -> list[str]:
    return split_windows(candidate.text) if candidate.is_chunk else [candidate.text]


class _Comparer:
    """Computes covers of a question by candidates, whose token states are stacked once."""

    def __init__(
        self,
        tokens: Mapping[str, Tokens],
        candidates: Sequence[SearchCandidate],
        windows: Sequence[Sequence[str]],
    ) -> None:
        headings = (h for each in candidates for h in each.headings)
        clipped = {(h, HEADING_TOKENS): tokens[h].clipped(HEADING_TOKENS) for h in headings}
        clipped |= {
            (p, TEXT_TOKENS): tokens[p].clipped(TEXT_TOKENS) for some in windows for p in some
        }
        self._tokens = tokens
        self._candidates, self._windows = candidates, windows
        self._texts = list(clipped.values())
        self._numbers = {text: number for number, text in enumerate(clipped)}

    def pairs(self, question: str) -> list[list[_Pair]]:
        """For each candidate one pair a window, sorted by cover, best first."""
        if not self._texts:
            return []
        covers = TextStack(self._texts).covers(self._tokens[question])
        return [
            sorted(
                (self._best_pair(covers, at, candidate.headings, part) for part in parts),
                key=_cover_of,
                reverse=True,
            )
            for at, (candidate, parts) in enumerate(
                zip(self._candidates, self._windows, strict=True)
            )
        ]

    def _best_pair(self, covers: Covers, at: int, headings: Sequence[str], part: str) -> _Pair:
        """The pair of the window `part` and the heading that gives the best cover with it."""
        text = self._numbers[part, TEXT_TOKENS]
        numbers = [self._numbers[heading, HEADING_TOKENS] for heading in headings]
        means = covers.means(numbers, text)
        best = int(means.argmax())
        return _Pair(
            SearchExcerpt(at, headings[best], part),
            float(means[best]),
            Aligned(
                self._texts[numbers[best]], self._texts[text], covers.align(numbers[best], text)
            ),
        )


def _cover_of(pair: _Pair) -> float:
    return pair.cover


def _by_turns(pairs: Sequence[Sequence[_Pair]]) -> list[_Pair]:
    best = sorted((some[0] for some in pairs), key=_cover_of, reverse=True)
    others = sorted((pair for some in pairs for pair in some[1:]), key=_cover_of, reverse=True)
    return best + others


def _verifications_of(
    count: int, pairs: Sequence[_Pair], probabilities: Sequence[float]
) -> list[SearchVerification]:
    verifications = [NOT_READ] * count
    for pair, probability in zip(pairs, probabilities, strict=True):
        verifications[pair.excerpt.candidate] = SearchVerification(
            probability, pair.excerpt.passage
        )
    return verifications
