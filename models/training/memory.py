"""Repeats a training with half the batch when memory runs out."""

import sys
from collections.abc import Callable
from typing import TypeVar

from accelerate.utils.memory import should_reduce_batch_size

Result = TypeVar("Result")


def train_within_memory(train: Callable[[int, int], Result], batch: int, accumulate: int) -> Result:
    """Call `train` with `batch` rows a batch and `accumulate` batches a step. Returns its result.

    When memory runs out, repeats with half the rows and twice the batches, with a line on stderr.
    Other errors are raised, as is a lack of memory for a single row.
    """
    try:
        return train(batch, accumulate)
    except RuntimeError as error:
        if batch < 2 or not should_reduce_batch_size(error):
            raise
        print(f"out of memory: {batch // 2} rows a batch from here on", file=sys.stderr)
        return train_within_memory(train, batch // 2, accumulate * 2)
