"""Chooses a training's dtype, fp32 or autocast to bf16, by measuring its own first steps."""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import torch
from pydantic import TypeAdapter, ValidationError
from torch import nn

from models.encoder.dtypes import Clock, DtypeChoice, has_bf16, is_clearly_faster, measure_rates
from models.encoder.precision import Dtype, Preference
from models.training import processes

FILE = "dtype.json"  # beside the checkpoints
AGREE_WITHIN = 0.02  # share of the loss in fp32 by which bf16's may differ, at each step
STEPS = (1, 2, 2)  # number of steps of each round; every round starts from the same weights
BATCHES = max(STEPS)

_CHOICE = TypeAdapter(DtypeChoice)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """What a measurement needs to run steps of AdamW on a run's own first batches."""

    module: nn.Module
    loss: Callable[[Any], torch.Tensor]  # of a batch, forward through `module`
    batches: Sequence[Any]
    rows: int  # of a batch
    rate: float  # of the optimizer

    def steps(self, dtype: Dtype, count: int) -> list[float]:
        """Run `count` steps without dropout. Returns the loss before each.

        Weights, training mode and random state are restored afterwards.
        """
        weights = [weight for weight in self.module.parameters() if weight.requires_grad]
        start = [weight.detach().clone() for weight in weights]
        training = self.module.training
        self.module.eval()
        try:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(0)
                return self._take_steps(dtype, count, torch.optim.AdamW(weights, self.rate))
        finally:
            self.module.train(training)
            with torch.no_grad():
                for weight, value in zip(weights, start, strict=True):
                    weight.copy_(value)
                    weight.grad = None

    def _take_steps(
        self, dtype: Dtype, count: int, optimizer: torch.optim.Optimizer
    ) -> list[float]:
        losses = []
        for batch in islice(cycle(self.batches), count):
            with torch.autocast("cpu", torch.bfloat16, enabled=dtype == "bf16"):
                loss = self.loss(batch)
            torch.autograd.backward(loss)
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
        return losses


def choose_training_dtype(
    preference: Preference, folder: Path, trial: Callable[[], Trial], capable: bool | None = None
) -> DtypeChoice:
    """Choose a training's dtype, print it on stderr and store it in `folder`.

    `folder` holds the checkpoints: a resumed run keeps its dtype. `trial` is called only if a
    measurement is needed. `capable`: whether the processor has bf16; None: looked up.
    """
    choice = choose_without_trial(preference, capable) or processes.from_first(read_choice(folder))
    if choice is None:
        choice = processes.from_first(choose_by_trial(trial()))
        if processes.is_first():
            write_choice(choice, folder)
    print("dtype:", ", ".join(f"{k} {v}" for k, v in choice.facts().items()), file=sys.stderr)
    return choice


def choose_without_trial(preference: Preference, capable: bool | None = None) -> DtypeChoice | None:
    """The choice if it is set, or there is a GPU, or no bf16; None if it must be measured."""
    if preference != "auto":
        return DtypeChoice(preference, "set")
    if not (has_bf16() if capable is None else capable):
        return DtypeChoice("fp32", "the processor has no bf16 instructions")
    return DtypeChoice("bf16", "GPU") if torch.cuda.is_available() else None


def choose_by_trial(trial: Trial, clock: Clock = time.process_time) -> DtypeChoice:
    """Choose bf16 if it is clearly faster and the losses agree within AGREE_WITHIN, else fp32.

    Rates are rows per CPU-second; the agreement is 1 minus the largest relative difference.
    """
    losses: dict[Dtype, list[float]] = {"fp32": [], "bf16": []}

    def work(dtype: Dtype, number: int) -> int:
        losses[dtype] = trial.steps(dtype, STEPS[number])
        return trial.rows * STEPS[number]

    rates = measure_rates(work, len(STEPS), clock)
    agreement = 1 - _largest_difference(losses["fp32"], losses["bf16"])
    if not is_clearly_faster(rates):
        return DtypeChoice("fp32", "bf16 is not clearly faster", rates, agreement)
    if not agreement >= 1 - AGREE_WITHIN:  # NaN too
        reason = f"losses in bf16 differ by more than {AGREE_WITHIN:.0%}"
        return DtypeChoice("fp32", reason, rates, agreement)
    return DtypeChoice("bf16", "clearly faster", rates, agreement)


def write_choice(choice: DtypeChoice, folder: Path) -> None:
    """Write the choice beside the checkpoints in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(json.dumps(asdict(choice)), "utf-8")


def read_choice(folder: Path) -> DtypeChoice | None:
    """The choice stored in `folder`; None where there is none that can be read."""
    try:
        return _CHOICE.validate_json((folder / FILE).read_bytes())
    except (OSError, ValidationError):
        return None


def _largest_difference(fp32: Sequence[float], bf16: Sequence[float]) -> float:
    """Largest difference of two losses, relative to fp32's but to 0.01 at least."""
    pairs = zip(fp32, bf16, strict=True)
    return max(abs(a - b) / max(abs(a), 1e-2) for a, b in pairs)
