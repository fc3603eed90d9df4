"""What a text's label most likely is, where a third of the given ones is wrong.

The judges' opinion and the given label together make a posterior; the model that is shipped
learns from it, softly. How the wrong labels came about is estimated by expectation maximisation
(Dawid and Skene, https://doi.org/10.2307/2346806), for each file by itself: in one they are
nearly all those of a like class, in another they are drawn by chance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch

from models.recipes.shipped import judges
from models.recipes.shipped.judges import Opinions, Sample

ROUNDS = 80  # of expectation maximisation; settled after a dozen


@dataclass(frozen=True)
class Config:
    """Everything the posterior depends on besides the data."""

    panel: judges.Config = field(default_factory=judges.Config)
    # Of CIC's labels, by file: where the judges are all but certain they find 60 and 78 % right.
    noise: Mapping[str, float] = field(default_factory=lambda: {"cic/train": 0.40, "cic/dev": 0.22})
    plain: float = 0.5  # weight of each plain judge's log-probability beside the teachers'
    heat: float = 1.5  # of the sum


@dataclass(frozen=True)
class Noise:
    """How wrong labels come about, each with its share of all labels."""

    chance: float
    drawn: torch.Tensor  # (C,): which label chance brings
    confusion: float
    like: torch.Tensor  # (C, C): which label is given instead of the right one


def posterior(
    samples: Sequence[Sample], classes: int, base: Path, config: Config, kept_in: Path
) -> torch.Tensor:
    """(n, C): how likely each label is the right one.

    `kept_in` keeps the judges' opinions: an interrupted run goes on from there.
    """
    found = judges.opinions(samples, classes, base, config.panel, kept_in)
    return weighed(mixed(found, config), samples, config)


def weighed(opinion: torch.Tensor, samples: Sequence[Sample], config: Config) -> torch.Tensor:
    """(n, C): the opinion and the given labels as one; certain where a sample isn't noisy."""
    given = torch.tensor([s.given for s in samples])
    likely = torch.nn.functional.one_hot(given, opinion.shape[1]).float()
    for source, total in config.noise.items():
        rows = torch.tensor([s.noisy and s.source == source for s in samples])
        noise = estimate(opinion[rows], given[rows], total)
        shares = f"{noise.chance:.3f} by chance, {noise.confusion:.3f} confused"
        print(f"  labels of {source}: {shares}", flush=True)
        likely[rows] = judged(opinion[rows], given[rows], noise)
    return likely


def mixed(opinions: Opinions, config: Config) -> torch.Tensor:
    """(n, C): the judges' opinions as one."""
    plain = sum(view.clamp_min(1e-4).log() for view in opinions.views)
    return ((opinions.taught.log_softmax(1) + config.plain * plain) / config.heat).softmax(1)


def judged(opinion: torch.Tensor, given: torch.Tensor, noise: Noise) -> torch.Tensor:
    """(n, C): the opinion, times how likely the given label is if each were the right one."""
    joint = opinion * sum(_ways(given, noise))
    return joint / joint.sum(1, keepdim=True)


def estimate(opinion: torch.Tensor, given: torch.Tensor, total: float) -> Noise:
    """The noise that makes the given labels likeliest, where `total` of them are wrong."""
    like = opinion.T @ opinion  # classes that the judges waver between
    like.fill_diagonal_(0)
    like /= like.sum(1, keepdim=True).clamp_min(1e-9)
    classes = opinion.shape[1]
    noise = Noise(total / 2, torch.full((classes,), 1 / classes), total / 2, like)
    for _ in range(ROUNDS):
        _, chance, confusion = (opinion * way for way in _ways(given, noise))
        every = (opinion * sum(_ways(given, noise))).sum(1)
        by_chance, confused = chance.sum(1) / every, confusion.sum(1) / every
        share = total / float(by_chance.mean() + confused.mean())
        drawn = torch.zeros(classes).index_add_(0, given, by_chance)
        noise = Noise(
            share * float(by_chance.mean()), drawn / drawn.sum(),
            share * float(confused.mean()), like,
        )  # fmt: skip
    return noise


def _ways(given: torch.Tensor, noise: Noise) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """(n, C) each: given because right, by chance, by confusion; were each label the right one."""
    right = torch.zeros(len(given), len(noise.drawn))
    right.scatter_(1, given[:, None], 1 - noise.chance - noise.confusion)
    chance = (noise.chance * noise.drawn[given])[:, None].expand_as(right)
    return right, chance, noise.confusion * noise.like[:, given].T
