"""Fine-tunes the encoder and its heads, for one task or several at once.

The loop is transformers' Trainer, low-rank layers are peft's. The forward pass is that of serving
(no padding), so figures measured here are those of the served model.
"""

import json
import math
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path

import torch
from transformers import TrainingArguments
from transformers.trainer_utils import get_last_checkpoint

from models.encoder import embedding
from models.encoder.adapter import Change
from models.encoder.dtypes import DtypeChoice
from models.encoder.encoder import Encoder
from models.encoder.precision import Dtype, Preference
from models.encoder.regression import Linear
from models.training import dtype as training_dtype
from models.training import memory, methods
from models.training.dtype import Trial
from models.training.names import Method
from models.training.trainer import (
    BEST,
    Batches,
    HeadTask,
    Learner,
    TrainableHead,
    TrainingLoop,
    collate_rows,
)

MOMENTS_OF = 2000  # texts from which a head's mean and spread are computed, about
CHECKPOINT_EVERY = 500  # steps

Changes = dict[str, Change]
# Called at the end of an epoch: encoder and heads by task -> figures. The first figure chooses the
# best epoch; greater is better.
Score = Callable[[Encoder, Mapping[str, TrainableHead]], Mapping[str, float]]


@dataclass(frozen=True, kw_only=True)
class FinetuneConfig:
    """Everything a run depends on besides the data."""

    method: Method = "lora"
    rank: int = 32
    scale: float = 2.0
    epochs: float = 4
    batch: int = 32  # texts
    accumulate: int = 1  # batches a step
    rate: float | None = None  # of the encoder; None: methods.RATES
    head_rate: float = 3e-3
    warm_up: float = 0.06  # share of all steps; then linear decay to 0
    weight_decay: float = 0.01
    dropout: float = 0.0
    consistency: float = 0.0  # R-Drop's alpha, https://arxiv.org/abs/2106.14448
    patience: int = 0  # epochs without a better score before it stops; 0: never
    largest_gradient: float = 1.0  # norm to which gradients are clipped
    seed: int = 7
    tracker: str = "none"  # tensorboard, wandb, mlflow
    dtype: Preference = "auto"  # fp32, or autocast to bf16; auto measures the first steps


@dataclass(frozen=True)
class FinetuneResult:
    """The result of a training. Heads take embeddings of the changed encoder."""

    changes: Changes  # {} where only heads were trained
    dtype: Dtype  # of the training: bf16 is autocast, weights stay fp32
    heads: dict[str, Linear] = field(default_factory=dict)


def finetune_encoder(
    encoder: Encoder,
    tasks: Sequence[HeadTask],
    config: FinetuneConfig,
    score: Score | None = None,
    folder: Path | None = None,
) -> FinetuneResult:
    """Train on the tasks' rows; with `score` the result is that of the best epoch.

    `folder` holds checkpoints, from which an interrupted run continues. A batch that doesn't fit
    into memory is halved, with a line on stderr. `encoder` is changed in place and must not be used
    afterwards.
    """
    base = methods.copy_weights(encoder)
    torch.manual_seed(config.seed)
    heads = [
        TrainableHead(_sample_embeddings(encoder, task), task.outputs, config.dropout)
        for task in tasks
    ]  # before anything learns: they standardise by the encoder as it is
    encoder.drop_out(config.dropout)
    learner = Learner(encoder, tasks, heads, config.consistency)
    learner.adalora = methods.prepare_weights(
        encoder, config.method, config.rank, config.scale, _count_steps(tasks, config)
    )
    with tempfile.TemporaryDirectory() as scratch:
        choice = run_training(
            learner, config, score, Path(folder or scratch), keep_checkpoints=folder is not None
        )
    has_encoder_changes = config.method != "head"
    return FinetuneResult(
        methods.extract_changes(encoder, base, config.rank) if has_encoder_changes else {},
        choice.dtype,
        {task.name: head.folded() for task, head in zip(tasks, heads, strict=True)},
    )


def run_training(
    learner: Learner,
    config: FinetuneConfig,
    score: Score | None,
    folder: Path,
    keep_checkpoints: bool,
) -> DtypeChoice:
    """Train the learner in place; checkpoints go into `folder`. Returns the training's dtype.

    With `keep_checkpoints` it continues from the last checkpoint there. With `score` the weights
    at the end are those of the best epoch. The learner is on the CPU afterwards, wherever it was
    trained.
    """
    heads = {t.name: h for t, h in zip(learner.tasks, learner.heads, strict=True)}
    score_heads = (lambda: score(learner.encoder, heads)) if score else None  # type: ignore[arg-type]
    rate = methods.RATES[config.method] if config.rate is None else config.rate

    def train(batch: int, accumulate: int) -> DtypeChoice:
        fitted = replace(config, batch=batch, accumulate=accumulate, rate=rate)
        choice = training_dtype.choose_training_dtype(
            config.dtype, folder, partial(build_trial, learner, fitted)
        )
        fitted = replace(fitted, dtype=choice.dtype)
        arguments = _training_arguments(fitted, folder, keep_checkpoints, score is not None)
        loop = TrainingLoop(
            learner, arguments, (rate, config.head_rate), score_heads, config.patience
        )
        loop.train(resume_from_checkpoint=last_checkpoint(folder) if keep_checkpoints else None)
        return choice

    choice = memory.train_within_memory(train, config.batch, config.accumulate)
    learner.cpu()
    return choice


def build_trial(learner: Learner, config: FinetuneConfig) -> Trial:
    """A trial of steps on the run's first batches, by which its dtype is chosen."""
    first = islice(Batches(learner.tasks, config.batch, config.seed), training_dtype.BATCHES)
    return Trial(
        module=learner,
        loss=lambda batch: learner(**batch)["loss"],
        batches=[collate_rows(rows) for rows in first],
        rows=config.batch,
        rate=config.rate or config.head_rate,
    )


def _training_arguments(
    config: FinetuneConfig, folder: Path, keep_checkpoints: bool, scored: bool
) -> TrainingArguments:
    when = "epoch" if scored else "no"
    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=config.epochs,
        per_device_train_batch_size=config.batch,
        gradient_accumulation_steps=config.accumulate,
        warmup_steps=config.warm_up,
        weight_decay=config.weight_decay,
        max_grad_norm=config.largest_gradient,
        seed=config.seed,
        bf16=config.dtype == "bf16",
        use_cpu=not torch.cuda.is_available(),
        eval_strategy=when,
        save_strategy=when if scored or not keep_checkpoints else "steps",
        save_steps=CHECKPOINT_EVERY,
        save_total_limit=2,
        load_best_model_at_end=scored,
        metric_for_best_model=BEST,
        greater_is_better=True,
        logging_steps=50,
        report_to=config.tracker,
        disable_tqdm=False,
        remove_unused_columns=False,
        dataloader_pin_memory=False,
    )


def last_checkpoint(folder: Path) -> str | None:
    """Path of the last complete checkpoint in `folder`, or None. Removes incomplete newer ones."""
    if not folder.exists():
        return None
    while checkpoint := get_last_checkpoint(str(folder)):  # type: ignore[no-untyped-call]
        if _is_whole(Path(checkpoint)):
            return str(checkpoint)
        shutil.rmtree(checkpoint)
    return None


def _is_whole(checkpoint: Path) -> bool:
    try:
        json.loads((checkpoint / "trainer_state.json").read_text("utf-8"))  # written last
    except (OSError, ValueError):
        return False
    return True


def _count_steps(tasks: Sequence[HeadTask], config: FinetuneConfig) -> int:
    rows = sum(len(task.tokens) * task.share for task in tasks)
    return math.ceil(rows * config.epochs / config.batch / config.accumulate)


def _sample_embeddings(encoder: Encoder, task: HeadTask) -> torch.Tensor:
    some = task.tokens[:: max(1, len(task.tokens) // MOMENTS_OF)]
    return embedding.embed_tokens(encoder, some)
