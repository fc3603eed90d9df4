"""Multinomial logistic regression on embeddings, from scratch or near an existing head, and the
temperature that calibrates it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.nn.functional import cross_entropy, linear

GRID = [round(0.3 + 0.02 * step, 2) for step in range(120)]  # temperatures
NEAR_STEPS = 150  # of L-BFGS, for a fit near an existing head
STEPS = 100  # L-BFGS has converged well before on 14,000 x 384


@dataclass(frozen=True)
class Linear:
    """A linear classifier over embeddings (n, H) -> logits (n, C); standardisation is folded in."""

    weight: torch.Tensor  # (C, H)
    bias: torch.Tensor  # (C,)

    def __call__(self, embeddings: torch.Tensor) -> torch.Tensor:
        return linear(embeddings, self.weight, self.bias)

    @classmethod
    def from_standardised(
        cls, weight: torch.Tensor, bias: torch.Tensor, mean: torch.Tensor, spread: torch.Tensor
    ) -> "Linear":
        """The classifier over embeddings that equals weight (C, H) and bias (C,) over embeddings
        standardised by mean and spread (H,).
        """
        folded = weight.detach() / spread
        return cls(folded, bias.detach() - folded @ mean)


def fit_logistic(
    embeddings: torch.Tensor,
    labels: torch.Tensor,
    classes: int,
    c: float,
    weights: torch.Tensor | None = None,
) -> Linear:
    """Fit embeddings (n, H) to labels (n,) int64 by the weighted mean cross entropy.

    `c` as in scikit-learn's LogisticRegression; `weights` (n,), None: all 1.
    """
    mean, spread = embeddings.mean(0), embeddings.std(0)
    x = (embeddings - mean) / spread
    w = x.new_ones(len(x)) if weights is None else weights
    weight = x.new_zeros(classes, x.shape[1], requires_grad=True)
    bias = x.new_zeros(classes, requires_grad=True)

    def loss() -> torch.Tensor:
        errors = cross_entropy(linear(x, weight, bias), labels, reduction="none")
        return ((errors * w).sum() + weight.square().sum() / (2 * c)) / w.sum()

    minimise(loss, [weight, bias], max_iter=STEPS)
    return Linear.from_standardised(weight, bias, mean, spread)


def minimise(
    loss: Callable[[], torch.Tensor], parameters: list[torch.Tensor], **settings: int
) -> None:
    """Minimise a scalar loss by L-BFGS, changing its parameters in place. `settings`: torch's, as
    `max_iter`.
    """
    optimiser = torch.optim.LBFGS(parameters, line_search_fn="strong_wolfe", **settings)

    def step() -> torch.Tensor:
        optimiser.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimiser.step(step)  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class LabelledEmbeddings:
    """Embeddings of texts that each have a distribution over the labels."""

    x: torch.Tensor  # (n, H)
    target: torch.Tensor  # (n, C)
    weights: torch.Tensor  # (n,)


@dataclass(frozen=True)
class ChoiceEmbeddings:
    """Embeddings of texts with a set of acceptable labels each; the set may be empty."""

    x: torch.Tensor  # (m, H)
    fits: torch.Tensor  # (m, C) bool
    weights: torch.Tensor  # (m,)


def fit_near(
    begin: Linear,
    texts: LabelledEmbeddings,
    choices: ChoiceEmbeddings,
    nearness: float,
    smallness: float,
) -> Linear:
    """Minimise the weighted mean loss plus the squared distance to `begin`, on standardised x.

    Loss of a text: its cross entropy. Of a choice: minus the log of its labels' summed
    probability; without labels, the cross entropy to the uniform distribution. The distance is
    weighted by `nearness`; that of new classes, zero rows in `begin`, by `smallness`.
    """
    mean, spread = texts.x.mean(0), texts.x.std(0)
    x, y = (texts.x - mean) / spread, (choices.x - mean) / spread
    from_weight, from_bias = begin.weight * spread, begin.bias + begin.weight @ mean
    is_known_class = (begin.weight.abs().sum(1) > 0)[:, None]
    penalty = torch.where(is_known_class, nearness, smallness)
    some = choices.fits.any(1)
    total = texts.weights.sum() + choices.weights.sum()
    weight, bias = from_weight.clone().requires_grad_(), from_bias.clone().requires_grad_()

    def loss() -> torch.Tensor:
        errors = cross_entropy(linear(x, weight, bias), texts.target, reduction="none")
        log = linear(y, weight, bias).log_softmax(1)
        # Zeros in the rows without labels, so that their gradient is a number.
        fitting = torch.where(some[:, None], log.masked_fill(~choices.fits, -torch.inf), 0.0)
        missed = -torch.where(some, fitting.logsumexp(1), log.mean(1))
        error = ((errors * texts.weights).sum() + (missed * choices.weights).sum()) / total
        return error + (penalty * (weight - from_weight).square()).sum() / 2

    minimise(loss, [weight, bias], max_iter=NEAR_STEPS, history_size=20)
    return Linear.from_standardised(weight, bias, mean, spread)


def fit_temperature(logits: torch.Tensor, labels: torch.Tensor) -> float:
    """The temperature t, 0.3 to 2.68, under which softmax(logits / t) makes the labels likeliest.

    `logits` (n, C), `labels` (n,). Guo et al., https://arxiv.org/abs/1706.04599. Grid search.
    """
    return min(GRID, key=lambda t: float(cross_entropy(logits / t, labels)))


def fit_even_temperature(logits: torch.Tensor, accuracy: float) -> float:
    """The temperature, 0.3 to 2.68, whose mean confidence on `logits` (n, C) is the accuracy.

    For noisy labels: their likelihood depends mostly on the few texts with a wrong label that the
    model confidently rejects, while an accuracy can be corrected for the noise.
    """
    return min(
        GRID, key=lambda t: abs(float((logits / t).softmax(1).max(1).values.mean()) - accuracy)
    )
