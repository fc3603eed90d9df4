"""The local click predictor: runs the click model in force in a thread of this process."""

import asyncio
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
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
from models.data.languages import guess_language
from models.encoder.bundle import MODELS
from models.encoder.click_model import ClickModel
from models.encoder.click_scale import ClickRange
from models.encoder.precision import Dtype
from models.errors import ExpectedFault
from models.registry.registry import Registry

TASK = "ctr"
NICENESS = 10  # of its thread: conversation turns come first

log = structlog.get_logger()
Result = TypeVar("Result")


class LocalClickPredictor(ClickPredictor):
    """Has a thread of its own with low priority. The model is loaded at the first call, and again
    after a promotion; the shipped one serves where the promoted one can't be loaded.
    """

    def __init__(self, device: str, dtype: Dtype, models: Path) -> None:
        self._device, self._dtype = device, dtype
        self._registry = Registry(models)
        self._loaded: tuple[Path, ClickModel] | None = None
        self._pool = ThreadPoolExecutor(1, "clicks", initializer=_lower_priority)

    async def predict_clicks(
        self, texts: Sequence[str], features: Mapping[str, str] = NO_FEATURES
    ) -> list[ClickPrediction]:
        return await self._run(lambda model: _predict(model, list(texts), features))

    async def explain_clicks(self, texts: Sequence[str]) -> list[tuple[WordEffect, ...]]:
        # A call for each text, so that those of other callers come between them.
        return [await self._run(partial(_explain, text)) for text in texts]

    async def describe_training(self) -> ClickTraining:
        return await self._run(_describe_training)

    def close(self) -> None:
        """Wait for the running pass to finish."""
        self._pool.shutdown(wait=True)

    async def _run(self, use: Callable[[ClickModel], Result]) -> Result:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: use(self._model_in_force()))

    def _model_in_force(self) -> ClickModel:
        folder = self._find_folder()
        if self._loaded and self._loaded[0] == folder:
            return self._loaded[1]
        self._loaded = (folder, self._load(folder))
        return self._loaded[1]

    def _find_folder(self) -> Path:
        try:
            return self._registry.current(TASK)
        except ExpectedFault as error:
            log.error("model_refused", reason=str(error))
            return MODELS / TASK

    def _load(self, folder: Path) -> ClickModel:
        try:
            return ClickModel.load(folder, self._device, self._dtype)
        except ExpectedFault as error:
            log.error("model_refused", reason=str(error))
            return ClickModel.load(MODELS / TASK, self._device, self._dtype)


def _lower_priority() -> None:
    """Lower the priority of this thread; on Linux a niceness is a thread's."""
    with suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


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
    return ClickTraining(model.version, sources)
