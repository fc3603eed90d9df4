"""Vectors to find candidates by, and the probability that a candidate answers a question."""

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

HEADING_TOKENS, TEXT_TOKENS = 40, 70  # of a candidate that are read; as in training
VERIFIED = 4  # candidates a question, the best covered ones: the others are not read by the network
# Nor are those, from the third on, whose cover is so far behind the best one's: 1 in 750 of them
# was possible on the shops that tune.
COMPARED = 2
BEHIND = 0.05
MOST_APART = 4.0  # logits
BATCH_TOKENS = 2_000  # of one pass over texts that are new
CACHE_BYTES = 256 * 2**20  # of texts that were read; a text of 12 tokens takes 14 kB


@dataclass(frozen=True, slots=True)
class SearchCandidate:
    """What may answer a question: an entry's ways to ask and its answer, or a chunk under a title.

    Of a chunk each window is compared by itself.
    """

    headings: tuple[str, ...]
    text: str
    is_chunk: bool = False


@dataclass(frozen=True, slots=True)
class SearchVerification:
    """P(the candidate answers the question), calibrated; `passage` is the part that does."""

    probability: float
    passage: str


NOT_READ = SearchVerification(0.0, "")


@dataclass(frozen=True, slots=True)
class SearchExcerpt:
    """A heading of a candidate and a window of its text: what a question is compared with."""

    candidate: int  # its place among the candidates
    heading: str
    passage: str


@dataclass(frozen=True, slots=True)
class _Pair:
    excerpt: SearchExcerpt
    cover: float
    aligned: Aligned


class Searcher:
    """The base encoder as it is published, and the network over its token states.

    Safe to call from several threads.
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
        """Compute in `dtype` from now on: logits differ by at most .02 between the two."""
        self.encoder.convert(dtype)
        self.network.to(TORCH[dtype])

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """(n, H) fp32 of length 1: texts with a like meaning have a large inner product."""
        return np.stack([tokens.pooled for tokens in self.read(texts)])

    def verify(
        self, question: str, candidates: Sequence[SearchCandidate]
    ) -> list[SearchVerification]:
        """One verification a candidate, in order; those that are covered worst get 0."""
        [verifications] = self.verify_all([(question, candidates)])
        return verifications

    def verify_all(
        self, questions_with_candidates: Sequence[tuple[str, Sequence[SearchCandidate]]]
    ) -> list[list[SearchVerification]]:
        """The same for several questions, in one pass of the network."""
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
        """Of a question's candidates: the best one is likelier the farther it is from the rest."""
        calibration = self.manifest
        scaled = [logit / calibration.temperature + calibration.bias for logit in logits]
        if logits:
            best = max(range(len(logits)), key=logits.__getitem__)
            scaled[best] += calibration.apart * lead_of_first(logits)
        return [1 / (1 + math.exp(-value)) for value in scaled]

    def excerpts(
        self, questions_with_candidates: Sequence[tuple[str, Sequence[SearchCandidate]]]
    ) -> list[list[SearchExcerpt]]:
        """For each question what another model may compare it with: first the best covering
        window of each candidate, then the other windows, each time the best covering first.
        """
        _, paired = self._pair_all(questions_with_candidates)
        return [[pair.excerpt for pair in _by_turns(pairs)] for pairs in paired]

    def _pair_all(
        self, questions_with_candidates: Sequence[tuple[str, Sequence[SearchCandidate]]]
    ) -> tuple[dict[str, Tokens], list[list[list[_Pair]]]]:
        """All texts as tokens; for each question and candidate one pair a window, with the
        heading that covers best, the best covering pair first.
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
        """Of each question the logits of its first candidates, so many as `counts` says."""
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
        """Read candidates ahead of the questions."""
        self.read([
            text
            for candidate in candidates
            for text in (*candidate.headings, *_windows_of(candidate))
        ])  # fmt: skip

    def read(self, texts: Sequence[str]) -> list[Tokens]:
        """Each text as tokens; what was read lately is not read again."""
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
    """Of pairs in the order of their covers."""
    for rank, pair in enumerate(pairs):
        if rank < COMPARED or pair.cover >= pairs[0].cover - BEHIND:
            yield pair


def lead_of_first(logits: Sequence[float]) -> float:
    """How far the second largest is behind the largest, at most `MOST_APART`."""
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
    """Compares a question with candidates, the token states of which are converted once."""

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
        """Of each candidate one pair a window, the best covering one first."""
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
        """The window beside the heading that covers best together with it."""
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
