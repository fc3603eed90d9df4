"""Upper layers of the encoder and the network, trained together on pairs."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

from models.search.alignment import AFFIXES, CENTRE, SPREAD, TOKEN_FEATURES, WIDE
from models.search.lora import UpperLayers
from models.search.material import Group
from models.search.network import HEADING, QUESTION, TEXT, Batch, Network

HEADING_TOKENS, TEXT_TOKENS = 40, 70  # of a candidate that are read
COVER_SCALE = 30.0  # of covers in the ranking loss: they differ by hundredths


@dataclass(frozen=True)
class Texts:
    """Some texts after the upper layers."""

    states: dict[str, torch.Tensor]  # (T, H)
    unit: dict[str, torch.Tensor]  # (T, H) of length 1
    projected: dict[str, torch.Tensor]  # (T, width)
    pooled: dict[str, torch.Tensor]  # (H,) of length 1


@dataclass(frozen=True)
class Scored:
    """Logits and covers of a group's pairs, in order."""

    logits: torch.Tensor  # (n,)
    covers: torch.Tensor  # (n,)


class Learner(nn.Module):
    """Reads texts from their lower states on."""

    def __init__(self, upper: UpperLayers, network: Network) -> None:
        super().__init__()
        self.upper, self.network = upper, network

    def forward(self, group: Group, lower: dict[str, torch.Tensor]) -> Scored:
        """All pairs of a group."""
        pairs = [
            (pairing.question, heading, group.shop.units[at].text)
            for pairing in group.pairings
            for at, heading in pairing.candidates
        ]
        texts = self.read([text for pair in pairs for text in pair], lower)
        rows = [self._aligned(texts, *pair) for pair in pairs]
        batch = self._stack(texts, pairs, rows)
        return Scored(self.network(batch), torch.stack([row[2] for row in rows]))

    def read(self, names: Sequence[str], lower: dict[str, torch.Tensor]) -> Texts:
        """Each text once, packed by length."""
        unique = sorted(dict.fromkeys(names), key=lambda text: len(lower[text]))
        lengths = [len(lower[text]) for text in unique]
        groups: list[tuple[int, int]] = []
        for length in lengths:
            if groups and groups[-1][0] == length:
                groups[-1] = (length, groups[-1][1] + 1)
            else:
                groups.append((length, 1))
        x = torch.cat([lower[text].float() for text in unique])
        parts = self.upper(x, groups).float()
        projected = torch.split(self.network.project(parts).float(), lengths)
        states = torch.split(parts, lengths)
        return Texts(
            dict(zip(unique, states, strict=True)),
            {text: functional.normalize(s, dim=1) for text, s in zip(unique, states, strict=True)},
            dict(zip(unique, projected, strict=True)),
            {
                t: functional.normalize(s.mean(0), dim=0)
                for t, s in zip(unique, states, strict=True)
            },
        )

    def _aligned(
        self, texts: Texts, question: str, heading: str, text: str
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """As `models.search.alignment.align`, with gradients: tokens, pair, cover."""
        asked = texts.unit[question]
        head, body = texts.unit[heading][:HEADING_TOKENS], texts.unit[text][:TEXT_TOKENS]
        by_head, by_body = asked @ head.T, asked @ body.T
        of_head, of_body = by_head.amax(1), by_body.amax(1)
        either = torch.maximum(of_head, of_body)
        rows = torch.zeros(len(asked) + len(head) + len(body), TOKEN_FEATURES)
        first, second = len(asked), len(asked) + len(head)
        rows[:first, :3] = (torch.stack([of_head, of_body, either], 1) - CENTRE) * SPREAD
        rows[first:second, 3] = (by_head.amax(0) - CENTRE) * SPREAD
        rows[second:, 4] = (by_body.amax(0) - CENTRE) * SPREAD
        own = either[AFFIXES[0] : -AFFIXES[1]]
        own_head = of_head[AFFIXES[0] : -AFFIXES[1]]
        own, own_head = (own, own_head) if len(own) else (either, of_head)
        pair = torch.stack([
            (own.mean() - CENTRE) * WIDE,
            (own.amin() - CENTRE) * SPREAD,
            (own_head.mean() - CENTRE) * WIDE,
            (texts.pooled[question] @ texts.pooled[heading] - CENTRE) * WIDE,
            (texts.pooled[question] @ texts.pooled[text] - CENTRE) * WIDE,
        ])  # fmt: skip
        return rows, pair, own.mean()

    def _stack(
        self,
        texts: Texts,
        pairs: Sequence[tuple[str, str, str]],
        rows: Sequence[tuple[torch.Tensor, torch.Tensor, torch.Tensor]],
    ) -> Batch:
        states, segments = [], []
        for question, heading, text in pairs:
            parts = (
                texts.projected[question],
                texts.projected[heading][:HEADING_TOKENS],
                texts.projected[text][:TEXT_TOKENS],
            )
            states.append(torch.cat(parts))
            marks = [
                torch.full((len(part),), mark)
                for part, mark in zip(parts, (QUESTION, HEADING, TEXT), strict=True)
            ]
            segments.append(torch.cat(marks))
        pad = nn.utils.rnn.pad_sequence
        return Batch(
            pad(states, batch_first=True),
            pad(segments, batch_first=True),
            pad([row[0] for row in rows], batch_first=True),
            torch.stack([row[1] for row in rows]),
        )


def loss_of(scored: Scored, group: Group) -> torch.Tensor:
    """Whether each pair answers; beside it, where one does, that it ranks first, by the network
    and by its cover.
    """
    answers = torch.tensor([float(a) for p in group.pairings for a in p.answers])
    targets = answers * 0.96 + 0.02
    found = functional.binary_cross_entropy_with_logits(scored.logits, targets)
    ranks: list[torch.Tensor] = []
    at = 0
    for pairing in group.pairings:
        rows = slice(at, at + len(pairing.answers))
        at += len(pairing.answers)
        right = answers[rows].bool()
        if right.any() and not right.all():
            both = (scored.logits[rows], scored.covers[rows] * COVER_SCALE)
            ranks += [values.logsumexp(0) - values[right].logsumexp(0) for values in both]
    return found + 0.25 * torch.stack(ranks).mean() if ranks else found
