"""Makes a generator's weights trainable by a method.

The methods but `full` are peft's: LoRA (https://arxiv.org/abs/2106.09685), AdaLoRA
(https://arxiv.org/abs/2303.10512), prefix tuning (https://arxiv.org/abs/2101.00190), IA3
(https://arxiv.org/abs/2205.05638).
"""

import math
from typing import Any

from peft import (
    IA3Config,
    LoraConfig,
    PeftConfig,
    PrefixTuningConfig,
    TaskType,
    get_peft_model,
)
from transformers import TrainerCallback

from models.hub.errors import IncompatibleArchitecture
from models.training import methods
from models.training.names import ReplyMethod
from models.training.options import ReplyOptions

RATES: dict[ReplyMethod, float] = {
    "lora": 2e-4, "adalora": 2e-3, "prefix": 1e-2, "ia3": 5e-3, "full": 1e-5,
}  # fmt: skip


class RankAllocation(TrainerCallback):
    """Lets AdaLoRA reallocate its ranks by the gradients, at each optimizer step."""

    def on_optimizer_step(self, args: Any, state: Any, control: Any, **keywords: Any) -> None:
        """Reallocate the ranks; `keywords` has the model with AdaLoRA's layers."""
        keywords["model"].base_model.update_and_allocate(state.global_step)


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


def learning_rate(options: ReplyOptions) -> float:
    """The learning rate of the options, or the method's own."""
    return RATES[options.method] if options.rate is None else options.rate


def describe_method(options: ReplyOptions) -> str:
    """The method for the manifest, as `lora of rank 16, 3 epochs at most`."""
    size = {"prefix": f" of {options.virtual_tokens} tokens", "ia3": "", "full": ""}
    rank = f" of rank {options.rank}"
    return f"{options.method}{size.get(options.method, rank)}, {options.epochs} epochs at most"


def _peft_config(options: ReplyOptions, steps: int) -> PeftConfig:
    task, rank = TaskType.CAUSAL_LM, options.rank
    if options.method == "prefix":
        tokens = options.virtual_tokens
        return PrefixTuningConfig(task_type=task, num_virtual_tokens=tokens, init_weights="zero")
    if options.method == "ia3":
        return IA3Config(task_type=task)
    if options.method == "lora":
        return LoraConfig(task_type=task, r=rank, lora_alpha=2 * rank, target_modules="all-linear")
    return methods.plan_adalora(
        rank, steps, task_type=task, lora_alpha=2 * rank, target_modules="all-linear"
    )


def _count_steps(rows: int, options: ReplyOptions) -> int:
    batches = math.ceil(rows / options.batch)
    return math.ceil(math.ceil(batches / options.accumulate) * options.epochs)
