"""The material for sentiment: reviews say what positive and negative are; what customers ask in a
shop, nearly always calmly, says what neutral is.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from models.data import corpus
from models.data.corpus import Row
from models.encoder import regression
from models.encoder.encoder import Encoder
from models.training.trainer import Task, weighted

NAME = "sentiment"
LABELS = ["negative", "positive"]
SETS = {"hotel": 4, "waimai": 5, "shopping": 1}  # how often a review is seen for one of shopping
QUESTION = re.compile(
    r"[?？吗呢么]|什么|多少|怎么|怎样|几[天点号个件时]|哪|能不能|是不是|有没有|可不可以"
)


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything the material depends on besides the data."""

    held_out_percent: int = 8
    share: float = 0.15  # of reviews and questions is seen in an epoch
    questions: int = 4000
    questions_often: int = 5
    question_weight: float = 0.5
    neutral_questions: float = 0.85  # asked of the band, on questions not learnt from
    seed: int = 7


@dataclass(frozen=True)
class Material:
    """What the sentiment head learns from, and what it is judged by."""

    reviews: list[Row]
    questions: list[Row]
    reviews_held_out: list[Row]
    questions_held_out: list[Row]

    def task(self, encoder: Encoder, config: Config) -> Task:
        """Questions are asked to lie half way between the moods."""
        questions = self.questions * config.questions_often
        rows = [*self.reviews, *questions]
        positive = torch.tensor([*targets(self.reviews), *[0.5] * len(questions)])
        weights = torch.ones(len(rows))
        weights[len(self.reviews) :] = config.question_weight
        loss = weighted(torch.stack([1 - positive, positive], 1), weights)
        tokens = encoder.tokenize([row.text for row in rows])
        return Task(NAME, tokens, len(LABELS), loss, config.share)


@dataclass(frozen=True)
class Calibration:
    """How the head's logits are read."""

    temperature: float
    neutral: tuple[float, float]  # the band of P(positive)
    metrics: dict[str, float]


def material(data: Path, config: Config) -> Material:
    """Each text once, but hotels and meals more often: there are fewer of them."""
    learn: list[Row] = []
    hold: list[Row] = []
    for name, often in SETS.items():
        known, held = _split(data, name, config)
        learn += known * often
        hold += held
    asked, asked_held = corpus.split(_questions(data, config))
    print(f"sentiment: {len(learn)} reviews, {len(asked)} questions", flush=True)
    return Material(learn, asked, hold, asked_held)


def held_out(data: Path, name: str, config: Config) -> list[Row]:
    """The reviews of one set that nothing was learnt from."""
    return _split(data, name, config)[1]


def calibrate(
    reviews: torch.Tensor, questions: torch.Tensor, of: Material, config: Config
) -> Calibration:
    """From the logits (n, 2) of what was held out."""
    truth = torch.tensor(targets(of.reviews_held_out)).long()
    heat = regression.temperature(reviews, truth)
    p = positive(reviews, heat)
    low, high = band(positive(questions, heat), p, truth, config.neutral_questions)
    outside = (p < low) | (p > high)
    metrics = {
        "held_out_accuracy_two_classes": _mean((p > 0.5).long() == truth),
        "held_out_accuracy_outside_the_band": _mean((p > high).long()[outside] == truth[outside]),
        "held_out_share_outside_the_band": _mean(outside),
    }
    return Calibration(heat, (low, high), {name: round(v, 4) for name, v in metrics.items()})


def band(
    calm: torch.Tensor, reviews: torch.Tensor, truth: torch.Tensor, share: float
) -> tuple[float, float]:
    """The band that holds `share` of the questions and leaves most reviews rightly named."""
    tails = torch.linspace(0, 1 - share, 31)  # share of questions below the band
    tried = [
        (float(calm.quantile(float(tail))), float(calm.quantile(min(1.0, float(tail) + share))))
        for tail in tails
    ]

    def rightly_named(edges: tuple[float, float]) -> float:
        low, high = edges
        return _mean(torch.where(truth == 1, reviews > high, reviews < low))

    low, high = max(tried, key=rightly_named)
    return round(low, 3), round(high, 3)


def positive(logits: torch.Tensor, heat: float) -> torch.Tensor:
    """(n, 2) -> P(positive), (n,)."""
    return (logits / heat).softmax(1)[:, LABELS.index("positive")]


def targets(rows: Sequence[Row]) -> list[float]:
    """1 for a positive review."""
    return [float(row.label) for row in rows]


def _split(data: Path, name: str, config: Config) -> tuple[list[Row], list[Row]]:
    rows = corpus.read(data / "sentiment" / f"{name}.train.jsonl")
    return corpus.split(_once(rows), config.held_out_percent)


def _questions(data: Path, config: Config) -> list[Row]:
    """What customers ask before and after buying; its intent labels aren't used."""
    rows = _once(row for row in corpus.cic(data) if QUESTION.search(row.text))
    order = np.random.default_rng(config.seed).permutation(len(rows))[: config.questions]
    return [rows[i] for i in order]


def _once(rows: Iterable[Row]) -> list[Row]:
    return list({row.text: row for row in rows}.values())


def _mean(right: torch.Tensor) -> float:
    return float(right.float().mean())
