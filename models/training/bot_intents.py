"""Trains intents for the bot from labelled rows: beside the shipped intents, or alone."""

from pathlib import Path

from models.encoder.heads import HeadManifest
from models.intent import own
from models.training import fewshot_labels
from models.training.encoder_tasks import ENCODER_TASKS
from models.training.labelled_rows import LabelledRows
from models.training.options import ClassificationOptions, TrainingRun


def train_own_intents(
    rows: LabelledRows, options: ClassificationOptions, run: TrainingRun, folder: Path, date: str
) -> HeadManifest:
    """Train the rows' labels only; write the bundle with a taxonomy of them into `folder`."""
    manifest = ENCODER_TASKS["intent"].train(rows, options, run, folder, date)
    own.write_own_taxonomy(manifest.labels, folder)
    return manifest


def train_beside_shipped(
    rows: LabelledRows, options: ClassificationOptions, run: TrainingRun, folder: Path, date: str
) -> HeadManifest:
    """Train the rows' labels in addition to the shipped intents; write the bundle into `folder`."""
    only_head = options.tuning.method == "head"
    train = fewshot_labels.train_head if only_head else fewshot_labels.train_adapter
    return train(rows, options, run, folder, date)
