"""Turns expected errors into one sentence on stderr and exit code 2."""

import contextlib
from collections.abc import Iterator

import typer
from safetensors import SafetensorError

from models.cli.output import print_note


@contextlib.contextmanager
def report_faults(verb: str) -> Iterator[None]:
    """Print errors of data, models and disk, and exit with 2; other errors keep their traceback."""
    from models.data.files import BadData
    from models.encoder.adapter import IncompatibleAdapter
    from models.encoder.heads import IncompatibleHead
    from models.hub.errors import BaseModelError
    from models.intent.taxonomy import BadTaxonomy
    from models.metrics import Unmeasurable
    from models.registry.faults import RegistryFault

    expected_faults = (
        BadData, BadTaxonomy, BaseModelError, IncompatibleAdapter, IncompatibleHead, RegistryFault,
        Unmeasurable, OSError,
    )  # fmt: skip
    try:
        yield
    except (*expected_faults, RuntimeError, SafetensorError) as error:
        if _is_disk_full(error):
            print_note(f"{verb}: the disk is full ({error}); make room and call again, it goes on")
        elif isinstance(error, expected_faults):
            print_note(f"{verb}: {error}")
        else:
            raise
        raise typer.Exit(2) from error


def _is_disk_full(error: Exception) -> bool:
    """Whether the disk is full, by the messages of the system, torch and safetensors."""
    signs = ("No space left on device", "PytorchStreamWriter failed writing")
    return any(sign in str(error) for sign in signs)
