"""Runs `python -m models tune`: opens the study, runs its trials and counts them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import optuna

from models.data.files import BadData
from models.encoder.embedding import ReportProgress
from models.hub.fetch import Places, fetch_kind
from models.hub.sources import ModelKind
from models.training.encoder_tasks import ENCODER_TASKS
from models.training.finetune import FinetuneConfig
from models.training.names import EncoderTaskName
from models.training.options import ClassificationOptions
from models.tuning import outcome, search, space, studies, study_plot
from models.tuning.material import TuningData
from models.tuning.outcome import StudyOutcome


@dataclass(frozen=True, kw_only=True)
class TuningJob:
    """A search: task, files and base, what is searched, and where the study is stored."""

    task: EncoderTaskName
    data: Sequence[Path]
    columns: Mapping[str, str]  # our column names -> the files'
    base: str  # a name of `fetch --list`
    methods: str  # names with commas between them
    validate: int  # percent of the rows
    patience: int  # epochs without a better score before a trial stops
    seed: int
    trials: int  # of the study, earlier ones included
    seconds: float | None  # after which no other trial begins
    study: str  # name; "": made of task and data
    storage: str  # SQLAlchemy URL
    plot: Path | None  # a .png to draw


@dataclass(frozen=True)
class TuningReport:
    """The name of the study and its results."""

    study: str
    outcome: StudyOutcome


def run_tuning_job(job: TuningJob, progress: ReportProgress) -> TuningReport:
    """Run trials until the study has as many as the job wants; a study that was begun continues.

    Raises BadData for rows or options that can't be used, StudyFault for the database or the study,
    BaseModelError for a base that can't be had.
    """
    optuna.logging.set_verbosity(optuna.logging.ERROR)  # a trial that fails is a warning, and long
    _check_plot(job.plot)
    search_space = space.Space(methods=space.parse_methods(job.methods))
    fixed = ClassificationOptions(
        tuning=FinetuneConfig(patience=job.patience, seed=job.seed),
        validate=job.validate,
        message_path=True,
    )
    task = ENCODER_TASKS[job.task]
    rows = task.read(job.data, job.columns, progress)
    base = fetch_kind(job.base, ModelKind.ENCODER, Places(progress=progress))
    tuning_data = TuningData(task, rows, base)
    about = tuning_data.about(fixed, search_space)
    name = job.study or f"{job.task}-{about[:8]}"
    objective = search.TuningObjective(job.task, tuning_data.learn, fixed, search_space)
    with studies.open_database(job.storage) as database:
        study = studies.open_study(name, database, about, job.seed)
        search.run_search(study, objective, job.trials, job.seconds, progress)
        results = outcome.summarise_study(study)
        if job.plot and results.best:
            progress(f"plot: {study_plot.draw_study(study, job.plot)}")
    return TuningReport(name, results)


def _check_plot(plot: Path | None) -> None:
    """Raises BadData for a plot that isn't .png, before the search."""
    if plot and plot.suffix.lower() != ".png":
        raise BadData(f"--plot: {plot} is no .png, and no other format is drawn; rename it")
