"""Coordinates the processes of one training, one a GPU, as torchrun and accelerate start them.

All train and end with the same weights; only the first writes results.
"""

from typing import TypeVar

import torch
from accelerate import PartialState
from accelerate.utils import broadcast_object_list

Value = TypeVar("Value")


def is_first() -> bool:
    """Whether this is the first process; True for a single one."""
    return bool(PartialState().is_main_process)


def wait_for_all() -> None:
    """Block until all processes have called this."""
    PartialState().wait_for_everyone()


def from_first(value: Value) -> Value:
    """The first process's `value`, broadcast to all; all processes must call this."""
    PartialState(cpu=not torch.cuda.is_available())  # as Trainer will start them
    values = [value]
    broadcast_object_list(values)
    return values[0]
