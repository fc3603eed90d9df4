"""`pretrain FILE...`: adapts the encoder to a domain by unlabelled messages."""

import contextlib
import json
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from models.cli.choices import Tracker, TrainingPrecision
from models.cli.faults import report_faults
from models.cli.options import PRECISION


class PretrainObjective(StrEnum):
    """The training objectives without labels."""

    MLM = "mlm"
    SIMCSE = "simcse"


class PretrainMethod(StrEnum):
    """The weights that are trained: low-rank layers, or all linear layers."""

    LORA = "lora"
    FULL = "full"


def pretrain(  # noqa: PLR0913 - a command's options
    sources: Annotated[
        list[Path], typer.Argument(metavar="FILE", help=".jsonl, .json, .csv, .tsv or .xlsx")
    ],
    out: Annotated[Path, typer.Option("--out", help="the folder to write", file_okay=False)],
    objective: Annotated[
        PretrainObjective, typer.Option(help="what to learn")
    ] = PretrainObjective.MLM,
    base: Annotated[str, typer.Option(help="an encoder of fetch --list")] = "multilingual-e5-small",
    method: Annotated[PretrainMethod, typer.Option(help="what learns")] = PretrainMethod.LORA,
    rank: Annotated[int, typer.Option(min=1, max=256)] = 32,
    epochs: Annotated[float, typer.Option(min=0.01)] = 1,
    batch: Annotated[int, typer.Option(min=2, help="texts a batch")] = 64,
    accumulate: Annotated[int, typer.Option(min=1, help="batches a step")] = 1,
    rate: Annotated[float | None, typer.Option(help="the objective's own when not given")] = None,
    seed: Annotated[int, typer.Option()] = 7,
    resume: Annotated[bool, typer.Option("--resume", help="go on with what --out holds")] = False,
    tracker: Annotated[Tracker, typer.Option()] = Tracker.TENSORBOARD,
    dtype: Annotated[TrainingPrecision, typer.Option(help=PRECISION)] = TrainingPrecision.AUTO,
    text_column: Annotated[str, typer.Option(help="what the files call text")] = "",
    day: Annotated[str, typer.Option("--date", help="for the manifest")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="one object, for programs")] = False,
) -> None:
    """Train the encoder on unlabelled texts: masked words (mlm) or contrast (simcse)."""
    with (
        report_faults("pretrain"),
        contextlib.redirect_stdout(sys.stderr),
    ):  # Trainer prints its losses
        from models.encoder.encoder import Encoder
        from models.hub import sources as bases
        from models.hub.fetch import Places, fetch_model
        from models.training import pretrain as task
        from models.training.finetune import FinetuneConfig

        tuning = FinetuneConfig(
            method=method.value, rank=rank, epochs=epochs, batch=batch, accumulate=accumulate,
            rate=rate, dropout=0.1, head_rate=1e-3, seed=seed, tracker=tracker.value,
            dtype=dtype.value,
        )  # fmt: skip
        options = task.PretrainOptions(objective.value, tuning)
        corpus = task.read_corpus(sources, {"text": text_column} if text_column else {})
        checkpoints = task.begin_run(out, corpus, options, base, resume)
        encoder = Encoder(fetch_model(bases.find_model(base), Places()))
        pretrained = task.pretrain_encoder(corpus.texts, encoder, options, checkpoints)
        manifest = task.write_pretrained(
            corpus, pretrained, encoder, options, out, day or date.today().isoformat()
        )
        task.finish_run(out)
    if as_json:
        typer.echo(json.dumps({"model": manifest.version, **manifest.metrics}, ensure_ascii=False))
    else:
        typer.echo(
            "\n".join([manifest.version, *(f"{k:20} {v}" for k, v in manifest.metrics.items())])
        )
