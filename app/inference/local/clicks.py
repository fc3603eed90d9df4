"""The local click predictor: runs the click models in force in a thread of this process."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog

from app.inference.click_ports import (
    NO_FEATURES,
    ClickPrediction,
    ClickPredictor,
    ClickTraining,
    TrainingSource,
    WordEffect,
)
from app.kit.threads import open_background_thread
from models.data.languages import guess_language
from models.encoder.click_model import ClickModel
from models.encoder.click_scale import ClickRange
from models.encoder.precision import Dtype
from models.registry.click_models import ClickModels
from models.registry.registry import Registry

log = structlog.get_logger()
Result = TypeVar("Result")


def open_click_models(device: str, dtype: Dtype, models: Path, account_models: Path) -> ClickModels:
    """The click models of the registry in `models`, and of the accounts' registries below
    `account_models`.
    """
    return ClickModels(
        registry=Registry(models),
        account_registries=account_models,
        device=device,
        dtype=dtype,
        report=lambda reason: log.error("model_refused", reason=reason),
        note=lambda reason: log.info("english_click_model_unavailable", reason=reason),
    )


class LocalClickPredictor(ClickPredictor):
    """Has a thread of its own with low priority: conversation turns come first."""

    def __init__(self, models: ClickModels) -> None:
        self._models = models
        self._pool = open_background_thread("clicks")

    async def predict_clicks(
        self, account: str, texts: Sequence[str], features: Mapping[str, str] = NO_FEATURES
    ) -> list[ClickPrediction]:
        def predict() -> list[ClickPrediction]:
            model = self._models.find_for_texts(account, texts)
            return _predict(model, list(texts), features)

        return await asyncio.get_running_loop().run_in_executor(self._pool, predict)

    async def explain_clicks(
        self, account: str, texts: Sequence[str]
    ) -> list[tuple[WordEffect, ...]]:
        # A call for each text, so that those of other callers come between them.
        return [await self._run(account, partial(_explain, text)) for text in texts]

    async def describe_training(self, account: str) -> ClickTraining:
        return await self._run(account, _describe_training)

    async def describe_english_training(self, account: str) -> ClickTraining | None:
        def describe() -> ClickTraining | None:
            larger = self._models.find_english(account)
            return _describe_training(larger) if larger else None

        return await asyncio.get_running_loop().run_in_executor(self._pool, describe)

    def close(self) -> None:
        """Wait for the running pass to finish."""
        self._pool.shutdown(wait=True)

    async def _run(self, account: str, use: Callable[[ClickModel], Result]) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: use(self._models.find(account)))


def _predict(
    model: ClickModel, texts: list[str], features: Mapping[str, str]
) -> list[ClickPrediction]:
    ranges = model.predict(texts, features)
    return [_to_prediction(*each, model) for each in zip(texts, ranges, strict=True)]


def _to_prediction(text: str, predicted: ClickRange, model: ClickModel) -> ClickPrediction:
    return ClickPrediction(
        rate=predicted.rate,
        low=predicted.low,
        high=predicted.high,
        log_odds=predicted.log_odds,
        text_error=model.scale.text_spread,
        language=guess_language(text),
        model=model.version,
    )


def _explain(text: str, model: ClickModel) -> tuple[WordEffect, ...]:
    return tuple(WordEffect(each.word, each.effect) for each in model.explain(text))


def _describe_training(model: ClickModel) -> ClickTraining:
    sources = tuple(
        TrainingSource(
            name=source.name,
            account=source.account,
            rows=source.rows,
            languages=source.languages,
        )
        for source in model.scale.sources
    )
    manifest = model.classifier.head.manifest
    return ClickTraining(
        model=model.version, date=manifest.date, sources=sources, figures=manifest.metrics
    )
