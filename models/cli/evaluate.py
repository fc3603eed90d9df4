"""`evaluate TASK`: what a model is worth on a file of labelled rows."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from models.cli.choices import Computation
from models.cli.faults import told
from models.cli.options import REGISTRY, AsJson, Folder


class Task(StrEnum):
    """What can be judged."""

    INTENT = "intent"
    SENTIMENT = "sentiment"
    PAIRS = "pairs"
    CTR = "ctr"
    RETRIEVAL = "retrieval"


def evaluate(  # noqa: PLR0913 - a command's options
    task: Task,
    data: Annotated[Path, typer.Option("--data", help=".jsonl, .csv, .tsv or .xlsx")],
    model: Annotated[str, typer.Option(help="a name that list shows, latest, or a folder")] = "",
    corpus: Annotated[
        Path | None, typer.Option(help="retrieval: the labelled sentences to look in")
    ] = None,
    dtype: Annotated[
        Computation, typer.Option(help="what the encoder computes in")
    ] = Computation.FP32,
    plots: Annotated[Path | None, typer.Option(help="a folder for pictures")] = None,
    registry: Folder = REGISTRY,
    as_json: AsJson = False,
) -> None:
    """Judge a model. A label is a class's title or id; __oos__ belongs to none of them."""
    from models.encoder import bundle
    from models.encoder.classifier import Classifier
    from models.evaluation import tables
    from models.evaluation.evaluate import folder, judge

    with told("evaluate"):
        place = folder(task.value, model, registry)
        judged = Classifier.load(place, dtype=dtype.value)
        found = judge(task.value, data, judged, corpus, bundle.taxonomy_of(place))
        pictures = found.draw(plots) if plots else ()
    figures = {
        **found.figures,
        "model": judged.head.manifest.version,
        "dtype": judged.encoder.dtype,
    }
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    for table in (*found.details, tables.figures(figures, found.intervals)):
        print(tables.terminal(table))
    for picture in pictures:
        print(picture)
