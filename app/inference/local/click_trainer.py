"""The local click trainer: trains an account's own click model in a thread of this process."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import datetime
from pathlib import Path

from app.inference.click_training import (
    ClickModelTrial,
    ClickTrainer,
    ClickTrainingFailed,
    VariantText,
)
from app.kit.clock import CHINA
from models.errors import ExpectedFault
from models.hub.fetch import ensure_base
from models.registry.click_models import TASK, ClickModels
from models.registry.registry import Registry
from models.training.clicks.rows import ClickRow, of_account

SOURCE = "experiments"  # as the model's card names the account's tests


class LocalClickTrainer(ClickTrainer):
    """Trains in a thread of `pool`. What passes is promoted in the account's registry, from which
    the predictor takes it at the next call.
    """

    def __init__(
        self, models: ClickModels, pool: Executor, clock: Callable[[], float] = time.time
    ) -> None:
        self._models, self._pool, self._clock = models, pool, clock

    async def train_clicks(self, account: str, texts: Sequence[VariantText]) -> ClickModelTrial:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, self._train, account, list(texts))
        except ExpectedFault as error:
            raise ClickTrainingFailed(str(error)) from error

    def _train(self, account: str, texts: list[VariantText]) -> ClickModelTrial:
        # Imported here, as it takes seconds and memory: most workers never train.
        from models.training.clicks.account_model import train_account_model
        from models.training.options import TrainingRun

        current = self._models.find_for_texts(account, [each.text for each in texts])
        rows = of_account([_to_row(each) for each in texts], account)
        day = datetime.fromtimestamp(self._clock(), CHINA).date().isoformat()
        with tempfile.TemporaryDirectory() as scratch:
            staged, run = Path(scratch) / "model", TrainingRun(base=ensure_base())
            manifest, later = train_account_model(rows, current, run, staged, day)
            if later.is_passed:
                _promote(self._models.registry_of(account), staged, manifest.version)
        return ClickModelTrial(
            current=current.version,
            new=manifest.version,
            current_figures=later.current,
            new_figures=later.new,
            later_tests=later.tests,
            is_passed=later.is_passed,
        )


def _promote(registry: Registry, staged: Path, version: str) -> None:
    """Add the bundle, unless the same rows gave the same model before, and promote it."""
    if not (registry.folder / TASK / version).exists():
        registry.add(TASK, staged)
    registry.promote(version, TASK)


def _to_row(text: VariantText) -> ClickRow:
    return ClickRow(
        text=text.text,
        test=text.test,
        impressions=text.impressions,
        clicks=text.clicks,
        features={"channel": text.channel},
        source=SOURCE,
    )
