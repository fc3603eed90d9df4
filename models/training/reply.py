"""Fine-tunes a causal language model on questions and answers.

The methods but `full` are peft's: LoRA (https://arxiv.org/abs/2106.09685), AdaLoRA
(https://arxiv.org/abs/2303.10512), prefix tuning (https://arxiv.org/abs/2101.00190), IA3
(https://arxiv.org/abs/2205.05638). The loop is transformers' Trainer; the loss is that of the
answers' tokens.
"""

import math
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args

import torch
from peft import (
    AdaLoraConfig,
    IA3Config,
    LoraConfig,
    PeftConfig,
    PrefixTuningConfig,
    TaskType,
    get_peft_model,
)
from tqdm import tqdm
from transformers import (
    DataCollatorForSeq2Seq,
    EarlyStoppingCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from models.data import split
from models.data.normalise import near_key
from models.data.split import Shares
from models.encoder.dtypes import Preference
from models.evaluation.replies import measure_replies
from models.generator import bundle
from models.generator.bundle import Manifest
from models.generator.reply_pairs import UNLEARNT, ChatFormat, ReplyExample, ReplyPair, ReplyRows
from models.hub import describe
from models.hub.errors import IncompatibleArchitecture
from models.training import dtype as training_dtype
from models.training import finetune, memory
from models.training.dtype import Trial

ReplyMethod = Literal["lora", "adalora", "prefix", "ia3", "full"]
METHODS: tuple[ReplyMethod, ...] = get_args(ReplyMethod)
RATES: dict[ReplyMethod, float] = {
    "lora": 2e-4, "adalora": 2e-3, "prefix": 1e-2, "ia3": 5e-3, "full": 1e-5,
}  # fmt: skip
EVERY = 500  # steps at most between two checkpoints


@dataclass(frozen=True, kw_only=True)
class ReplyOptions:
    """The options of a training."""

    method: ReplyMethod = "lora"
    rank: int = 16
    virtual_tokens: int = 20  # of prefix tuning
    epochs: float = 3
    batch: int = 4  # pairs
    accumulate: int = 4  # batches a step
    rate: float | None = None  # None: RATES
    warm_up: float = 0.06  # share of all steps; then linear decay to 0
    weight_decay: float = 0.01
    patience: int = 2  # validations without a better loss before it stops; 0: never
    validate: int = 10  # percent of the pairs
    longest: int = 512  # tokens of a question with its answer
    system: str = ""  # system prompt of every pair; "": the template's own
    seed: int = 7
    tracker: str = "none"  # tensorboard, wandb, mlflow
    dtype: Preference = "auto"  # fp32, or autocast to bf16; auto measures the first steps


@dataclass(frozen=True)
class ReplyTrainingData:
    """Tokenized examples to train on (`learn`) and to validate on (`check`)."""

    learn: list[ReplyExample]
    check: list[ReplyExample]

    @property
    def cut(self) -> int:
        return sum(example.cut for example in [*self.learn, *self.check])


class Collator:
    """Pads examples to a batch; the model computes logits only from the first answer token on.

    With a large vocabulary the other logits are a third of the work and most of the memory.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._pad = DataCollatorForSeq2Seq(tokenizer, label_pad_token_id=UNLEARNT)

    def __call__(self, features: Sequence[dict[str, list[int]]]) -> dict[str, Any]:
        batch = dict(self._pad(features))
        first = int((batch["labels"] != UNLEARNT).any(dim=0).int().argmax())
        labels = batch["labels"][:, first - 1 :]  # each token predicts the next
        count = labels.shape[1]
        # On a CPU a slice isn't contiguous: the whole vocabulary would be copied for each row.
        places = torch.arange(first - 1, first - 1 + count)
        logits_to_keep = count if torch.cuda.is_available() else places
        return batch | {"labels": labels, "logits_to_keep": logits_to_keep}


class _RankAllocation(TrainerCallback):
    """Lets AdaLoRA reallocate its ranks by the gradients, at each optimizer step."""

    def on_optimizer_step(self, args: Any, state: Any, control: Any, **keywords: Any) -> None:
        keywords["model"].base_model.update_and_allocate(state.global_step)


def train_reply(
    rows: ReplyRows,
    base: Path,
    options: ReplyOptions,
    out: Path,
    date: str,
    checkpoint_dir: Path | None = None,
) -> Manifest:
    """Train on all pairs but a validation part, and write the model to `out`.

    `checkpoint_dir` holds checkpoints, from which an interrupted run continues. Raises BadData,
    Undescribed or IncompatibleArchitecture.
    """
    facts = describe.read_base_facts(base)
    chat = ChatFormat(bundle.load_tokenizer(base), options.system, options.longest)
    material = prepare_examples(rows.pairs, chat, options)
    if material.cut:
        print(f"{material.cut} pairs were cut to {options.longest} tokens", file=sys.stderr)
    with tempfile.TemporaryDirectory() as scratch:
        folder = checkpoint_dir or Path(scratch)
        make_trial = partial(build_trial, base, chat, material, options)
        dtype = training_dtype.choose_training_dtype(options.dtype, folder, make_trial).dtype
        torch.manual_seed(options.seed)
        model = bundle.load_base(base, dtype)
        before = measure_replies(model, chat, material.check, options.batch)
        model = adapt_model(model, options, len(material.learn))
        fit_model(model, chat, material, replace(options, dtype=dtype), folder)
    out.mkdir(parents=True, exist_ok=True)
    digest = bundle.save_weights(model, base, out)
    # Measured as loaded from disk, so that `python -m models evaluate` finds the same figures.
    after = measure_replies(
        bundle.load_unchecked(out, base, dtype), chat, material.check, options.batch
    )
    manifest = Manifest(
        task="reply",
        base=facts.name,
        base_sha256=facts.fingerprint,
        sha256=digest,
        method=_describe_method(options),
        seed=options.seed,
        date=date,
        data=rows.sizes,
        metrics=_validation_metrics(before, after, material),
        system=options.system,
        longest=options.longest,
        dtype=dtype,
        training_dtype=dtype,
    )
    bundle.write_manifest_and_card(out, manifest)
    return manifest


def prepare_examples(
    pairs: Sequence[ReplyPair], chat: ChatFormat, options: ReplyOptions
) -> ReplyTrainingData:
    """Tokenize pairs and split them; near-duplicate questions stay in one part.

    Raises BadData or IncompatibleArchitecture, as `ChatFormat.example`.
    """
    keys = [near_key(pair.question) for pair in pairs]
    shares = Shares(100 - options.validate, options.validate, 0)
    parts = split.assign_parts(keys, [""] * len(keys), shares, options.seed)
    examples = [chat.example(pair) for pair in tqdm(pairs, desc="tokens")]
    placed = list(zip(examples, parts, strict=True))
    learn = [example for example, part in placed if part == "train"]
    return ReplyTrainingData(learn, [example for example, part in placed if part != "train"])


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
    model = adapt_model(bundle.load_base(base, "fp32"), options, len(features))
    return Trial(
        module=model,
        loss=lambda batch: model(**batch).loss,
        batches=[collate(features[at : at + options.batch]) for at in starts],
        rows=options.batch,
        rate=_learning_rate(options),
    )


def adapt_model(model: Any, options: ReplyOptions, rows: int) -> Any:
    """The model with trainable weights. Raises IncompatibleArchitecture if peft can't adapt it."""
    if options.method == "full":
        return model.float()  # steps of 1e-5 vanish in bf16
    try:
        return get_peft_model(model, _peft_config(options, _count_steps(rows, options)))
    except ValueError as error:
        raise IncompatibleArchitecture(
            f"{options.method} can't be put into this architecture ({error}); take lora"
        ) from error


def fit_model(
    model: Any, chat: ChatFormat, material: ReplyTrainingData, options: ReplyOptions, folder: Path
) -> None:
    """Train `model` in place; at the end it has the weights of the best validation loss.

    Resumes from the last checkpoint in `folder`. A batch that doesn't fit into memory is halved,
    with a line on stderr.
    """
    callbacks: list[TrainerCallback] = [_RankAllocation()] if options.method == "adalora" else []
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
        learning_rate=_learning_rate(options),
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


def _learning_rate(options: ReplyOptions) -> float:
    return RATES[options.method] if options.rate is None else options.rate


def _peft_config(options: ReplyOptions, steps: int) -> PeftConfig:
    task, rank = TaskType.CAUSAL_LM, options.rank
    if options.method == "prefix":
        tokens = options.virtual_tokens
        return PrefixTuningConfig(task_type=task, num_virtual_tokens=tokens, init_weights="zero")
    if options.method == "ia3":
        return IA3Config(task_type=task)
    if options.method == "lora":
        return LoraConfig(task_type=task, r=rank, lora_alpha=2 * rank, target_modules="all-linear")
    return AdaLoraConfig(
        task_type=task, init_r=rank + rank // 2, target_r=rank, lora_alpha=2 * rank,
        target_modules="all-linear", total_step=steps, tinit=steps // 10, tfinal=steps // 3,
        deltaT=10,
    )  # fmt: skip


def _count_steps(rows: int, options: ReplyOptions) -> int:
    batches = math.ceil(rows / options.batch)
    return math.ceil(math.ceil(batches / options.accumulate) * options.epochs)


def _describe_method(options: ReplyOptions) -> str:
    size = {"prefix": f" of {options.virtual_tokens} tokens", "ia3": "", "full": ""}
    rank = f" of rank {options.rank}"
    return f"{options.method}{size.get(options.method, rank)}, {options.epochs} epochs at most"


def _validation_metrics(
    before: dict[str, float | int], after: dict[str, float | int], material: ReplyTrainingData
) -> dict[str, float]:
    metrics = {"validation_n": before["n"], "validation_tokens": before["tokens"]}
    for name in ("loss", "perplexity"):
        metrics[f"validation_{name}_before"] = round(before[name], 4)
        metrics[f"validation_{name}_after"] = round(after[name], 4)
    return metrics | {"learnt_from": len(material.learn), "cut": material.cut}
