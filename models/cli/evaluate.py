"""`evaluate TASK`: evaluates a model on a file of labelled rows."""

import json
from pathlib import Path
from typing import Annotated, Literal

import typer

from models.cli.faults import report_faults
from models.cli.options import REGISTRY, AsJson, Folder
from models.encoder.precision import Dtype
from models.training.names import EncoderTaskName

EvaluationTask = Literal[EncoderTaskName, "retrieval"]


def evaluate(  # noqa: PLR0913 - a command's options
    task: EvaluationTask,
    data: Annotated[Path, typer.Option("--data", help=".jsonl, .csv, .tsv or .xlsx")],
    model: Annotated[str, typer.Option(help="a name that list shows, latest, or a folder")] = "",
    corpus: Annotated[
        Path | None, typer.Option(help="retrieval: the labelled sentences to look in")
    ] = None,
    dtype: Annotated[Dtype, typer.Option(help="what the encoder computes in")] = "fp32",
    plots: Annotated[Path | None, typer.Option(help="a folder for pictures")] = None,
    registry: Folder = REGISTRY,
    as_json: AsJson = False,
) -> None:
    """Judge a model. A label is a class's title or id; __oos__ belongs to none of them."""
    from models.encoder import bundle
    from models.encoder.classifier import HeadClassifier
    from models.evaluation import tables
    from models.evaluation.evaluate import evaluate_on_file, find_model_folder

    with report_faults("evaluate"):
        place = find_model_folder(task, model, registry)
        classifier = HeadClassifier.load(place, dtype=dtype)
        evaluation = evaluate_on_file(
            task, data, classifier, corpus, bundle.load_taxonomy_of(place)
        )
        pictures = evaluation.draw(plots) if plots else ()
    figures = {
        **evaluation.figures,
        "model": classifier.head.manifest.version,
        "dtype": classifier.encoder.dtype,
    }
    if as_json:
        print(json.dumps(figures, ensure_ascii=False))
        return
    for table in (*evaluation.details, tables.figures_table(figures, evaluation.intervals)):
        if table.rows:
            print(tables.render_terminal(table))
    for picture in pictures:
        print(picture)
