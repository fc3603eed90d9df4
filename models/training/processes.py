"""Several processes of one training, as torchrun and accelerate start them: one a GPU.

All learn and end up with the same weights; only the first may write what came of it.
"""

from typing import TypeVar

import torch
from accelerate import PartialState
from accelerate.utils import broadcast_object_list

Value = TypeVar("Value")


def is_first() -> bool:
    """True where there is one process only."""
    return bool(PartialState().is_main_process)


def wait_for_all() -> None:
    """Until all have come here."""
    PartialState().wait_for_everyone()


def from_first(value: Value) -> Value:
    """What the first process has: all go on with the same."""
    PartialState(cpu=not torch.cuda.is_available())  # as Trainer will start them
    values = [value]
    broadcast_object_list(values)
    return values[0]
