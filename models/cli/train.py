"""`train TASK`: from a file of one's own to a model in the registry."""

import contextlib
import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from models.cli.choices import Precision, Tracker
from models.cli.faults import note, told
from models.cli.options import PRECISION, REGISTRY, AsJson, Folder

if TYPE_CHECKING:
    from models.encoder.heads import Manifest
    from models.generator.bundle import Manifest as ReplyManifest

RUNS = Path("var/training")
ENCODER, GENERATOR = "multilingual-e5-small", "qwen2.5-coder-0.5b-instruct"


class Task(StrEnum):
    """What can be trained."""

    INTENT = "intent"
    SENTIMENT = "sentiment"
    PAIRS = "pairs"
    CTR = "ctr"
    REPLY = "reply"


class Method(StrEnum):
    """What learns: see models.training.methods, and models.training.reply for generators."""

    HEAD = "head"
    FULL = "full"
    LORA = "lora"
    ADALORA = "adalora"
    IA3 = "ia3"
    PREFIX = "prefix"


@dataclass(frozen=True, kw_only=True)
class Job:
    """What to learn from, over which base, and where the model goes: a folder or the registry."""

    task: Task
    data: Sequence[Path]
    columns: Mapping[str, str]
    base: Path
    day: str
    out: Path | None
    registry: Path
    options: object  # training.Options, or reply.train.Options
    alone: bool = False  # intents: nothing but the labels of the files

    @property
    def name(self) -> str:
        """The same for the same job: an interrupted run's checkpoints are found again."""
        contents = [file.read_bytes() if file.is_file() else b"" for file in self.data]
        told = repr((self.options, self.base.name, self.alone)).encode()
        return f"{self.task.value}-{hashlib.sha256(b''.join([told, *contents])).hexdigest()[:12]}"


def train(  # noqa: PLR0913 - a command's options
    task: Task,
    data: Annotated[
        list[Path] | None, typer.Option("--data", help=".jsonl, .csv, .tsv or .xlsx")
    ] = None,
    taxonomy: Annotated[
        Path | None, typer.Option(help="intents with examples, replies: a taxonomy.toml")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="a folder instead of the registry")] = None,
    registry: Folder = REGISTRY,
    base: Annotated[str, typer.Option(help="a name of fetch --list; else the embedded one")] = "",
    method: Annotated[Method, typer.Option(help="what learns; prefix: replies only")] = Method.LORA,
    rank: Annotated[int, typer.Option(min=1, max=256)] = 32,
    epochs: Annotated[float, typer.Option(min=0, help="0: 6, of replies 3")] = 0,
    batch: Annotated[int, typer.Option(min=0, help="rows a batch; 0: 32, of replies 4")] = 0,
    accumulate: Annotated[int, typer.Option(min=1, help="batches a step")] = 1,
    rate: Annotated[float | None, typer.Option(help="the method's own when not given")] = None,
    dropout: Annotated[float, typer.Option(min=0, max=0.9)] = 0.0,
    consistency: Annotated[float, typer.Option(min=0, help="R-Drop's alpha")] = 0.0,
    smoothing: Annotated[float, typer.Option(min=0, max=0.9, help="of labels")] = 0.1,
    patience: Annotated[int, typer.Option(help="epochs without a better score; 0: never stop")] = 2,
    validate: Annotated[int, typer.Option(min=1, max=50, help="percent of the rows")] = 10,
    alone: Annotated[
        bool, typer.Option("--alone", help="intents: these labels only, as with --out")
    ] = False,
    denoise: Annotated[bool, typer.Option("--denoise", help="mend labels by cleanlab")] = False,
    balance: Annotated[bool, typer.Option("--balance", help="rare classes weigh more")] = False,
    longest: Annotated[
        int, typer.Option(min=16, help="replies: tokens of a question with its answer")
    ] = 512,
    seed: Annotated[int, typer.Option()] = 7,
    tracker: Annotated[Tracker, typer.Option()] = Tracker.TENSORBOARD,
    dtype: Annotated[Precision, typer.Option(help=PRECISION)] = Precision.AUTO,
    text_column: Annotated[str, typer.Option(help="what the files call text")] = "",
    label_column: Annotated[str, typer.Option(help="what they call label")] = "",
    day: Annotated[str, typer.Option("--date", help="for the manifest")] = "",
    as_json: AsJson = False,
) -> None:
    """Train a model from files of labelled rows; an interrupted run goes on when called again."""
    from models.hub import sources
    from models.hub.fetch import Places, fetch

    _check(task, method, data, taxonomy)
    common = {
        "method": method.value, "rank": rank, "accumulate": accumulate, "rate": rate,
        "patience": patience, "seed": seed, "tracker": tracker.value, "dtype": dtype.value,
    }  # fmt: skip
    with told("train"), contextlib.redirect_stdout(sys.stderr):  # Trainer prints its losses
        if task is Task.REPLY:
            options = _for_replies(common | {"longest": longest}, epochs, batch, validate)
        else:
            common |= {"dropout": dropout, "consistency": consistency}
            read = {"denoise": denoise, "balance": balance, "smoothing": smoothing}
            read |= {"validate": validate, "message_path": out is None}
            options = _for_texts(common, epochs, batch, read)
        default = GENERATOR if task is Task.REPLY else ENCODER
        folder = fetch(sources.find(base or default), Places())
        columns = {ours: name for ours, name in
                   (("text", text_column), ("label", label_column)) if name}  # fmt: skip
        day = day or date.today().isoformat()
        job = Job(
            task=task,
            data=data or [],
            columns=columns,
            base=folder,
            day=day,
            out=out,
            registry=registry,
            options=options,
            alone=alone,
        )
        manifest = _few_shot(job, taxonomy) if taxonomy else _from_rows(job)
    print(
        json.dumps({"model": manifest.version, **manifest.metrics}, ensure_ascii=False)
        if as_json
        else "\n".join([manifest.version, *(f"{k:28} {v}" for k, v in manifest.metrics.items())])
    )


def _for_replies(common: dict[str, Any], epochs: float, batch: int, validate: int) -> object:
    from models.training.reply import Options

    return Options(epochs=epochs or 3, batch=batch or 4, validate=validate, **common)


def _for_texts(common: dict[str, Any], epochs: float, batch: int, read: dict[str, Any]) -> object:
    from models.training.classification import Options
    from models.training.finetune import Config

    return Options(tuning=Config(epochs=epochs or 6, batch=batch or 32, **common), **read)


def _check(task: Task, method: Method, data: list[Path] | None, taxonomy: Path | None) -> None:
    if not data and taxonomy is None:
        raise typer.BadParameter("name the rows with --data, or intents with --taxonomy")
    if method is Method.PREFIX and task is not Task.REPLY:
        raise typer.BadParameter("prefix tuning is for replies: what it adds can't be merged")
    if method is Method.HEAD and task is Task.REPLY:
        raise typer.BadParameter("a generator has no head of its own to train; use lora")
    if taxonomy is not None and task is not Task.INTENT:
        raise typer.BadParameter("a taxonomy holds intents: train intent --taxonomy FILE")


def _few_shot(job: Job, toml: Path) -> "Manifest":
    from models.data.corpus import Row
    from models.training import classification, fewshot

    extra: list[Row] = []
    if job.data:
        rows = classification.read(job.task.value, job.data, job.columns)
        labels = [rows.names[i] for i in rows.given.tolist()]
        extra = [Row(text, label) for (text,), label in zip(rows.texts, labels, strict=True)]
    with tempfile.TemporaryDirectory() as scratch:
        staged = Path(scratch) / "model"
        manifest = fewshot.train(toml, job.base, job.day, staged, extra, note)
        _place(job, manifest, staged)
    return manifest


def _from_rows(job: Job) -> "Manifest | ReplyManifest":
    from models.training import processes

    keep = RUNS / job.name
    with tempfile.TemporaryDirectory() as scratch:
        staged = Path(scratch) / "model"
        learn = _replies if job.task is Task.REPLY else _texts
        manifest = learn(job, staged, keep)
        processes.wait()  # another may still be reading the checkpoints
        if not processes.is_first():
            raise typer.Exit
        _place(job, manifest, staged)
    shutil.rmtree(keep, ignore_errors=True)
    return manifest


def _replies(job: Job, staged: Path, keep: Path) -> "ReplyManifest":
    from models.generator import reply_pairs
    from models.training import reply

    rows = reply_pairs.read(job.data, job.columns)
    return reply.train(rows, job.base, job.options, staged, job.day, keep)  # type: ignore[arg-type]


def _texts(job: Job, staged: Path, keep: Path) -> "Manifest":
    from models.intent import own
    from models.training.tasks import build

    for_the_bot = job.task is Task.INTENT and job.out is None
    if for_the_bot and not job.alone and job.base.name == ENCODER:
        return _beside(job, staged, keep)
    manifest = build(
        job.task.value, job.data, job.options, job.base, staged, job.day,  # type: ignore[arg-type]
        keep=keep, columns=job.columns, say=note,
    )  # fmt: skip
    if for_the_bot:
        own.write(manifest.labels, staged)
    return manifest


def _beside(job: Job, staged: Path, keep: Path) -> "Manifest":
    """The labels and the shipped intents: a bot that goes on greeting, thanking and fetching."""
    from models.training import classification, fewshot_labels

    options = job.options
    assert isinstance(options, classification.Options)
    rows = classification.read(job.task.value, job.data, job.columns)
    for name in classification.lonely(rows):
        note(f"class {name!r} has a single row: it is learnt from, and nothing checks it")
    if options.tuning.method == Method.HEAD.value:
        return fewshot_labels.train_head(rows, options, job.base, job.day, staged, note)
    return fewshot_labels.train_adapter(rows, options, job.base, job.day, staged, keep, note)


def _place(job: Job, manifest: "Manifest | ReplyManifest", staged: Path) -> None:
    from models.registry.registry import Registry

    shelf = Registry(job.registry)
    if job.out is not None:
        shutil.copytree(staged, job.out, dirs_exist_ok=True)
    elif job.task is Task.REPLY:
        shutil.copytree(staged, shelf.folder / "reply" / manifest.version, dirs_exist_ok=True)
    elif (shelf.folder / manifest.task / manifest.version).exists():
        note(f"the registry has {manifest.version} already: the same data gave the same model")
    else:
        shelf.add(manifest.task, staged)
