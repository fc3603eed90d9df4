"""`train TASK`: from a file of one's own to a model in the registry."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.cli.faults import note, told
from models.cli.options import REGISTRY, AsJson, Folder

if TYPE_CHECKING:
    from models.heads import Manifest
    from models.training import Options

RUNS = Path("var/training")


class Task(StrEnum):
    """What a model can be trained for."""

    INTENT = "intent"
    SENTIMENT = "sentiment"
    PAIRS = "pairs"
    CTR = "ctr"


class Method(StrEnum):
    """What learns: see models.methods."""

    HEAD = "head"
    FULL = "full"
    LORA = "lora"
    ADALORA = "adalora"
    IA3 = "ia3"


class Tracker(StrEnum):
    """Where the curves go."""

    TENSORBOARD = "tensorboard"
    WANDB = "wandb"
    MLFLOW = "mlflow"
    NONE = "none"


@dataclass(frozen=True)
class Places:
    """Which base, and where the model goes: a folder, or else the registry."""

    base: str
    out: Path | None
    registry: Path


def train(  # noqa: PLR0913 - a command's options
    task: Task,
    data: Annotated[list[Path], typer.Option("--data", help=".jsonl, .csv, .tsv or .xlsx")],
    out: Annotated[Path | None, typer.Option(help="a folder instead of the registry")] = None,
    registry: Folder = REGISTRY,
    base: Annotated[str, typer.Option(help="an encoder of fetch --list")] = "multilingual-e5-small",
    method: Annotated[Method, typer.Option(help="what learns")] = Method.LORA,
    rank: Annotated[int, typer.Option(min=1, max=256)] = 32,
    epochs: Annotated[float, typer.Option(min=0.01)] = 6,
    batch: Annotated[int, typer.Option(min=1, help="texts a batch")] = 32,
    accumulate: Annotated[int, typer.Option(min=1, help="batches a step")] = 1,
    rate: Annotated[float | None, typer.Option(help="the method's own when not given")] = None,
    dropout: Annotated[float, typer.Option(min=0, max=0.9)] = 0.0,
    consistency: Annotated[float, typer.Option(min=0, help="R-Drop's alpha")] = 0.0,
    smoothing: Annotated[float, typer.Option(min=0, max=0.9, help="of labels")] = 0.1,
    patience: Annotated[int, typer.Option(help="epochs without a better score; 0: never stop")] = 2,
    validate: Annotated[int, typer.Option(min=1, max=50, help="percent of the rows")] = 10,
    denoise: Annotated[bool, typer.Option("--denoise", help="mend labels by cleanlab")] = False,
    balance: Annotated[bool, typer.Option("--balance", help="rare classes weigh more")] = False,
    seed: Annotated[int, typer.Option()] = 7,
    tracker: Annotated[Tracker, typer.Option()] = Tracker.TENSORBOARD,
    text_column: Annotated[str, typer.Option(help="what the files call text")] = "",
    label_column: Annotated[str, typer.Option(help="what they call label")] = "",
    day: Annotated[str, typer.Option("--date", help="for the manifest")] = "",
    as_json: AsJson = False,
) -> None:
    """Train a model from files of labelled rows; an interrupted run goes on when called again."""
    from models.finetune import Config
    from models.training import Options

    tuning = Config(
        method=method.value, rank=rank, epochs=epochs, batch=batch, accumulate=accumulate,
        rate=rate, dropout=dropout, consistency=consistency, patience=patience, seed=seed,
        tracker=tracker.value,
    )  # fmt: skip
    options = Options(tuning, validate, denoise, balance, smoothing, message_path=out is None)
    columns = {"text": text_column, "label": label_column}
    named = {ours: theirs for ours, theirs in columns.items() if theirs}
    day = day or date.today().isoformat()
    with told("train"):
        manifest = _train(task, data, named, options, Places(base, out, registry), day)
    print(
        json.dumps({"model": manifest.version, **manifest.metrics}, ensure_ascii=False)
        if as_json
        else "\n".join([manifest.version, *(f"{k:28} {v}" for k, v in manifest.metrics.items())])
    )


def _train(
    task: Task,
    data: Sequence[Path],
    named: dict[str, str],
    options: "Options",
    places: Places,
    day: str,
) -> "Manifest":
    from models.base import sources
    from models.base.fetch import Places as Weights
    from models.base.fetch import fetch
    from models.build import build
    from models.intent import own
    from models.registry import Registry

    base = fetch(sources.find(places.base), Weights())
    keep = RUNS / _name(task, data, options, places.base)
    with tempfile.TemporaryDirectory() as scratch:
        staged = Path(scratch) / task.value
        manifest = build(
            task.value, data, options, base, staged, day, keep=keep, columns=named, say=note
        )
        if places.out is not None:
            shutil.copytree(staged, places.out, dirs_exist_ok=True)
        else:
            if task is Task.INTENT:
                own.write(manifest.labels, staged)
            Registry(places.registry).add(task.value, staged)
    shutil.rmtree(keep, ignore_errors=True)
    return manifest


def _name(task: Task, data: Sequence[Path], options: "Options", base: str) -> str:
    """The same for the same run: its checkpoints are found again after an interruption."""
    contents = [file.read_bytes() if file.is_file() else b"" for file in data]
    digest = hashlib.sha256(b"".join([repr((options, base)).encode(), *contents]))
    return f"{task.value}-{digest.hexdigest()[:12]}"
