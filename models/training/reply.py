"""Fine-tunes a causal language model on questions and answers.

The loop is transformers' Trainer; the loss is that of the answers' tokens.
"""

import math
import tempfile
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import torch
from transformers import EarlyStoppingCallback, Trainer, TrainerCallback, TrainingArguments

from models.encoder.precision import Dtype
from models.evaluation.replies import measure_replies
from models.generator import bundle
from models.generator.bundle import ReplyManifest
from models.generator.reply_pairs import ChatFormat, ReplyRows
from models.hub import describe
from models.training import dtype as training_dtype
from models.training import finetune, memory, reply_methods
from models.training.dtype import Trial
from models.training.options import ReplyOptions, TrainingRun
from models.training.reply_examples import Collator, ReplyTrainingData, prepare_examples
from models.training.reply_methods import RankAllocation

EVERY = 500  # steps at most between two checkpoints


@dataclass(frozen=True)
class TrainedGenerator:
    """A trained model, its dtype, and the figures of the base on the validation pairs."""

    model: Any
    dtype: Dtype
    before: dict[str, float | int]


def train_reply(
    rows: ReplyRows, options: ReplyOptions, run: TrainingRun, folder: Path, date: str
) -> ReplyManifest:
    """Train on all pairs but a validation part, and write the model into `folder`.

    Raises BadData, Undescribed or IncompatibleArchitecture.
    """
    facts = describe.read_base_facts(run.base)
    chat = ChatFormat(bundle.load_tokenizer(run.base), options.system, options.longest)
    material = prepare_examples(rows.pairs, chat, options)
    if material.cut:
        run.progress(f"{material.cut} pairs were cut to {options.longest} tokens")
    trained = _train_generator(chat, material, options, run)
    folder.mkdir(parents=True, exist_ok=True)
    digest = bundle.save_weights(trained.model, run.base, folder)
    # Measured as loaded from disk, so that `python -m models evaluate` finds the same figures.
    loaded = bundle.load_unchecked(folder, run.base, trained.dtype)
    after = measure_replies(loaded, chat, material.check, options.batch)
    manifest = ReplyManifest(
        task="reply",
        base=facts.name,
        base_sha256=facts.fingerprint,
        sha256=digest,
        method=reply_methods.describe_method(options),
        seed=options.seed,
        date=date,
        data=rows.sizes,
        metrics=_validation_metrics(trained.before, after, material),
        system=options.system,
        longest=options.longest,
        dtype=trained.dtype,
        training_dtype=trained.dtype,
    )
    bundle.write_manifest_and_card(folder, manifest)
    return manifest


def _train_generator(
    chat: ChatFormat, material: ReplyTrainingData, options: ReplyOptions, run: TrainingRun
) -> TrainedGenerator:
    with tempfile.TemporaryDirectory() as scratch:
        checkpoints = run.checkpoint_dir or Path(scratch)
        make_trial = partial(build_trial, run.base, chat, material, options)
        dtype = training_dtype.choose_training_dtype(options.dtype, checkpoints, make_trial).dtype
        torch.manual_seed(options.seed)
        model = bundle.load_base(run.base, dtype)
        before = measure_replies(model, chat, material.check, options.batch)
        model = reply_methods.adapt_model(model, options, len(material.learn))
        fit_model(model, chat, material, replace(options, dtype=dtype), checkpoints)
    return TrainedGenerator(model, dtype, before)


def build_trial(
    base: Path, chat: ChatFormat, material: ReplyTrainingData, options: ReplyOptions
) -> Trial:
    """A trial of steps on the first examples, by which the training's dtype is chosen.

    Uses a copy of the model in fp32. A training in bf16 also has frozen weights in bf16, which is
    no slower than the autocast measured here.
    """
    collate = Collator(chat.tokenizer)
    features = [example.features() for example in material.learn]
    starts = range(0, len(features), options.batch)[: training_dtype.BATCHES]
    model = reply_methods.adapt_model(bundle.load_base(base, "fp32"), options, len(features))
    return Trial(
        module=model,
        loss=lambda batch: model(**batch).loss,
        batches=[collate(features[at : at + options.batch]) for at in starts],
        rows=options.batch,
        rate=reply_methods.learning_rate(options),
    )


def fit_model(
    model: Any, chat: ChatFormat, material: ReplyTrainingData, options: ReplyOptions, folder: Path
) -> None:
    """Train `model` in place; at the end it has the weights of the best validation loss.

    Resumes from the last checkpoint in `folder`. A batch that doesn't fit into memory is halved,
    with a line on stderr.
    """
    callbacks: list[TrainerCallback] = [RankAllocation()] if options.method == "adalora" else []
    if options.patience:
        callbacks.append(EarlyStoppingCallback(options.patience))

    def train(batch: int, accumulate: int) -> None:
        fitted = replace(options, batch=batch, accumulate=accumulate)
        trainer = Trainer(
            model,
            _training_arguments(fitted, folder, len(material.learn)),
            Collator(chat.tokenizer),
            [example.features() for example in material.learn],
            [example.features() for example in material.check],
            callbacks=callbacks,
        )
        trainer.train(resume_from_checkpoint=finetune.last_checkpoint(folder))

    memory.train_within_memory(train, options.batch, options.accumulate)


def _training_arguments(options: ReplyOptions, folder: Path, rows: int) -> TrainingArguments:
    every = min(EVERY, math.ceil(rows / options.batch / options.accumulate))
    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=options.epochs,
        per_device_train_batch_size=options.batch,
        per_device_eval_batch_size=options.batch,
        gradient_accumulation_steps=options.accumulate,
        learning_rate=reply_methods.learning_rate(options),
        warmup_steps=options.warm_up,
        weight_decay=options.weight_decay,
        seed=options.seed,
        bf16=options.dtype == "bf16",
        use_cpu=not torch.cuda.is_available(),
        train_sampling_strategy="group_by_length",
        eval_strategy="steps",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="loss",
        prediction_loss_only=True,
        logging_steps=10,
        report_to=options.tracker,
        remove_unused_columns=False,
        dataloader_pin_memory=False,
    )


def _validation_metrics(
    before: dict[str, float | int], after: dict[str, float | int], material: ReplyTrainingData
) -> dict[str, float]:
    metrics = {"validation_n": before["n"], "validation_tokens": before["tokens"]}
    for name in ("loss", "perplexity"):
        metrics[f"validation_{name}_before"] = round(before[name], 4)
        metrics[f"validation_{name}_after"] = round(after[name], 4)
    return metrics | {"learnt_from": len(material.learn), "cut": material.cut}
