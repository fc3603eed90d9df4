"""`train TASK`: trains a model from the user's files, into the registry or a folder."""

from pathlib import Path
from typing import Annotated

import typer

from models.cli.faults import report_faults
from models.cli.options import (
    REGISTRY,
    RUNS,
    Accumulate,
    AsJson,
    Day,
    Folder,
    LabelColumn,
    Rank,
    Rate,
    Seed,
    TextColumn,
    TrainingDtype,
    Validate,
    name_columns,
)
from models.cli.output import keep_stdout_for_results, print_manifest, print_note
from models.training.names import ClickObjective, TaskName, Tracker, TrainingMethod

Task = Annotated[
    TaskName,
    typer.Argument(
        help="pairs: whether two texts ask the same; ctr: how often a text is clicked; "
        "reply: a generator, on questions and answers"
    ),
]
Data = Annotated[list[Path] | None, typer.Option("--data", help=".jsonl, .csv, .tsv or .xlsx")]
TaxonomyFile = Annotated[
    Path | None, typer.Option(help="intents with examples, replies: a taxonomy.toml")
]
Out = Annotated[Path | None, typer.Option(help="a folder instead of the registry")]
Base = Annotated[str, typer.Option(help="a name of fetch --list; else the embedded one")]
Beside = Annotated[
    str, typer.Option(help="ctr: a second base, whose embeddings are joined to the first's")
]
ChosenMethod = Annotated[TrainingMethod, typer.Option(help="what learns; prefix: replies only")]
Epochs = Annotated[float, typer.Option(min=0, help="0: 6, of replies 3")]
BatchSize = Annotated[int, typer.Option(min=0, help="rows a batch; 0: 32, of replies 4")]
Dropout = Annotated[float, typer.Option(min=0, max=0.9)]
Consistency = Annotated[float, typer.Option(min=0, help="R-Drop's alpha")]
Smoothing = Annotated[float, typer.Option(min=0, max=0.9, help="of labels")]
Patience = Annotated[int, typer.Option(min=0, help="epochs without a better score; 0: never stop")]
Alone = Annotated[bool, typer.Option("--alone", help="intents: these labels only, as with --out")]
Denoise = Annotated[bool, typer.Option("--denoise", help="mend labels by cleanlab")]
Balance = Annotated[bool, typer.Option("--balance", help="rare classes weigh more")]
Loss = Annotated[
    ClickObjective | None,
    typer.Option("--loss", help="ctr: what is minimised; when not given, what suits the rows"),
]
Own = Annotated[
    list[Path] | None,
    typer.Option("--own", help="ctr: counts of the account's own experiments"),
]
AccountName = Annotated[str, typer.Option("--account", help="whose experiments --own are")]
Longest = Annotated[int, typer.Option(min=16, help="replies: tokens of a question with its answer")]
AFTER_INTERRUPTION = "what was learnt by the last checkpoint is kept: call again to go on"


def train(  # noqa: PLR0913 - a command's options
    task: Task,
    data: Data = None,
    taxonomy: TaxonomyFile = None,
    out: Out = None,
    registry: Folder = REGISTRY,
    base: Base = "",
    beside: Beside = "",
    method: ChosenMethod = "lora",
    rank: Rank = 32,
    epochs: Epochs = 0,
    batch: BatchSize = 0,
    accumulate: Accumulate = 1,
    rate: Rate = None,
    dropout: Dropout = 0.0,
    consistency: Consistency = 0.0,
    smoothing: Smoothing = 0.1,
    patience: Patience = 2,
    validate: Validate = 10,
    alone: Alone = False,
    denoise: Denoise = False,
    balance: Balance = False,
    longest: Longest = 512,
    loss: Loss = None,
    own: Own = None,
    account: AccountName = "default",
    seed: Seed = 7,
    tracker: Annotated[Tracker, typer.Option()] = "tensorboard",
    dtype: TrainingDtype = "auto",
    text_column: TextColumn = "",
    label_column: LabelColumn = "",
    day: Day = "",
    as_json: AsJson = False,
) -> None:
    """Train a model from files of labelled rows; an interrupted run goes on when called again."""
    _check_sources(task, data, taxonomy, own, beside)
    with report_faults("train", AFTER_INTERRUPTION), keep_stdout_for_results():
        from models.training import job as jobs
        from models.training.options import TrainingSettings

        settings = TrainingSettings(
            method=method, rank=rank, epochs=epochs, batch=batch, accumulate=accumulate, rate=rate,
            dropout=dropout, consistency=consistency, smoothing=smoothing, patience=patience,
            validate=validate, denoise=denoise, balance=balance, longest=longest, seed=seed,
            tracker=tracker, dtype=dtype, message_path=out is None,
            click_objective=loss,
        )  # fmt: skip
        job = jobs.TrainingJob(
            task=task, data=data or [], taxonomy=taxonomy, settings=settings, alone=alone, out=out,
            registry=registry, own=own or [], account=account,
            columns=name_columns(text=text_column, label=label_column),
            base=base,
            beside=beside,
            date=day,
        )  # fmt: skip
        manifest = jobs.run_job(job, RUNS, print_note)
    if manifest is not None:
        print_manifest(manifest, as_json=as_json)


def _check_sources(
    task: TaskName,
    data: list[Path] | None,
    taxonomy: Path | None,
    own: list[Path] | None,
    beside: str,
) -> None:
    if beside and (task != "ctr" or not data):
        raise typer.BadParameter(
            "a second base is for clicks, and its head learns from --data: train ctr --beside NAME"
        )
    if own and task != "ctr":
        raise typer.BadParameter(
            "an account's own experiments are counts of clicks: train ctr --own"
        )
    if not data and not own and taxonomy is None:
        raise typer.BadParameter("name the rows with --data, or intents with --taxonomy")
    if taxonomy is not None and task != "intent":
        raise typer.BadParameter("a taxonomy holds intents: train intent --taxonomy FILE")
