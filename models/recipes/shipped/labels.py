"""Estimates the posterior of each text's label, where a third of the given labels is wrong.

The posterior combines the judges' probabilities with the given label and is the soft target of the
shipped model. The noise is estimated by expectation maximisation (Dawid and Skene,
https://doi.org/10.2307/2346806) for each file separately: in one file nearly all wrong labels are
of a similar class, in another they are random.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch

from models.recipes.shipped import judges
from models.recipes.shipped.judges import LabelSample, OofPredictions

ROUNDS = 80  # of expectation maximisation, which converges after a dozen


@dataclass(frozen=True)
class LabelNoiseConfig:
    """Everything the posterior depends on besides the data."""

    panel: judges.LabelModelConfig = field(default_factory=judges.LabelModelConfig)
    # Share of wrong labels by file: where the judges are nearly certain, 60 and 78 % are right.
    noise: Mapping[str, float] = field(default_factory=lambda: {"cic/train": 0.40, "cic/dev": 0.22})
    plain: float = 0.5  # weight of each plain judge's log-probability; the teachers': 1
    temperature: float = 1.5  # divides the weighted sum


@dataclass(frozen=True)
class LabelNoise:
    """The two kinds of wrong labels, each with its share of all labels."""

    chance: float  # share of labels drawn at random
    label_rates: torch.Tensor  # (C,) distribution of random labels
    confusion: float  # share of labels confused with a similar class
    confusions: torch.Tensor  # (C, C) by right class: distribution of the confused label


def label_posterior(
    samples: Sequence[LabelSample],
    classes: int,
    base: Path,
    config: LabelNoiseConfig,
    cache_dir: Path,
) -> torch.Tensor:
    """Posterior (n, C): the probability that each label is the right one.

    `cache_dir` stores the judges' probabilities, which a repeated run reads from there.
    """
    oof_predictions = judges.load_oof_predictions(samples, classes, base, config.panel, cache_dir)
    return combine_with_labels(mix_predictions(oof_predictions, config), samples, config)


def combine_with_labels(
    opinion: torch.Tensor, samples: Sequence[LabelSample], config: LabelNoiseConfig
) -> torch.Tensor:
    """Posterior (n, C) of judges' probabilities and given labels; one-hot where not noisy."""
    label_ids = torch.tensor([s.label_id for s in samples])
    likely = torch.nn.functional.one_hot(label_ids, opinion.shape[1]).float()
    for source, total in config.noise.items():
        rows = torch.tensor([s.noisy and s.source == source for s in samples])
        noise = estimate_noise(opinion[rows], label_ids[rows], total)
        shares = f"{noise.chance:.3f} by chance, {noise.confusion:.3f} confused"
        print(f"  labels of {source}: {shares}", flush=True)
        likely[rows] = posterior_under_noise(opinion[rows], label_ids[rows], noise)
    return likely


def mix_predictions(oof_predictions: OofPredictions, config: LabelNoiseConfig) -> torch.Tensor:
    """Combine the judges' probabilities: (n, C), by a tempered, weighted sum of logs."""
    plain = sum(view.clamp_min(1e-4).log() for view in oof_predictions.views)
    return (
        (oof_predictions.taught.log_softmax(1) + config.plain * plain) / config.temperature
    ).softmax(1)


def posterior_under_noise(
    opinion: torch.Tensor, label_ids: torch.Tensor, noise: LabelNoise
) -> torch.Tensor:
    """Posterior (n, C): judges' probabilities times the given label's likelihood, normalised."""
    joint = opinion * sum(_noise_likelihoods(label_ids, noise))
    return joint / joint.sum(1, keepdim=True)


def estimate_noise(opinion: torch.Tensor, label_ids: torch.Tensor, total: float) -> LabelNoise:
    """The noise that makes the given labels likeliest, with the share `total` of them wrong."""
    confusions = opinion.T @ opinion  # high for classes that the judges confuse
    confusions.fill_diagonal_(0)
    confusions /= confusions.sum(1, keepdim=True).clamp_min(1e-9)
    classes = opinion.shape[1]
    noise = LabelNoise(total / 2, torch.full((classes,), 1 / classes), total / 2, confusions)
    for _ in range(ROUNDS):
        _, chance, confusion = (opinion * way for way in _noise_likelihoods(label_ids, noise))
        every = (opinion * sum(_noise_likelihoods(label_ids, noise))).sum(1)
        by_chance, confused = chance.sum(1) / every, confusion.sum(1) / every
        share = total / float(by_chance.mean() + confused.mean())
        label_rates = torch.zeros(classes).index_add_(0, label_ids, by_chance)
        noise = LabelNoise(
            share * float(by_chance.mean()), label_rates / label_rates.sum(),
            share * float(confused.mean()), confusions,
        )  # fmt: skip
    return noise


def _noise_likelihoods(
    label_ids: torch.Tensor, noise: LabelNoise
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Likelihood of the given label for each right class, (n, C) each: if correct, by chance, by
    confusion.
    """
    right = torch.zeros(len(label_ids), len(noise.label_rates))
    right.scatter_(1, label_ids[:, None], 1 - noise.chance - noise.confusion)
    chance = (noise.chance * noise.label_rates[label_ids])[:, None].expand_as(right)
    return right, chance, noise.confusion * noise.confusions[:, label_ids].T
