"""A small transformer over a question and a candidate: P(the candidate answers the question).

Input: the encoder's token states, projected to `width`, and each token's covers
(`models.search.alignment`). The encoder reads question and candidate separately, so a candidate is
encoded once and cached; only this network runs for each pair (late interaction, as in PreTTR,
https://arxiv.org/abs/2004.14255, but with narrow joint layers that are trained from scratch).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from models.search.alignment import PAIR_FEATURES, TOKEN_FEATURES, Features

QUESTION, HEADING, TEXT = 1, 2, 3  # segments; 0 is padding


@dataclass(frozen=True)
class Shape:
    """Sizes of the network."""

    hidden: int = 384  # of the encoder
    width: int = 128
    layers: int = 2
    heads: int = 4
    dropout: float = 0.2


@dataclass(frozen=True)
class Batch:
    """n pairs, padded to the longest; T tokens of question, heading and text together."""

    states: torch.Tensor  # (n, T, width) fp32, projected token states
    segments: torch.Tensor  # (n, T) int64: padding 0, QUESTION, HEADING or TEXT
    covers: torch.Tensor  # (n, T, TOKEN_FEATURES) fp32
    pairs: torch.Tensor  # (n, PAIR_FEATURES) fp32

    def to(self, device: torch.device) -> "Batch":
        """The batch on `device`."""
        return Batch(
            self.states.to(device),
            self.segments.to(device),
            self.covers.to(device),
            self.pairs.to(device),
        )


class Layer(nn.Module):
    """One transformer layer: attention and feed-forward, each with the norm in front."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.heads, self.dropout = shape.heads, shape.dropout
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm_wide = nn.LayerNorm(width)
        self.up = nn.Linear(width, 3 * width)
        self.down = nn.Linear(3 * width, width)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """States (n, T, width) and bool mask (n, 1, 1, T), True for tokens -> (n, T, width)."""
        n, length, width = x.shape
        parts = self.qkv(self.norm(x)).view(n, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        attended = _attention(query, key, value, mask)
        x = x + self._drop_in_training(self.out(attended.transpose(1, 2).reshape(n, length, width)))
        return x + self._drop_in_training(self.down(functional.gelu(self.up(self.norm_wide(x)))))

    def _drop_in_training(self, x: torch.Tensor) -> torch.Tensor:
        return drop_columns(x, self.dropout) if self.training else x


def _attention(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor
) -> torch.Tensor:
    if not torch.is_grad_enabled():
        return functional.scaled_dot_product_attention(query, key, value, mask)
    # The fused kernel's backward pass takes a quarter of a training step on CPUs.
    scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-1, -2)
    attended: torch.Tensor = scores.masked_fill(~mask, -1e4).softmax(-1) @ value
    return attended


class Network(nn.Module):
    """Computes logits of pairs. `project` runs once a text, `forward` once a batch of pairs."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width = shape.width
        self.shape = shape
        self.norm = nn.LayerNorm(shape.hidden)
        self.projection = nn.Linear(shape.hidden, width)
        self.covers = nn.Sequential(nn.Linear(TOKEN_FEATURES, 32), nn.GELU(), nn.Linear(32, width))
        self.segment = nn.Embedding(4, width)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.last = nn.LayerNorm(width)
        self.weight = nn.Linear(width, 1)  # of a question's token in its mean
        self.out = nn.Sequential(
            nn.Linear(3 * width + PAIR_FEATURES, 64), nn.GELU(), nn.Dropout(shape.dropout),
            nn.Linear(64, 1),
        )  # fmt: skip

    @property
    def dtype(self) -> torch.dtype:
        """The dtype of the weights, in which the network computes."""
        return self.projection.weight.dtype

    @property
    def device(self) -> torch.device:
        """The device of the weights."""
        return self.projection.weight.device

    def project(self, states: torch.Tensor) -> torch.Tensor:
        """(..., hidden) token states -> (..., width)."""
        return self.projection(self.norm(states.to(self.dtype)))  # type: ignore[no-any-return]

    def forward(self, batch: Batch) -> torch.Tensor:
        """Logits of a batch, (n,) in the network's dtype and on its device, uncalibrated."""
        batch = batch.to(self.device)
        states = batch.states.to(self.dtype)
        x = drop_columns(states, self.shape.dropout) if self.training else states
        x = x + self.covers(batch.covers.to(self.dtype)) + self.segment(batch.segments)
        mask = (batch.segments > 0)[:, None, None, :]
        for layer in self.layers:
            x = layer(x, mask)
        x = self.last(x)
        is_question = batch.segments == QUESTION
        weight = self.weight(x)[..., 0].masked_fill(~is_question, -1e4).softmax(-1)
        mean = (x * weight[..., None]).sum(1)
        most = x.masked_fill(~is_question[..., None], -1e4).amax(1)
        candidate = (batch.segments > QUESTION)[..., None]
        other = (x * candidate).sum(1) / candidate.sum(1)
        return self.out(torch.cat([mean, most, other, batch.pairs.to(x.dtype)], 1))[:, 0]  # type: ignore[no-any-return]


def drop_columns(x: torch.Tensor, share: float) -> torch.Tensor:
    """Dropout on (n, T, width) of the same columns for all tokens of a pair (Gal and Ghahramani,
    https://arxiv.org/abs/1512.05287). A draw for each token would take a quarter of a training
    step on CPUs.
    """
    chances = torch.rand(x.shape[0], 1, x.shape[2], device=x.device)
    mask = (chances >= share).to(x.dtype)
    return x * mask / (1 - share)


def stack_pairs(states: Sequence[Sequence[torch.Tensor]], features: Sequence[Features]) -> Batch:
    """Pad pairs to one batch on the CPU. `states`: a pair's projected question, heading and text,
    each (tokens, width); `features`: the pair's features, one row for each of these tokens.
    """
    lengths = [sum(len(part) for part in parts) for parts in states]
    n, longest, width = len(states), max(lengths), states[0][0].shape[1]
    x, covers = torch.zeros(n, longest, width), torch.zeros(n, longest, TOKEN_FEATURES)
    segments = torch.zeros(n, longest, dtype=torch.long)
    for row, (parts, each) in enumerate(zip(states, features, strict=True)):
        at = 0
        for segment, part in enumerate(parts, QUESTION):
            x[row, at : at + len(part)] = part
            segments[row, at : at + len(part)] = segment
            at += len(part)
        covers[row, :at] = torch.from_numpy(each.tokens)
    pairs = torch.from_numpy(np.stack([each.pair for each in features]))
    return Batch(x, segments, covers, pairs)
