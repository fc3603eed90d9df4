"""The model under training: the encoder's upper layers and the network, with the loss of pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from models.search.alignment import (
    AFFIXES,
    CENTRE,
    HEADING_TOKENS,
    SPREAD,
    TEXT_TOKENS,
    TOKEN_FEATURES,
    UNCOVERED,
    WIDE,
)
from models.search.lora import UpperLayers
from models.search.material import QuestionGroup, States
from models.search.network import HEADING, QUESTION, TEXT, Batch, Network

COVER_SCALE = 30.0  # factor of covers in the ranking loss, since they differ by hundredths
UNREAD = -1e4  # cosine with padding: never a maximum


@dataclass(frozen=True)
class PackedTexts:
    """Texts' states after the upper layers, T tokens concatenated; row 0 is zeros, for padding."""

    places: dict[str, range]  # text -> rows of its tokens in `unit` and `projected`
    numbers: dict[str, int]  # text -> row in `pooled`
    unit: torch.Tensor  # (1 + T, H) of length 1
    projected: torch.Tensor  # (1 + T, width)
    pooled: torch.Tensor  # (texts, H) of length 1


@dataclass(frozen=True)
class Scored:
    """Logits and covers of a group's pairs, in order."""

    logits: torch.Tensor  # (n,)
    covers: torch.Tensor  # (n,)


class CandidatePair(NamedTuple):
    """The texts of a pair: a question, and a candidate's heading and text."""

    question: str
    heading: str
    text: str


class SearchLearner(nn.Module):
    """Scores pairs from the states of the encoder's lower layers, with gradients."""

    def __init__(self, upper: UpperLayers, network: Network) -> None:
        super().__init__()
        self.upper, self.network = upper, network

    def forward(self, group: QuestionGroup, states: States) -> Scored:
        """Logits and covers of all pairs of a group."""
        pairs = [
            CandidatePair(pairing.question, heading, group.shop.units[at].text)
            for pairing in group.pairings
            for at, heading in pairing.candidates
        ]
        texts = self.read([text for pair in pairs for text in pair], states.lower)
        covers = _covers_of(texts, pairs)
        shares = _repeated_tokens(states, pairs, covers)
        counts = [len(pairing.candidates) for pairing in group.pairings]
        batch = _build_batch(texts, covers, shares, counts)
        return Scored(self.network(batch), covers.mean)

    def read(self, names: Sequence[str], lower: dict[str, torch.Tensor]) -> PackedTexts:
        """Run each distinct text through the upper layers; `lower` gives its (T, H) states."""
        unique = sorted(dict.fromkeys(names), key=lambda text: len(lower[text]))
        lengths = [len(lower[text]) for text in unique]
        groups = [(length, len(list(some))) for length, some in groupby(lengths)]
        x = torch.cat([lower[text].float() for text in unique]).to(self.network.device)
        states = self.upper(x, groups).float()
        places: dict[str, range] = {}
        at = 1
        for text, length in zip(unique, lengths, strict=True):
            places[text] = range(at, at + length)
            at += length
        numbers = torch.repeat_interleave(torch.arange(len(unique)), torch.tensor(lengths))
        numbers = numbers.to(states.device)
        sums = states.new_zeros(len(unique), states.shape[1]).index_add(0, numbers, states)
        return PackedTexts(
            places,
            {text: number for number, text in enumerate(unique)},
            _after_none(functional.normalize(states, dim=1)),
            _after_none(self.network.project(states).float()),
            functional.normalize(sums, dim=1),
        )


@dataclass(frozen=True, kw_only=True)
class _Covers:
    """Like `models.search.alignment.Alignment`, for n pairs at once and with gradients."""

    question_rows: torch.Tensor  # (n, Tq) int64, rows in PackedTexts; 0 is padding
    head: torch.Tensor  # (n, Th) the same of the headings
    body: torch.Tensor  # (n, Tt) the same of the texts
    by_head: torch.Tensor  # (n, Tq) cosines
    by_body: torch.Tensor  # (n, Tq)
    of_head: torch.Tensor  # (n, Th)
    of_body: torch.Tensor  # (n, Tt)
    own: torch.Tensor  # (n, Tq) bool, whether a token is the question's own
    alike: torch.Tensor  # (n, 2) cosines of the question's vector with heading's and text's

    @property
    def either(self) -> torch.Tensor:
        return torch.maximum(self.by_head, self.by_body)

    @property
    def mean(self) -> torch.Tensor:
        return self.of_own(self.either)

    def of_own(self, values: torch.Tensor) -> torch.Tensor:
        """(n, Tq) -> (n,): mean over the question's own tokens."""
        return (values * self.own).sum(1) / self.own.sum(1)


def _covers_of(texts: PackedTexts, pairs: Sequence[CandidatePair]) -> _Covers:
    device = texts.unit.device
    question_rows = _pad_places([texts.places[pair.question] for pair in pairs], device)
    head = _pad_places([texts.places[pair.heading][:HEADING_TOKENS] for pair in pairs], device)
    body = _pad_places([texts.places[pair.text][:TEXT_TOKENS] for pair in pairs], device)
    with_head = _token_cosines(texts.unit, question_rows, head)
    with_body = _token_cosines(texts.unit, question_rows, body)
    pooled = texts.pooled[torch.tensor([[texts.numbers[text] for text in p] for p in pairs])]
    return _Covers(
        question_rows=question_rows,
        head=head,
        body=body,
        by_head=with_head.amax(2),
        by_body=with_body.amax(2),
        of_head=with_head.amax(1),
        of_body=with_body.amax(1),
        own=_is_own_token(question_rows),
        alike=(pooled[:, :1] * pooled[:, 1:]).sum(2),
    )


@dataclass(frozen=True)
class _Shares:
    """How far the other text repeats each token, 0..1 (`models.search.spelling`)."""

    by_head: torch.Tensor  # (n, Tq)
    by_body: torch.Tensor  # (n, Tq)
    of_candidate: torch.Tensor  # (n, Th + Tt)

    @property
    def either(self) -> torch.Tensor:
        return torch.maximum(self.by_head, self.by_body)


def _repeated_tokens(states: States, pairs: Sequence[CandidatePair], covers: _Covers) -> _Shares:
    widths = [part.shape[1] for part in (covers.question_rows, covers.head, covers.body)]
    by_head, by_body = np.zeros((2, len(pairs), widths[0]), np.float32)
    of_candidate = np.zeros((len(pairs), widths[1] + widths[2]), np.float32)
    for row, pair in enumerate(pairs):
        question_ids = states.ids[pair.question]
        head = states.ids[pair.heading][:HEADING_TOKENS]
        body = states.ids[pair.text][:TEXT_TOKENS]
        by_head[row, : len(question_ids)] = states.spelling.shares(question_ids, head)
        by_body[row, : len(question_ids)] = states.spelling.shares(question_ids, body)
        of = states.spelling.shares([*head, *body], question_ids)
        of_candidate[row, : len(head)] = of[: len(head)]
        of_candidate[row, widths[1] : widths[1] + len(body)] = of[len(head) :]
    device = covers.question_rows.device
    return _Shares(*(torch.from_numpy(a).to(device) for a in (by_head, by_body, of_candidate)))


def _best_of_others(values: torch.Tensor, counts: Sequence[int], none: float) -> torch.Tensor:
    """(n, ...): for each row the maximum of its question's other rows; `none` without others.

    `counts`: number of rows of each question, in order.
    """
    best = torch.full_like(values, none)
    at = 0
    for count in counts:
        if count > 1:
            some = values[at : at + count]
            two = some.topk(2, 0)
            first = two.values[:1].expand_as(some)
            is_first = torch.zeros_like(some, dtype=torch.bool).scatter_(0, two.indices[:1], True)
            best[at : at + count] = torch.where(is_first, two.values[1:].expand_as(some), first)
        at += count
    return best


def _build_batch(
    texts: PackedTexts, covers: _Covers, shares: _Shares, counts: Sequence[int]
) -> Batch:
    """Like `models.search.alignment.features_of` and `models.search.network.stack_pairs`."""
    either, shared, mean = covers.either, shares.either, covers.mean
    rival = _best_of_others(mean.detach(), counts, UNCOVERED)
    least = either.masked_fill(~covers.own, -UNREAD).amin(1)
    figures = torch.stack([
        (mean - CENTRE) * WIDE,
        (least - CENTRE) * SPREAD,
        (covers.of_own(covers.by_head) - CENTRE) * WIDE,
        (covers.alike[:, 0] - CENTRE) * WIDE,
        (covers.alike[:, 1] - CENTRE) * WIDE,
        (mean - rival) * WIDE,
        covers.of_own(shared),
    ], 1)  # fmt: skip
    places = torch.cat([covers.question_rows, covers.head, covers.body], 1)
    first, second = (
        covers.question_rows.shape[1],
        covers.question_rows.shape[1] + covers.head.shape[1],
    )
    rows = either.new_zeros(*places.shape, TOKEN_FEATURES)
    rows[:, :first, :3] = (
        torch.stack([covers.by_head, covers.by_body, either], 2) - CENTRE
    ) * SPREAD
    rows[:, first:second, 3] = (covers.of_head - CENTRE) * SPREAD
    rows[:, second:, 4] = (covers.of_body - CENTRE) * SPREAD
    rows[:, :first, 5], rows[:, :first, 6] = shares.by_head, shares.by_body
    rows[:, first:, 7] = shares.of_candidate
    rows[:, :first, 8] = (_best_of_others(either.detach(), counts, UNCOVERED) - CENTRE) * SPREAD
    rows[:, :first, 9] = _best_of_others(shared, counts, 0.0)
    marks = torch.full_like(places, QUESTION)
    marks[:, first:second], marks[:, second:] = HEADING, TEXT
    read = places > 0
    return Batch(texts.projected[places], marks * read, rows * read[..., None], figures)


def _after_none(rows: torch.Tensor) -> torch.Tensor:
    return torch.cat([rows.new_zeros(1, rows.shape[1]), rows])


def _pad_places(places: Sequence[range], device: torch.device) -> torch.Tensor:
    """(n, longest) int64 on `device`: the rows of each range, padded with 0."""
    padded = torch.zeros(len(places), max(map(len, places)), dtype=torch.long)
    for row, some in enumerate(places):
        padded[row, : len(some)] = torch.arange(some.start, some.stop)
    return padded.to(device)


def _token_cosines(
    unit: torch.Tensor, question_rows: torch.Tensor, other: torch.Tensor
) -> torch.Tensor:
    """(n, Tq, To) cosines of the questions' tokens with the others'; UNREAD for padding."""
    cosines = (unit[question_rows] @ unit[other].transpose(1, 2)).float()
    unread = (question_rows == 0)[:, :, None] | (other == 0)[:, None, :]
    return cosines.masked_fill(unread, UNREAD)


def _is_own_token(question_rows: torch.Tensor) -> torch.Tensor:
    """(n, Tq) bool: tokens between the AFFIXES; all tokens of a question that has none."""
    lengths = (question_rows > 0).sum(1, keepdim=True)
    place = torch.arange(question_rows.shape[1], device=question_rows.device)[None]
    own = (place >= AFFIXES[0]) & (place < lengths - AFFIXES[1])
    return torch.where(own.any(1, keepdim=True), own, place < lengths)


def loss_of(scored: Scored, group: QuestionGroup) -> torch.Tensor:
    """Binary cross entropy of all pairs (labels .02 and .98), plus 0.25 times the ranking loss, by
    logit and by cover, of the questions that have both right and wrong candidates.
    """
    answers = torch.tensor(
        [float(a) for p in group.pairings for a in p.answers], device=scored.logits.device
    )
    targets = answers * 0.96 + 0.02
    answer_loss = functional.binary_cross_entropy_with_logits(scored.logits, targets)
    ranks: list[torch.Tensor] = []
    at = 0
    for pairing in group.pairings:
        rows = slice(at, at + len(pairing.answers))
        at += len(pairing.answers)
        right = answers[rows].bool()
        if right.any() and not right.all():
            both = (scored.logits[rows], scored.covers[rows] * COVER_SCALE)
            ranks += [values.logsumexp(0) - values[right].logsumexp(0) for values in both]
    return answer_loss + 0.25 * torch.stack(ranks).mean() if ranks else answer_loss
