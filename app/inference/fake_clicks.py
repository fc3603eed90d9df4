"""Fakes of the click model for tests: a predictor that counts words, and a trainer."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.inference.click_ports import (
    NO_FEATURES,
    ClickPrediction,
    ClickPredictor,
    ClickTraining,
    TrainingSource,
    WordEffect,
)
from app.inference.click_training import ClickModelTrial, ClickTrainer, VariantText


@dataclass
class FakeClickPredictor(ClickPredictor):
    """Log-odds -3, plus the weight of each of `words` that stands in the text."""

    words: Mapping[str, float] = field(default_factory=lambda: {"免费": 0.5, "通知": -0.5})
    sources: tuple[TrainingSource, ...] = (
        TrainingSource(name="public", account="", rows=90, languages={"en": 90}),
        TrainingSource(name="own", account="default", rows=10, languages={"zh": 10}),
    )
    name: str = "fake-clicks-1"  # the version
    english: ClickTraining | None = None  # of the larger model for English texts
    predicted_texts: list[list[str]] = field(default_factory=list)  # one list per call

    async def predict_clicks(
        self, account: str, texts: Sequence[str], features: Mapping[str, str] = NO_FEATURES
    ) -> list[ClickPrediction]:
        self.predicted_texts.append(list(texts))
        return [self._predict_one(text) for text in texts]

    async def explain_clicks(
        self, account: str, texts: Sequence[str]
    ) -> list[tuple[WordEffect, ...]]:
        return [
            tuple(WordEffect(word, effect) for word, effect in self.words.items() if word in text)
            for text in texts
        ]

    async def describe_training(self, account: str) -> ClickTraining:
        return ClickTraining(
            model=self.name, date="2026-12-01", sources=self.sources, figures={"later_tests": 4.0}
        )

    async def describe_english_training(self, account: str) -> ClickTraining | None:
        return self.english

    def _predict_one(self, text: str) -> ClickPrediction:
        log_odds = -3 + sum(effect for word, effect in self.words.items() if word in text)
        low, rate, high = (1 / (1 + math.exp(-log_odds - step)) for step in (-0.5, 0, 0.5))
        return ClickPrediction(
            rate=rate,
            low=low,
            high=high,
            log_odds=log_odds,
            text_error=0.2,
            language="zh",
            model=self.name,
        )


@dataclass
class FakeClickTrainer(ClickTrainer):
    """Learns nothing; the new model passes where more than a tenth of the impressions clicked."""

    trained_texts: list[list[VariantText]] = field(default_factory=list)  # one list per call

    async def train_clicks(self, account: str, texts: Sequence[VariantText]) -> ClickModelTrial:
        self.trained_texts.append(list(texts))
        clicks = sum(text.clicks for text in texts)
        impressions = sum(text.impressions for text in texts)
        return ClickModelTrial(
            current="fake-clicks-1",
            new="fake-clicks-2",
            current_figures={"click_log_loss": 0.3},
            new_figures={"click_log_loss": 0.2 if clicks > impressions / 10 else 0.4},
            later_tests=2,
            is_passed=clicks > impressions / 10,
        )
