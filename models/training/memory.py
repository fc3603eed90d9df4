"""A batch that doesn't fit into memory halves itself, and says so."""

import sys
from collections.abc import Callable
from typing import TypeVar

from accelerate.utils.memory import should_reduce_batch_size

Result = TypeVar("Result")


def train_within_memory(train: Callable[[int, int], Result], batch: int, accumulate: int) -> Result:
    """Train with so many rows a batch, and batches a step; returns what `train` returns.

    After a lack of memory again, with half the rows and twice the batches. Whatever else goes
    wrong is raised, and so is a single row that doesn't fit.
    """
    try:
        return train(batch, accumulate)
    except RuntimeError as error:
        if batch < 2 or not should_reduce_batch_size(error):
            raise
        print(f"out of memory: {batch // 2} rows a batch from here on", file=sys.stderr)
        return train_within_memory(train, batch // 2, accumulate * 2)
