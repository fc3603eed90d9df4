"""Several processes of one training, as torchrun and accelerate start them: one a GPU.

All learn and end up with the same weights; only the first may write what came of it.
"""

from accelerate import PartialState


def is_first() -> bool:
    """True where there is one process only."""
    return bool(PartialState().is_main_process)


def wait() -> None:
    """Until all have come here."""
    PartialState().wait_for_everyone()
