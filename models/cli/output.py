"""Prints results on stdout and notes on stderr."""

import contextlib
import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from models.encoder.manifests import ModelManifest


def print_note(sentence: str) -> None:
    """Print a sentence on stderr; stdout is for results."""
    typer.echo(sentence, err=True)


def print_manifest(manifest: "ModelManifest", *, as_json: bool) -> None:
    """Print version and metrics of a trained model, as a JSON object or line by line."""
    if as_json:
        figures = {"model": manifest.version, **manifest.metrics}
        typer.echo(json.dumps(figures, ensure_ascii=False))
    else:
        rows = [f"{name:28} {value}" for name, value in manifest.metrics.items()]
        typer.echo("\n".join([manifest.version, *rows]))


@contextlib.contextmanager
def keep_stdout_for_results() -> Iterator[None]:
    """Send what is printed meanwhile to stderr: transformers' Trainer prints its losses."""
    with contextlib.redirect_stdout(sys.stderr):
        yield
