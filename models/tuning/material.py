"""The rows that all trials of a study train on, read once."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.hub import describe
from models.training.encoder_tasks import EncoderTask
from models.training.options import ClassificationOptions, EpochCallback, TrainingRun
from models.tuning.space import Space


@dataclass(frozen=True)
class TuningData:
    """A task's training rows, and the folder of the base that trials start from."""

    task: EncoderTask[Any]
    rows: Any  # as the task reads them
    base: Path

    def learn(self, options: ClassificationOptions, on_epoch: EpochCallback) -> None:
        """Train like the command `train`; `on_epoch` is called with each epoch's score."""
        self.task.fit(self.rows, options, TrainingRun(base=self.base, on_epoch=on_epoch))

    def about(self, fixed: ClassificationOptions, space: Space) -> str:
        """A hash of data, base, options and space; trials of one study must have the same."""
        content = self.task.describe(self.rows).content
        fingerprint = describe.read_base_facts(self.base).fingerprint
        parts = (self.task.name, content, fingerprint, fixed, space)
        return hashlib.sha256(repr(parts).encode()).hexdigest()
