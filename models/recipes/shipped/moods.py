"""Gathers the training data of sentiment and calibrates it: reviews are positive or negative,
customers' questions, nearly always calm, are neutral.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from models.data import corpus
from models.data.corpus import LabelledText
from models.encoder import regression
from models.encoder.encoder import Encoder
from models.training.trainer import HeadTask, weighted_cross_entropy

NAME = "sentiment"
LABELS = ["negative", "positive"]
SETS = {"hotel": 4, "waimai": 5, "shopping": 1}  # how often a review of each set is repeated
QUESTION = re.compile(
    r"[?？吗呢么]|什么|多少|怎么|怎样|几[天点号个件时]|哪|能不能|是不是|有没有|可不可以"
)


@dataclass(frozen=True, kw_only=True)
class SentimentConfig:
    """Everything the training data depends on besides the source files."""

    held_out_percent: int = 8
    share: float = 0.15  # share of reviews and questions in an epoch
    questions: int = 4000
    questions_often: int = 5
    question_weight: float = 0.5
    neutral_questions: float = 0.85  # share of held-out questions inside the neutral band
    seed: int = 7


@dataclass(frozen=True)
class SentimentTrainingData:
    """Training data and held-out data of the sentiment head."""

    reviews: list[LabelledText]
    questions: list[LabelledText]
    reviews_held_out: list[LabelledText]
    questions_held_out: list[LabelledText]

    def build_task(self, encoder: Encoder, config: SentimentConfig) -> HeadTask:
        """The training task: reviews by their labels, questions with the target P(positive) .5."""
        questions = self.questions * config.questions_often
        rows = [*self.reviews, *questions]
        positive = torch.tensor([*positive_targets(self.reviews), *[0.5] * len(questions)])
        weights = torch.ones(len(rows))
        weights[len(self.reviews) :] = config.question_weight
        loss = weighted_cross_entropy(torch.stack([1 - positive, positive], 1), weights)
        tokens = encoder.tokenize([row.text for row in rows])
        return HeadTask(NAME, tokens, len(LABELS), loss, config.share)


@dataclass(frozen=True)
class SentimentCalibration:
    """Temperature, neutral band and metrics of the sentiment head."""

    temperature: float
    neutral: tuple[float, float]  # the band of P(positive)
    metrics: dict[str, float]


def build_sentiment_data(data: Path, config: SentimentConfig) -> SentimentTrainingData:
    """Gather distinct reviews and questions; the smaller sets of reviews are repeated (SETS)."""
    learn: list[LabelledText] = []
    hold: list[LabelledText] = []
    for name, often in SETS.items():
        training_reviews, held_out_reviews = _split_reviews(data, name, config)
        learn += training_reviews * often
        hold += held_out_reviews
    training_questions, asked_held = corpus.split_held_out(_sample_questions(data, config))
    print(f"sentiment: {len(learn)} reviews, {len(training_questions)} questions", flush=True)
    return SentimentTrainingData(learn, training_questions, hold, asked_held)


def held_out_reviews_of(data: Path, name: str, config: SentimentConfig) -> list[LabelledText]:
    """The held-out reviews of one set."""
    return _split_reviews(data, name, config)[1]


def calibrate_sentiment(
    reviews: torch.Tensor,
    questions: torch.Tensor,
    of: SentimentTrainingData,
    config: SentimentConfig,
) -> SentimentCalibration:
    """Calibrate on the logits (n, 2) of held-out `reviews` and `questions`."""
    truth = torch.tensor(positive_targets(of.reviews_held_out)).long()
    temperature = regression.fit_temperature(reviews, truth)
    p = positive_probability(reviews, temperature)
    low, high = find_neutral_band(
        positive_probability(questions, temperature), p, truth, config.neutral_questions
    )
    outside = (p < low) | (p > high)
    metrics = {
        "held_out_accuracy_two_classes": _share_right((p > 0.5).long() == truth),
        "held_out_accuracy_outside_the_band": _share_right(
            (p > high).long()[outside] == truth[outside]
        ),
        "held_out_share_outside_the_band": _share_right(outside),
    }
    return SentimentCalibration(
        temperature, (low, high), {name: round(v, 4) for name, v in metrics.items()}
    )


def find_neutral_band(
    calm: torch.Tensor, reviews: torch.Tensor, truth: torch.Tensor, share: float
) -> tuple[float, float]:
    """The band of P(positive) that contains `share` of the questions `calm` and leaves most reviews
    rightly classified.
    """
    tails = torch.linspace(0, 1 - share, 31)  # share of questions below the band
    candidate_bands = [
        (float(calm.quantile(float(tail))), float(calm.quantile(min(1.0, float(tail) + share))))
        for tail in tails
    ]

    def rightly_named(edges: tuple[float, float]) -> float:
        low, high = edges
        return _share_right(torch.where(truth == 1, reviews > high, reviews < low))

    low, high = max(candidate_bands, key=rightly_named)
    return round(low, 3), round(high, 3)


def positive_probability(logits: torch.Tensor, temperature: float) -> torch.Tensor:
    """Logits (n, 2) -> P(positive), (n,)."""
    return (logits / temperature).softmax(1)[:, LABELS.index("positive")]


def positive_targets(rows: Sequence[LabelledText]) -> list[float]:
    """1.0 for a positive review, 0.0 for a negative one."""
    return [float(row.label) for row in rows]


def _split_reviews(
    data: Path, name: str, config: SentimentConfig
) -> tuple[list[LabelledText], list[LabelledText]]:
    rows = corpus.read_labelled_texts(data / "sentiment" / f"{name}.train.jsonl")
    return corpus.split_held_out(_drop_repeats(rows), config.held_out_percent)


def _sample_questions(data: Path, config: SentimentConfig) -> list[LabelledText]:
    """A random sample of CIC's texts that look like questions; intent labels aren't used."""
    rows = _drop_repeats(row for row in corpus.read_cic(data) if QUESTION.search(row.text))
    order = np.random.default_rng(config.seed).permutation(len(rows))[: config.questions]
    return [rows[i] for i in order]


def _drop_repeats(rows: Iterable[LabelledText]) -> list[LabelledText]:
    return list({row.text: row for row in rows}.values())


def _share_right(right: torch.Tensor) -> float:
    return float(right.float().mean())
