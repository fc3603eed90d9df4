"""`pretrain FILE...`: adapts the encoder to a domain by unlabelled messages."""

from pathlib import Path
from typing import Annotated

import typer

from models.cli.faults import report_faults
from models.cli.options import (
    Accumulate,
    AsJson,
    Day,
    Rank,
    Rate,
    Seed,
    TextColumn,
    TrainingDtype,
    name_columns,
)
from models.cli.output import keep_stdout_for_results, print_manifest, print_note
from models.hub.sources import E5_SMALL, ModelKind
from models.training.names import Objective, PretrainMethod, Tracker

AFTER_INTERRUPTION = "the last checkpoint is kept: call again with --resume to go on"


def pretrain(  # noqa: PLR0913 - a command's options
    sources: Annotated[
        list[Path], typer.Argument(metavar="FILE", help=".jsonl, .json, .csv, .tsv or .xlsx")
    ],
    out: Annotated[Path, typer.Option("--out", help="the folder to write", file_okay=False)],
    objective: Annotated[Objective, typer.Option(help="what to learn")] = "mlm",
    base: Annotated[str, typer.Option(help="an encoder of fetch --list")] = E5_SMALL.name,
    method: Annotated[PretrainMethod, typer.Option(help="what learns")] = "lora",
    rank: Rank = 32,
    epochs: Annotated[float, typer.Option(min=0.01)] = 1,
    batch: Annotated[int, typer.Option(min=2, help="texts a batch")] = 64,
    accumulate: Accumulate = 1,
    rate: Rate = None,
    seed: Seed = 7,
    resume: Annotated[bool, typer.Option("--resume", help="go on with what --out holds")] = False,
    tracker: Annotated[Tracker, typer.Option()] = "tensorboard",
    dtype: TrainingDtype = "auto",
    text_column: TextColumn = "",
    day: Day = "",
    as_json: AsJson = False,
) -> None:
    """Train the encoder on unlabelled texts: masked words (mlm) or contrast (simcse)."""
    with report_faults("pretrain", AFTER_INTERRUPTION), keep_stdout_for_results():
        from models.encoder.encoder import Encoder
        from models.hub.fetch import Places, fetch_kind
        from models.training import pretrain as task
        from models.training.finetune import FinetuneConfig

        tuning = FinetuneConfig(
            method=method, rank=rank, epochs=epochs, batch=batch, accumulate=accumulate,
            rate=rate, dropout=0.1, head_rate=1e-3, seed=seed, tracker=tracker, dtype=dtype,
        )  # fmt: skip
        options = task.PretrainOptions(objective, tuning)
        corpus = task.read_corpus(sources, name_columns(text=text_column))
        checkpoints = task.begin_run(out, corpus, options, base, resume)
        encoder = Encoder(fetch_kind(base, ModelKind.ENCODER, Places(progress=print_note)))
        pretrained = task.pretrain_encoder(corpus.texts, encoder, options, checkpoints)
        manifest = task.write_pretrained(corpus, pretrained, encoder, options, out, day)
        task.finish_run(out)
    print_manifest(manifest, as_json=as_json)
