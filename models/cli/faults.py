"""What went wrong, as one sentence on stderr and exit code 2."""

import contextlib
from collections.abc import Iterator

import typer


@contextlib.contextmanager
def told(verb: str) -> Iterator[None]:
    """Faults of data, models and disk; anything else is a bug and keeps its traceback."""
    from models.adapter import ForeignAdapter
    from models.base.errors import BaseModelError
    from models.heads import ForeignHead
    from models.intent.taxonomy import BadTaxonomy
    from models.metrics import Unmeasurable
    from models.registry.pointer import RegistryFault
    from models.rows.files import BadData

    known = (
        BadData, BadTaxonomy, BaseModelError, ForeignAdapter, ForeignHead, RegistryFault,
        Unmeasurable, OSError,
    )  # fmt: skip
    try:
        yield
    except known as error:
        note(f"{verb}: {error}")
        raise typer.Exit(2) from error


def note(sentence: str) -> None:
    """Beside the results, which go to stdout."""
    typer.echo(sentence, err=True)
