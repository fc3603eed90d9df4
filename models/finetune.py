"""Train low-rank changes of the encoder together with a linear head over its pooled embedding.

Through the packed forward pass that serves: no token is padding, and what is measured here is
what answers there. Word embeddings, biases and layer norms stay as they are.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch.optim.lr_scheduler import LambdaLR
from tqdm import tqdm

from models.adapter import LINEAR, Factors
from models.encoder import Encoder, Layer
from models.regression import Linear

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]  # logits (n, C), rows (n,) -> scalar


@dataclass(frozen=True)
class Config:
    """Everything a run depends on besides the data."""

    rank: int = 32
    scale: float = 2.0
    epochs: int = 4
    batch: int = 32  # texts
    rate: float = 8e-4
    head_rate: float = 3e-3
    warm_up: float = 0.06  # of all steps; then linear decay to nothing
    weight_decay: float = 0.01
    largest_gradient: float = 1.0  # its norm, over the low-rank factors
    seed: int = 7


@dataclass(frozen=True)
class Tuned:
    """What training found. The head takes embeddings as the adapted encoder gives them."""

    changes: dict[str, Factors]  # the scale is folded into the outputs
    head: Linear


def tune(
    encoder: Encoder, tokens: Sequence[Sequence[int]], classes: int, loss: Loss, config: Config
) -> Tuned:
    """AdamW over all of `tokens`; `loss` is told which rows of it a batch holds."""
    generator = torch.Generator().manual_seed(config.seed)
    factors = _factors(encoder, config.rank, generator)
    mean, spread = _moments(encoder, tokens)
    weight = torch.zeros(classes, encoder.hidden, requires_grad=True)
    bias = torch.zeros(classes, requires_grad=True)
    low_rank = [tensor for pair in factors.values() for tensor in pair]
    optimiser = torch.optim.AdamW(
        [
            {"params": low_rank, "lr": config.rate},
            {"params": [weight, bias], "lr": config.head_rate},
        ],
        weight_decay=config.weight_decay,
    )
    steps = config.epochs * math.ceil(len(tokens) / config.batch)
    rate = LambdaLR(optimiser, lambda step: _rate(step / steps, config.warm_up))
    with tqdm(total=steps, desc="fine-tuning", unit=" batches") as bar:
        for _ in range(config.epochs):
            order = torch.randperm(len(tokens), generator=generator)
            for rows in torch.split(order, config.batch):
                layers = _merged(encoder, factors, config.scale)
                pooled = encoder.pool([tokens[i] for i in rows.tolist()], layers)
                logits = torch.nn.functional.linear((pooled - mean) / spread, weight, bias)
                found = loss(logits, rows)
                optimiser.zero_grad()
                found.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(low_rank, config.largest_gradient)
                optimiser.step()
                rate.step()
                bar.update()
                bar.set_postfix(loss=f"{found.item():.3f}", refresh=False)
    folded = weight.detach() / spread
    changes = {
        name: (inputs.detach(), outputs.detach() * config.scale)
        for name, (inputs, outputs) in factors.items()
    }
    return Tuned(changes, Linear(folded, bias.detach() - folded @ mean))


def _factors(encoder: Encoder, rank: int, generator: torch.Generator) -> dict[str, Factors]:
    """Outputs begin at zero: the first step starts from the encoder as it is."""
    found = {}
    for number, layer in enumerate(encoder.layers):
        for linear in LINEAR:
            outputs, inputs = getattr(layer, linear)[0].shape
            bound = 1 / math.sqrt(inputs)
            first = (torch.rand(rank, inputs, generator=generator) * 2 - 1) * bound
            found[f"{number}.{linear}"] = (
                first.requires_grad_(),
                torch.zeros(outputs, rank, requires_grad=True),
            )
    return found


def _merged(encoder: Encoder, factors: dict[str, Factors], scale: float) -> list[Layer]:
    return [
        replace(
            layer, **{n: _changed(getattr(layer, n), factors[f"{i}.{n}"], scale) for n in LINEAR}
        )
        for i, layer in enumerate(encoder.layers)
    ]


def _changed(linear: Factors, factors: Factors, scale: float) -> Factors:
    (weight, bias), (inputs, outputs) = linear, factors
    return weight + outputs @ inputs * scale, bias


def _moments(encoder: Encoder, tokens: Sequence[Sequence[int]]) -> Factors:
    """Mean and spread of each dimension before training: an even scale is learnt faster."""
    sample = [tokens[i] for i in range(0, len(tokens), max(1, len(tokens) // 2000))]
    rows = torch.cat([encoder.encode(sample[i : i + 64]) for i in range(0, len(sample), 64)])
    return rows.mean(0), rows.std(0)


def _rate(done: float, warm_up: float) -> float:
    return (done + 1e-3) / warm_up if done < warm_up else (1 - done) / (1 - warm_up)
