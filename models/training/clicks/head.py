"""Fits the head of clicks on embeddings: mini-batches of Adam, weights averaged over the end."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from models.data.files import BadData
from models.encoder.regression import Linear
from models.training.clicks.design import Design

LEVEL_FACTOR = 10  # times the rate: the level has far to go
AVERAGED = 0.5  # share of the steps, at the end, whose weights are averaged
PENALTIES = (0.05, 0.15, 0.5, 1.5, 5.0)  # of the squared weights, relative to the mean loss


@dataclass(frozen=True, kw_only=True)
class HeadFit:
    """Settings of the fit."""

    rate: float = 3e-3
    batch: int = 64
    epochs: float = 20
    penalty: float = 0.5
    seed: int = 7


@dataclass(frozen=True)
class Standardisation:
    """Mean and spread of embeddings (F,)."""

    mean: torch.Tensor
    spread: torch.Tensor

    @classmethod
    def of(cls, embeddings: torch.Tensor) -> "Standardisation":
        """That of embeddings (n, F)."""
        return cls(embeddings.mean(0), embeddings.std(0).clamp_min(1e-6))

    def apply(self, embeddings: torch.Tensor) -> torch.Tensor:
        """Embeddings of mean 0 and spread 1; also one over the root of F, so that the scale of the
        weights doesn't depend on the number of inputs.
        """
        scale = self.spread * math.sqrt(len(self.mean))
        return (embeddings - self.mean) / scale

    def fold(self, weight: torch.Tensor, level: float) -> Linear:
        """The head over plain embeddings: weight (F,) and level over standardised ones."""
        return Linear.from_standardised(
            weight[None] / math.sqrt(len(self.mean)), torch.tensor([level]), self.mean, self.spread
        )

    def unfold(self, head: Linear) -> torch.Tensor:
        """The weight (F,) over standardised embeddings of a head over plain ones."""
        return head.weight[0] * self.spread * math.sqrt(len(self.mean))


def fit_head(
    design: Design, fit: HeadFit, begin: torch.Tensor | None = None
) -> tuple[torch.Tensor, float]:
    """Weight (F,) and level that minimise the design's loss plus the penalty on the squared
    distance of the weight from `begin` (F,), None: from 0. Raises BadData where there are no rows.
    """
    count, size = design.inputs.shape
    prior = torch.zeros(size) if begin is None else begin
    weight = prior.clone().requires_grad_()
    level = torch.zeros(1, requires_grad=design.has_level)
    if not count:
        raise BadData("no rows are left to learn from: give more tests, or hold fewer out")
    batches = list(_iterate_batches(count, fit))
    first_averaged = min(len(batches) * (1 - AVERAGED), len(batches) - 1)
    optimizer = torch.optim.Adam([weight], fit.rate)
    optimizer.add_param_group({"params": [level], "lr": LEVEL_FACTOR * fit.rate})
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.1, len(batches))
    mean_weight, mean_level, averaged = torch.zeros(size), 0.0, 0
    for step, batch in enumerate(batches):
        optimizer.zero_grad()
        logits = design.inputs[batch] @ weight + level
        loss = design.loss(logits, batch) + fit.penalty * (weight - prior).square().sum() / size
        torch.autograd.backward(loss)
        optimizer.step()
        schedule.step()
        if step >= first_averaged:
            mean_weight += weight.detach()
            mean_level += level.item()
            averaged += 1
    return mean_weight / averaged, mean_level / averaged


def _iterate_batches(count: int, fit: HeadFit) -> Iterator[torch.Tensor]:
    """Batches of row numbers of all epochs, each epoch in an order of its own."""
    dice = torch.Generator().manual_seed(fit.seed)
    for _ in range(max(1, round(fit.epochs))):
        order = torch.randperm(count, generator=dice)
        yield from torch.split(order, fit.batch)
