"""Runs `python -m models train`: trains a model from files and stores it."""

import hashlib
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.data.corpus import LabelledText
from models.encoder.embedding import ReportProgress
from models.encoder.heads import HeadManifest
from models.hub import describe
from models.hub.fetch import Places, fetch_kind
from models.hub.sources import E5_SMALL, Base, ModelKind
from models.registry.registry import Registry
from models.training import fewshot, labelled_rows, processes, tasks
from models.training.clicks import rows as click_rows
from models.training.names import TaskName
from models.training.options import TrainingRun, TrainingSettings
from models.training.tasks import TrainableTask, TrainedManifest


@dataclass(frozen=True, kw_only=True)
class TrainingJob:
    """A training: task, files, base and settings, and where the model goes."""

    task: TaskName
    data: Sequence[Path]
    taxonomy: Path | None = None  # intents: a taxonomy.toml with examples, and `data` is more
    columns: Mapping[str, str]  # our column names -> the files'
    settings: TrainingSettings
    base: str  # a name of `fetch --list`; "": the task's own
    beside: str = ""  # ctr: the same, of a second base; "": none
    date: str  # ISO 8601, for the manifest
    out: Path | None  # None: the registry
    registry: Path
    own: Sequence[Path] = ()  # ctr: counts of the account's own experiments
    account: str = "default"  # whose `own` are
    alone: bool = False  # intents: only the labels of the files, without the shipped ones


def run_job(job: TrainingJob, runs: Path, progress: ReportProgress) -> TrainedManifest | None:
    """Train on the job's files and store the model. An interrupted run continues when called again.

    `runs` is the folder for checkpoints. Of several processes that train together only the first
    stores the model; the others get None. Raises BadData for files or settings that can't be used,
    before the base is fetched; BadTaxonomy; BaseModelError for a base that can't be had; and
    RegistryFault where the model can't be stored.
    """
    with tempfile.TemporaryDirectory() as scratch:
        staged = Path(scratch) / "model"
        if job.taxonomy is not None:
            return _train_taxonomy(job, job.taxonomy, staged, progress)
        return _train_from_rows(job, runs, staged, progress)


def _train_taxonomy(
    job: TrainingJob, taxonomy: Path, staged: Path, progress: ReportProgress
) -> HeadManifest:
    """Train the taxonomy's intents from its examples and the job's files."""
    extra: list[LabelledText] = []
    if job.data:
        extra = labelled_rows.read_labelled_rows(job.task, job.data, job.columns).labelled_texts()
    base = _fetch_base(job.base, tasks.INTENT.base, progress)
    manifest = fewshot.train_fewshot(taxonomy, base, job.date, staged, extra, progress)
    _store_model(job, manifest, staged, progress)
    return manifest


def _train_from_rows(
    job: TrainingJob, runs: Path, staged: Path, progress: ReportProgress
) -> TrainedManifest | None:
    """Train on the job's files; the checkpoints are removed at the end."""
    task = choose_task(job)
    options = task.options(job.settings)
    rows = _read_rows(job, task, progress)
    base = _fetch_base(job.base, task.base, progress)
    beside = _fetch_base(job.beside, task.base, progress) if job.beside else None
    checkpoint_dir = runs / name_checkpoints(job, options, base)
    run = TrainingRun(base=base, beside=beside, checkpoint_dir=checkpoint_dir, progress=progress)
    manifest = task.train(rows, options, run, staged, job.date)
    processes.wait_for_all()  # other processes may still be reading the checkpoints
    if not processes.is_first():
        return None
    _store_model(job, manifest, staged, progress)
    shutil.rmtree(checkpoint_dir, ignore_errors=True)
    return manifest


def _read_rows(
    job: TrainingJob, task: TrainableTask[Any, Any, TrainedManifest], progress: ReportProgress
) -> Any:
    """The rows of the job's files, for clicks with those of the account's own experiments."""
    if not job.own:
        return task.read(job.data, job.columns, progress)
    own = click_rows.of_account(task.read(job.own, job.columns, progress), job.account)
    return (*task.read(job.data, job.columns, progress), *own) if job.data else own


def choose_task(job: TrainingJob) -> TrainableTask[Any, Any, TrainedManifest]:
    """The job's entry of the table; intents for the registry are trained for the bot."""
    if job.task != "intent" or job.out is not None:
        return tasks.TASKS[job.task]
    if job.alone or job.base not in {"", E5_SMALL.name}:
        return tasks.INTENT_FOR_BOT
    return tasks.INTENT_BESIDE_SHIPPED


def name_checkpoints(job: TrainingJob, options: object, base: Path) -> str:
    """The name of the checkpoints' folder: equal for equal jobs, so that they are resumed.

    `base`: folder of the base's converted weights.
    """
    fingerprint = describe.read_base_facts(base).fingerprint
    columns = sorted(job.columns.items())
    description = repr((options, fingerprint, job.beside, columns, job.alone, job.account)).encode()
    contents = [file.read_bytes() if file.is_file() else b"" for file in (*job.data, *job.own)]
    digest = hashlib.sha256(b"".join([description, *contents])).hexdigest()
    return f"{job.task}-{digest[:12]}"


def _fetch_base(name: str, default: Base, progress: ReportProgress) -> Path:
    kind = default.kind or ModelKind.ENCODER
    return fetch_kind(name or default.name, kind, Places(progress=progress))


def _store_model(
    job: TrainingJob, manifest: TrainedManifest, staged: Path, progress: ReportProgress
) -> None:
    registry = Registry(job.registry)
    target = registry.folder / manifest.task / manifest.version
    if job.out is not None:
        shutil.copytree(staged, job.out, dirs_exist_ok=True)
    elif job.task == "reply":
        shutil.copytree(staged, target, dirs_exist_ok=True)
    elif target.exists():
        progress(f"the registry has {manifest.version} already: the same data gave the same model")
    else:
        registry.add(manifest.task, staged)
