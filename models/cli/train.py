"""`train TASK`: trains a model from the user's files, into the registry or a folder."""

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

from models.cli.choices import Tracker, TrainingPrecision
from models.cli.faults import print_note, report_faults
from models.cli.options import PRECISION, REGISTRY, AsJson, Folder

if TYPE_CHECKING:
    from models.encoder.heads import HeadManifest
    from models.generator.bundle import Manifest as ReplyManifest

RUNS = Path("var/training")
ENCODER, GENERATOR = "multilingual-e5-small", "qwen2.5-coder-0.5b-instruct"


class TrainingTask(StrEnum):
    """The tasks that can be trained."""

    INTENT = "intent"
    SENTIMENT = "sentiment"
    PAIRS = "pairs"
    CTR = "ctr"
    REPLY = "reply"


class TrainingMethod(StrEnum):
    """The methods of `models.training.methods`, and of `models.training.reply` for generators."""

    HEAD = "head"
    FULL = "full"
    LORA = "lora"
    ADALORA = "adalora"
    IA3 = "ia3"
    PREFIX = "prefix"


@dataclass(frozen=True, kw_only=True)
class TrainingJob:
    """A training: files, base, options, and where the model goes, a folder or the registry."""

    task: TrainingTask
    data: Sequence[Path]
    columns: Mapping[str, str]
    base: Path
    day: str
    out: Path | None
    registry: Path
    options: object  # ClassificationOptions or ReplyOptions
    alone: bool = False  # intents: only the labels of the files, without the shipped ones

    @property
    def name(self) -> str:
        """The name of the checkpoints' folder: equal for equal jobs, so that they are resumed."""
        contents = [file.read_bytes() if file.is_file() else b"" for file in self.data]
        description = repr((self.options, self.base.name, self.alone)).encode()
        digest = hashlib.sha256(b"".join([description, *contents])).hexdigest()
        return f"{self.task.value}-{digest[:12]}"


def train(  # noqa: PLR0913 - a command's options
    task: TrainingTask,
    data: Annotated[
        list[Path] | None, typer.Option("--data", help=".jsonl, .csv, .tsv or .xlsx")
    ] = None,
    taxonomy: Annotated[
        Path | None, typer.Option(help="intents with examples, replies: a taxonomy.toml")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="a folder instead of the registry")] = None,
    registry: Folder = REGISTRY,
    base: Annotated[str, typer.Option(help="a name of fetch --list; else the embedded one")] = "",
    method: Annotated[
        TrainingMethod, typer.Option(help="what learns; prefix: replies only")
    ] = TrainingMethod.LORA,
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
    dtype: Annotated[TrainingPrecision, typer.Option(help=PRECISION)] = TrainingPrecision.AUTO,
    text_column: Annotated[str, typer.Option(help="what the files call text")] = "",
    label_column: Annotated[str, typer.Option(help="what they call label")] = "",
    day: Annotated[str, typer.Option("--date", help="for the manifest")] = "",
    as_json: AsJson = False,
) -> None:
    """Train a model from files of labelled rows; an interrupted run goes on when called again."""
    from models.hub import sources
    from models.hub.fetch import Places, fetch_model

    _check_arguments(task, method, data, taxonomy)
    common = {
        "method": method.value, "rank": rank, "accumulate": accumulate, "rate": rate,
        "patience": patience, "seed": seed, "tracker": tracker.value, "dtype": dtype.value,
    }  # fmt: skip
    with (
        report_faults("train"),
        contextlib.redirect_stdout(sys.stderr),
    ):  # Trainer prints its losses
        if task is TrainingTask.REPLY:
            options = _build_reply_options(common | {"longest": longest}, epochs, batch, validate)
        else:
            common |= {"dropout": dropout, "consistency": consistency}
            read = {"denoise": denoise, "balance": balance, "smoothing": smoothing}
            read |= {"validate": validate, "message_path": out is None}
            options = _build_text_options(common, epochs, batch, read)
        default = GENERATOR if task is TrainingTask.REPLY else ENCODER
        folder = fetch_model(sources.find_model(base or default), Places())
        columns = {ours: name for ours, name in
                   (("text", text_column), ("label", label_column)) if name}  # fmt: skip
        day = day or date.today().isoformat()
        job = TrainingJob(
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
        manifest = _train_few_shot(job, taxonomy) if taxonomy else _train_from_rows(job)
    print(
        json.dumps({"model": manifest.version, **manifest.metrics}, ensure_ascii=False)
        if as_json
        else "\n".join([manifest.version, *(f"{k:28} {v}" for k, v in manifest.metrics.items())])
    )


def _build_reply_options(
    common: dict[str, Any], epochs: float, batch: int, validate: int
) -> object:
    from models.training.reply import ReplyOptions

    return ReplyOptions(epochs=epochs or 3, batch=batch or 4, validate=validate, **common)


def _build_text_options(
    common: dict[str, Any], epochs: float, batch: int, read: dict[str, Any]
) -> object:
    from models.training.classification import ClassificationOptions
    from models.training.finetune import FinetuneConfig

    return ClassificationOptions(
        tuning=FinetuneConfig(epochs=epochs or 6, batch=batch or 32, **common), **read
    )


def _check_arguments(
    task: TrainingTask, method: TrainingMethod, data: list[Path] | None, taxonomy: Path | None
) -> None:
    if not data and taxonomy is None:
        raise typer.BadParameter("name the rows with --data, or intents with --taxonomy")
    if method is TrainingMethod.PREFIX and task is not TrainingTask.REPLY:
        raise typer.BadParameter("prefix tuning is for replies: what it adds can't be merged")
    if method is TrainingMethod.HEAD and task is TrainingTask.REPLY:
        raise typer.BadParameter("a generator has no head of its own to train; use lora")
    if taxonomy is not None and task is not TrainingTask.INTENT:
        raise typer.BadParameter("a taxonomy holds intents: train intent --taxonomy FILE")


def _train_few_shot(job: TrainingJob, toml: Path) -> "HeadManifest":
    from models.data.corpus import LabelledText
    from models.training import classification, fewshot

    extra: list[LabelledText] = []
    if job.data:
        rows = classification.read_labelled_rows(job.task.value, job.data, job.columns)
        labels = [rows.names[i] for i in rows.labels.tolist()]
        extra = [
            LabelledText(text, label) for (text,), label in zip(rows.texts, labels, strict=True)
        ]
    with tempfile.TemporaryDirectory() as scratch:
        staged = Path(scratch) / "model"
        manifest = fewshot.train_fewshot(toml, job.base, job.day, staged, extra, print_note)
        _store_model(job, manifest, staged)
    return manifest


def _train_from_rows(job: TrainingJob) -> "HeadManifest | ReplyManifest":
    from models.training import processes

    checkpoint_dir = RUNS / job.name
    with tempfile.TemporaryDirectory() as scratch:
        staged = Path(scratch) / "model"
        train_task = _train_replies if job.task is TrainingTask.REPLY else _train_texts
        manifest = train_task(job, staged, checkpoint_dir)
        processes.wait_for_all()  # other processes may still be reading the checkpoints
        if not processes.is_first():
            raise typer.Exit
        _store_model(job, manifest, staged)
    shutil.rmtree(checkpoint_dir, ignore_errors=True)
    return manifest


def _train_replies(job: TrainingJob, staged: Path, checkpoint_dir: Path) -> "ReplyManifest":
    from models.generator import reply_pairs
    from models.training import reply

    rows = reply_pairs.read_reply_pairs(job.data, job.columns)
    return reply.train_reply(rows, job.base, job.options, staged, job.day, checkpoint_dir)  # type: ignore[arg-type]


def _train_texts(job: TrainingJob, staged: Path, checkpoint_dir: Path) -> "HeadManifest":
    from models.intent import own
    from models.training.tasks import build_model

    for_the_bot = job.task is TrainingTask.INTENT and job.out is None
    if for_the_bot and not job.alone and job.base.name == ENCODER:
        return _train_beside_shipped(job, staged, checkpoint_dir)
    manifest = build_model(
        job.task.value, job.data, job.options, job.base, staged, job.day,  # type: ignore[arg-type]
        checkpoint_dir=checkpoint_dir, columns=job.columns, progress=print_note,
    )  # fmt: skip
    if for_the_bot:
        own.write_own_taxonomy(manifest.labels, staged)
    return manifest


def _train_beside_shipped(job: TrainingJob, staged: Path, checkpoint_dir: Path) -> "HeadManifest":
    """Train intents of the files' labels in addition to the shipped intents, into `staged`."""
    from models.training import classification, fewshot_labels

    options = job.options
    assert isinstance(options, classification.ClassificationOptions)
    rows = classification.read_labelled_rows(job.task.value, job.data, job.columns)
    for name in classification.singleton_classes(rows):
        print_note(f"class {name!r} has a single row: it is learnt from, and nothing checks it")
    if options.tuning.method == TrainingMethod.HEAD.value:
        return fewshot_labels.train_head(rows, options, job.base, job.day, staged, print_note)
    return fewshot_labels.train_adapter(
        rows, options, job.base, job.day, staged, checkpoint_dir, print_note
    )


def _store_model(job: TrainingJob, manifest: "HeadManifest | ReplyManifest", staged: Path) -> None:
    from models.registry.registry import Registry

    model_registry = Registry(job.registry)
    if job.out is not None:
        shutil.copytree(staged, job.out, dirs_exist_ok=True)
    elif job.task is TrainingTask.REPLY:
        shutil.copytree(
            staged, model_registry.folder / "reply" / manifest.version, dirs_exist_ok=True
        )
    elif (model_registry.folder / manifest.task / manifest.version).exists():
        print_note(
            f"the registry has {manifest.version} already: the same data gave the same model"
        )
    else:
        model_registry.add(manifest.task, staged)
