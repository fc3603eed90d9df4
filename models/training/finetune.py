"""Fine-tune the encoder and heads over it, for one task or several at once.

The loop is transformers' Trainer, low-rank layers are peft's; the forward pass is the one that
serves: no token is padding, and what is measured here is what answers there.
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
from models.encoder.dtypes import Dtype, DtypeChoice, Preference
from models.encoder.encoder import Encoder
from models.encoder.regression import Linear
from models.training import dtype as training_dtype
from models.training import memory, methods
from models.training.dtype import Trial
from models.training.methods import Method
from models.training.trainer import BEST, Batches, Head, Learner, Loop, Task, collate

MOMENTS_OF = 2000  # texts
CHECKPOINT_EVERY = 500  # steps

# The encoder and, by task, the heads as they are at the end of an epoch -> figures; the first one
# is the one to improve.
Changes = dict[str, Change]
Score = Callable[[Encoder, Mapping[str, Head]], Mapping[str, float]]


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything a run depends on besides the data."""

    method: Method = "lora"
    rank: int = 32
    scale: float = 2.0
    epochs: float = 4
    batch: int = 32  # texts
    accumulate: int = 1  # batches a step
    rate: float | None = None  # of the encoder; the method's own when not given
    head_rate: float = 3e-3
    warm_up: float = 0.06  # of all steps; then linear decay to nothing
    weight_decay: float = 0.01
    dropout: float = 0.0
    consistency: float = 0.0  # R-Drop's alpha, https://arxiv.org/abs/2106.14448
    patience: int = 0  # epochs without a better score until it stops; 0 never stops
    largest_gradient: float = 1.0  # its norm
    seed: int = 7
    tracker: str = "none"  # tensorboard, wandb, mlflow
    dtype: Preference = "auto"  # fp32, or autocast to bf16; auto measures the first steps


@dataclass(frozen=True)
class Tuned:
    """What training found. Heads take embeddings as the changed encoder gives them."""

    changes: Changes  # none where only heads learnt
    dtype: Dtype  # of the training: bf16 is autocast, weights stay fp32
    heads: dict[str, Linear] = field(default_factory=dict)


def tune(
    encoder: Encoder,
    tasks: Sequence[Task],
    config: Config,
    score: Score | None = None,
    folder: Path | None = None,
) -> Tuned:
    """Train on the tasks' rows; with `score` the epoch that did best is kept.

    `folder` keeps checkpoints: a run that was interrupted goes on from there. A batch that
    doesn't fit into memory halves itself, and says so. The encoder given is changed on the way
    and must not be used afterwards.
    """
    base = {name: weight.detach().clone() for name, weight in encoder.linear_weights().items()}
    torch.manual_seed(config.seed)
    heads = [
        Head(_sample(encoder, task), task.outputs, config.dropout) for task in tasks
    ]  # before anything learns: they standardise by the encoder as it is
    encoder.drop_out(config.dropout)
    learner = Learner(encoder, tasks, heads, config.consistency)
    learner.adalora = methods.prepare(
        encoder, config.method, config.rank, config.scale, _steps(tasks, config)
    )
    with tempfile.TemporaryDirectory() as scratch:
        choice = run(learner, config, score, Path(folder or scratch), keep=folder is not None)
    learnt = config.method != "head"
    return Tuned(
        methods.changes(encoder, base, config.rank) if learnt else {},
        choice.dtype,
        {task.name: head.folded() for task, head in zip(tasks, heads, strict=True)},
    )


def run(
    learner: Learner, config: Config, score: Score | None, folder: Path, keep: bool
) -> DtypeChoice:
    """Train the learner in place; checkpoints go into `folder`. Returns what it computed in.

    With `keep` it goes on from the last one there. With `score` the weights end up as they were
    after the epoch that did best.
    """
    heads = {t.name: h for t, h in zip(learner.tasks, learner.heads, strict=True)}
    found = (lambda: score(learner.encoder, heads)) if score else None  # type: ignore[arg-type]
    rate = methods.RATES[config.method] if config.rate is None else config.rate

    def train(batch: int, accumulate: int) -> DtypeChoice:
        fitted = replace(config, batch=batch, accumulate=accumulate, rate=rate)
        choice = training_dtype.choose(config.dtype, folder, partial(trial, learner, fitted))
        fitted = replace(fitted, dtype=choice.dtype)
        arguments = _arguments(fitted, folder, keep, score is not None)
        loop = Loop(learner, arguments, (rate, config.head_rate), found, config.patience)
        loop.train(resume_from_checkpoint=last_checkpoint(folder) if keep else None)
        return choice

    return memory.fitting(train, config.batch, config.accumulate)


def trial(learner: Learner, config: Config) -> Trial:
    """Steps on the run's first batches, by which its dtype is chosen."""
    first = islice(Batches(learner.tasks, config.batch, config.seed), training_dtype.BATCHES)
    return Trial(
        module=learner,
        loss=lambda batch: learner(**batch)["loss"],
        batches=[collate(rows) for rows in first],
        rows=config.batch,
        rate=config.rate or config.head_rate,
    )


def _arguments(config: Config, folder: Path, keep: bool, scored: bool) -> TrainingArguments:
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
        save_strategy=when if scored or not keep else "steps",
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
    """The last whole one; what was being written when a disk ran full or a run died is removed."""
    if not folder.exists():
        return None
    while found := get_last_checkpoint(str(folder)):  # type: ignore[no-untyped-call]
        if _whole(Path(found)):
            return str(found)
        shutil.rmtree(found)
    return None


def _whole(checkpoint: Path) -> bool:
    try:
        json.loads((checkpoint / "trainer_state.json").read_text("utf-8"))  # written last
    except (OSError, ValueError):
        return False
    return True


def _steps(tasks: Sequence[Task], config: Config) -> int:
    rows = sum(len(task.tokens) * task.share for task in tasks)
    return math.ceil(rows * config.epochs / config.batch / config.accumulate)


def _sample(encoder: Encoder, task: Task) -> torch.Tensor:
    some = task.tokens[:: max(1, len(task.tokens) // MOMENTS_OF)]
    return embedding.encode(encoder, some)
