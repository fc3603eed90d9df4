"""The table of tasks: how `python -m models train TASK` reads rows, takes options and trains."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from models.data.files import BadData
from models.encoder.heads import HeadManifest
from models.generator import reply_pairs
from models.generator.bundle import ReplyManifest
from models.generator.reply_pairs import ReplyRows
from models.hub.sources import E5_SMALL, QWEN_CODER, Base
from models.training import bot_intents, reply
from models.training.encoder_tasks import ENCODER_TASKS, EncoderTask, ReadRows, Rows
from models.training.finetune import FinetuneConfig
from models.training.labelled_rows import LabelledRows
from models.training.names import TaskName
from models.training.options import (
    ClassificationOptions,
    ReplyOptions,
    TrainingRun,
    TrainingSettings,
)

Options = TypeVar("Options")
Manifest_co = TypeVar("Manifest_co", covariant=True)

TrainedManifest = HeadManifest | ReplyManifest


@dataclass(frozen=True, kw_only=True)
class TrainableTask(Generic[Rows, Options, Manifest_co]):
    """How a model of one task is trained: settings to options, files to rows, rows to a model."""

    base: Base  # where none is chosen; another one is of the same kind
    options: Callable[[TrainingSettings], Options]  # raises BadData for settings that don't fit
    read: ReadRows[Rows]
    # Trains and writes the model into a folder; the last argument is the manifest's date.
    train: Callable[[Rows, Options, TrainingRun, Path, str], Manifest_co]


def build_classification_options(settings: TrainingSettings) -> ClassificationOptions:
    """The options of a task over the encoder. Raises BadData for a method of generators."""
    if settings.method == "prefix":
        raise BadData("prefix tuning is for replies: what it adds can't be merged; take lora")
    tuning = FinetuneConfig(
        method=settings.method, rank=settings.rank, epochs=settings.epochs or 6,
        batch=settings.batch or 32, accumulate=settings.accumulate, rate=settings.rate,
        dropout=settings.dropout, consistency=settings.consistency, patience=settings.patience,
        seed=settings.seed, tracker=settings.tracker, dtype=settings.dtype,
    )  # fmt: skip
    return ClassificationOptions(
        tuning=tuning, validate=settings.validate, denoise=settings.denoise,
        balance=settings.balance, smoothing=settings.smoothing, message_path=settings.message_path,
    )  # fmt: skip


def build_click_options(settings: TrainingSettings) -> ClassificationOptions:
    """The options of click training. Raises BadData for a method of generators."""
    of_head = settings.method == "head"
    epochs, batch = settings.epochs or (20 if of_head else 3), settings.batch or 64
    options = build_classification_options(replace(settings, epochs=epochs, batch=batch))
    return replace(options, click_objective=settings.click_objective)


def build_reply_options(settings: TrainingSettings) -> ReplyOptions:
    """The options of a generator's training. Raises BadData for a method of encoders."""
    if settings.method == "head":
        raise BadData("a generator has no head of its own to train; take lora")
    return ReplyOptions(
        method=settings.method, rank=settings.rank, epochs=settings.epochs or 3,
        batch=settings.batch or 4, accumulate=settings.accumulate, rate=settings.rate,
        patience=settings.patience, validate=settings.validate, longest=settings.longest,
        seed=settings.seed, tracker=settings.tracker, dtype=settings.dtype,
    )  # fmt: skip


def _over_encoder(
    task: EncoderTask[Rows],
) -> TrainableTask[Rows, ClassificationOptions, HeadManifest]:
    return TrainableTask(
        base=E5_SMALL,
        options=build_classification_options,
        read=task.read,
        train=task.train,
    )


INTENT: TrainableTask[LabelledRows, ClassificationOptions, HeadManifest] = _over_encoder(
    ENCODER_TASKS["intent"]
)
INTENT_FOR_BOT = replace(INTENT, train=bot_intents.train_own_intents)
INTENT_BESIDE_SHIPPED = replace(INTENT, train=bot_intents.train_beside_shipped)
REPLY: TrainableTask[ReplyRows, ReplyOptions, ReplyManifest] = TrainableTask(
    base=QWEN_CODER,
    options=build_reply_options,
    read=reply_pairs.read_reply_pairs,
    train=reply.train_reply,
)

TASKS: Mapping[TaskName, TrainableTask[Any, Any, TrainedManifest]] = {
    "intent": INTENT,
    "sentiment": _over_encoder(ENCODER_TASKS["sentiment"]),
    "pairs": _over_encoder(ENCODER_TASKS["pairs"]),
    "ctr": replace(_over_encoder(ENCODER_TASKS["ctr"]), options=build_click_options),
    "reply": REPLY,
}
