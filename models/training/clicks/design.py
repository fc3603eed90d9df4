"""The design of a head's fit: what each objective makes of embeddings and counts."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import torch
from torch.nn import functional

from models.training.clicks.calibration import observe_log_odds
from models.training.clicks.rows import ClickRow
from models.training.names import ClickObjective

TEXT_SPREAD = 0.22  # of log-odds between texts of a test, beside chance: about that of headlines
LogitsLoss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


@dataclass(frozen=True)
class Design:
    """Inputs (m, F) and the mean loss of a batch: logits (b,) and rows (b,) -> scalar.

    The logits are inputs @ weight; with `has_level` a level is added to them.
    """

    inputs: torch.Tensor
    loss: LogitsLoss
    has_level: bool


def choose_objective(rows: Sequence[ClickRow]) -> ClickObjective:
    """The objective that suits the rows: pairs, rates, counts in tests, counts without tests."""
    forms = {row.form for row in rows}
    if forms == {"pairs"}:
        return "pairs"
    if forms == {"rates"}:
        return "squared"
    return "log_odds" if _shares_tests(rows) else "binomial"


def build_design(
    embeddings: torch.Tensor, rows: Sequence[ClickRow], objective: ClickObjective
) -> Design:
    """Inputs and loss of an objective over standardised embeddings (n, F)."""
    match objective:
        case "pairs":
            return _compare_pairs(embeddings, rows)
        case "log_odds":
            return _regress_log_odds(embeddings, rows)
        case "squared" | "binomial":
            return _regress_rates(embeddings, rows, objective)


def test_indices(rows: Sequence[ClickRow]) -> torch.Tensor:
    """The index of each row's test (n,); rows without a test share one."""
    places = {name: i for i, name in enumerate(dict.fromkeys(row.test for row in rows))}
    return torch.tensor([places[row.test] for row in rows])


def _regress_log_odds(embeddings: torch.Tensor, rows: Sequence[ClickRow]) -> Design:
    """Least squares of log-odds, weighted by inverse variance; both sides minus their test's
    weighted mean, which removes what a test shares (story, picture, hour, audience).
    """
    observed = observe_log_odds(rows)
    weights = observed.weights(TEXT_SPREAD)
    target = torch.tensor(observed.centre(observed.value, weights), dtype=torch.float32)
    weight = torch.tensor(weights / weights.mean(), dtype=torch.float32)
    inputs = embeddings - mean_by_test(embeddings, torch.from_numpy(observed.test), weight)

    def loss(logits: torch.Tensor, batch: torch.Tensor) -> torch.Tensor:
        return (weight[batch] * (logits - target[batch]).square()).mean()

    return Design(inputs, loss, has_level=False)


def _regress_rates(
    embeddings: torch.Tensor, rows: Sequence[ClickRow], objective: ClickObjective
) -> Design:
    """Squared error of the rate, or cross-entropy of the counts. Where tests have several rows,
    the log-odds of the test are given, and inputs are relative to the test.
    """
    in_tests = _shares_tests(rows)
    rate = torch.tensor([row.rate for row in rows], dtype=torch.float32)
    impressions = torch.tensor([row.impressions for row in rows], dtype=torch.float32)
    weight = impressions / impressions.mean()
    offset = torch.zeros(len(rows))
    if in_tests:
        test = test_indices(rows)
        pooled = mean_by_test(rate[:, None], test, impressions)[:, 0].clamp(1e-6, 1 - 1e-6)
        offset = pooled.logit()
        embeddings = embeddings - mean_by_test(embeddings, test, weight)
    scale = float((weight * rate).mean().clamp_min(1e-6))

    def loss(logits: torch.Tensor, batch: torch.Tensor) -> torch.Tensor:
        log_odds = logits + offset[batch]
        if objective == "squared":
            error = ((log_odds.sigmoid() - rate[batch]) / scale).square()
        else:
            error = (
                functional.binary_cross_entropy_with_logits(log_odds, rate[batch], reduction="none")
                / scale
            )
        return (weight[batch] * error).mean()

    return Design(embeddings, loss, has_level=not in_tests)


def _compare_pairs(embeddings: torch.Tensor, rows: Sequence[ClickRow]) -> Design:
    """Logistic regression on the pairs of each test that differ in their rate; a pair weighs as
    much as its rates are certain to differ.
    """
    first, second, certainty = list_pairs(rows)
    weight = torch.tensor(certainty / certainty.mean(), dtype=torch.float32)

    def loss(logits: torch.Tensor, batch: torch.Tensor) -> torch.Tensor:
        return (weight[batch] * functional.softplus(-logits)).mean()

    return Design(embeddings[first] - embeddings[second], loss, has_level=False)


def list_pairs(rows: Sequence[ClickRow]) -> tuple[list[int], list[int], np.ndarray]:
    """Indices of the texts with the higher and the lower rate of each pair in a test, and how
    certain the difference is (m,): its size in standard deviations, at most 3.
    """
    members: dict[str, list[int]] = {}
    for index, row in enumerate(rows):
        if row.test:
            members.setdefault(row.test, []).append(index)
    observed = observe_log_odds(rows)
    pairs = [
        (i, j) if rows[i].rate > rows[j].rate else (j, i)
        for texts in members.values()
        for i, j in combinations(texts, 2)
        if rows[i].rate != rows[j].rate
    ]
    first, second = [i for i, _ in pairs], [j for _, j in pairs]
    apart = observed.value[first] - observed.value[second]
    deviation = np.sqrt(observed.variance[first] + observed.variance[second])
    return first, second, np.clip(np.abs(apart) / deviation, 0.1, 3)


def mean_by_test(x: torch.Tensor, test: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """The weighted mean of x (n, F) over each row's test, (n, F)."""
    count = int(test.max()) + 1
    total = torch.zeros(count).index_add(0, test, weight)
    mean = torch.zeros(count, x.shape[1]).index_add(0, test, x * weight[:, None]) / total[:, None]
    return mean[test]


def _shares_tests(rows: Sequence[ClickRow]) -> bool:
    """Whether most rows have another row in their test."""
    sizes = Counter(row.test for row in rows if row.test)
    return sum(n for n in sizes.values() if n > 1) > len(rows) / 2
