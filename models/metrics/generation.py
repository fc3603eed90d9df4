"""Figures of a language model on answers that people wrote: loss and perplexity."""

import math
from collections.abc import Sequence

import numpy as np

from models.metrics import bootstrap
from models.metrics.bootstrap import SEED, Array, Interval
from models.metrics.errors import Unmeasurable


def figures(losses: Sequence[float], tokens: Sequence[int]) -> dict[str, float | int]:
    """n answers, their tokens, loss (mean nats a token) and perplexity, its exponential.

    `losses` holds each answer's negative log-likelihood, in nats, summed over its tokens, the
    prompt's left out; `tokens` how many those are. Perplexities of models compare only where
    their tokenizers are the same. Raises Unmeasurable without an answer or for impossible values.
    """
    nats, lengths = _check_losses(losses, tokens)
    loss = float(nats.sum() / lengths.sum())
    return {
        "n": len(nats),
        "tokens": int(lengths.sum()),
        "loss": loss,
        "perplexity": math.exp(loss),
    }


def intervals(
    losses: Sequence[float], tokens: Sequence[int], seed: int = SEED
) -> dict[str, Interval | None]:
    """The 95 % bootstrap interval of perplexity over answers. Raises as `figures` does."""
    nats, lengths = _check_losses(losses, tokens)
    loss = bootstrap.ratio_interval(nats, lengths, seed)
    return {"perplexity": (math.exp(loss[0]), math.exp(loss[1])) if loss else None}


def _check_losses(losses: Sequence[float], tokens: Sequence[int]) -> tuple[Array, Array]:
    nats, lengths = np.asarray(losses, dtype=float), np.asarray(tokens, dtype=float)
    if not len(nats) or nats.shape != lengths.shape:
        raise Unmeasurable(f"{len(nats)} losses and {len(lengths)} lengths: one of each an answer")
    if not (np.isfinite(nats) & (nats >= 0)).all() or not (lengths >= 1).all():
        raise Unmeasurable("an answer has at least one token and a loss of 0 nats or more")
    return nats, lengths
