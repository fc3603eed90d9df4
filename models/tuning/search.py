"""Searches for the best training settings on the user's rows: `python -m models tune TASK`."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import optuna
from optuna import Study, Trial
from optuna.study import MaxTrialsCallback
from optuna.trial import FrozenTrial, TrialState

from models.data.files import BadData
from models.data.kinds import KINDS
from models.encoder.embedding import ReportProgress, ignore_progress
from models.evaluation.tables import ReportTable, TableColumn
from models.hub import describe
from models.metrics import Unmeasurable
from models.training import classification, ctr
from models.training.classification import ClassificationOptions, EpochCallback, LabelledRows
from models.training.ctr import Headline
from models.training.methods import METHODS, RATES, Method
from models.tuning.studies import StudyFault

RANKED: tuple[Method, ...] = ("lora", "adalora")
STEP = 0.05  # between two values of dropout and smoothing
DONE = (TrialState.COMPLETE, TrialState.PRUNED)
DIVERGED = (RuntimeError, Unmeasurable)  # too high a rate, too large a batch: the study continues
FAULT = "fault"  # the attribute that says why a trial failed

LearnTrial = Callable[[ClassificationOptions, EpochCallback], object]


@dataclass(frozen=True, kw_only=True)
class Space:
    """The search space. Pairs are the ends of a range; other tuples list all choices."""

    methods: tuple[Method, ...] = ("lora", "full")
    ranks: tuple[int, ...] = (8, 16, 32, 64)
    epochs: tuple[int, int] = (2, 8)
    rate_factor: tuple[float, float] = (0.25, 4.0)  # times the method's own rate
    dropout: tuple[float, float] = (0.0, 0.3)
    smoothing: tuple[float, float] = (0.0, 0.2)
    consistency: tuple[float, ...] = (0.0, 1.0)  # R-Drop's alpha

    def usual(self) -> dict[str, Any]:
        """The default settings of the command `train`, as far as they are in this space."""
        within = {
            "method": ("lora", "lora" in self.methods),
            "rank": (32, 32 in self.ranks),
            "epochs": (6, self.epochs[0] <= 6 <= self.epochs[1]),
            "rate_factor": (1.0, self.rate_factor[0] <= 1 <= self.rate_factor[1]),
            "dropout": (0.0, self.dropout[0] == 0),
            "smoothing": (0.1, self.smoothing[0] <= 0.1 <= self.smoothing[1]),
        }
        return {name: value for name, (value, lies_within) in within.items() if lies_within}


@dataclass(frozen=True)
class TuningData:
    """The training rows of all trials, read once."""

    task: str
    rows: LabelledRows | tuple[Headline, ...]
    base: Path

    def learn(self, options: ClassificationOptions, on_epoch: EpochCallback) -> None:
        """Train like the command `train`; `on_epoch` is called with each epoch's score."""
        if isinstance(self.rows, LabelledRows):
            classification.train_classifier(
                self.task, self.rows, options, self.base, on_epoch=on_epoch
            )
        else:
            ctr.train_ctr(self.rows, options.tuning, self.base, options.validate, None, on_epoch)

    def about(self, fixed: ClassificationOptions, space: Space) -> str:
        """A hash of data, base, options and space; trials of one study must have the same."""
        rows = self.rows
        described_rows = (
            (rows.texts, rows.names, rows.labels.tolist())
            if isinstance(rows, LabelledRows)
            else rows
        )
        parts = (
            self.task,
            described_rows,
            describe.read_base_facts(self.base).fingerprint,
            fixed,
            space,
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def read_tuning_data(
    task: str,
    sources: Sequence[Path],
    columns: Mapping[str, str],
    base: Path,
    progress: ReportProgress = ignore_progress,
) -> TuningData:
    """Read the rows to tune on. `columns` maps our column names to the files'. Raises BadData."""
    if task == ctr.NAME:
        KINDS[ctr.NAME].renamed(dict(columns))  # refuses those that headlines don't have
        return TuningData(task, tuple(ctr.read_headlines(sources)), base)
    rows = classification.read_labelled_rows(task, sources, columns)
    for name in classification.singleton_classes(rows):
        progress(f"class {name!r} has a single row: it is learnt from, and nothing checks it")
    return TuningData(task, rows, base)


def parse_methods(names: str) -> tuple[Method, ...]:
    """Parse comma-separated names of methods. Raises BadData for an unknown one."""
    names_of_methods = [name.strip() for name in names.split(",")]
    for name in names_of_methods:
        if name not in METHODS:
            raise BadData(f"--methods: {name!r} is none of {', '.join(METHODS)}")
    return tuple(method for method in METHODS if method in names_of_methods)


@dataclass(frozen=True)
class TuningObjective:
    """Trains with a trial's settings. The value is the best epoch's score on held-out rows."""

    task: str
    learn: LearnTrial
    fixed: ClassificationOptions  # the options that aren't searched
    space: Space

    def __call__(self, trial: Trial) -> float:
        """Run a trial. Raises TrialPruned, and BadData when no rows are held out."""
        propose_settings(trial, self.task, self.space)
        known_score = _known_score(trial)
        if known_score is not None:
            return known_score
        scores: list[float] = []

        def on_epoch(score: float) -> None:
            scores.append(score)
            trial.report(score, len(scores) - 1)
            if trial.should_prune():
                raise optuna.TrialPruned

        try:
            self.learn(apply_settings(trial_settings(trial.params), self.fixed), on_epoch)
        except DIVERGED as error:
            trial.set_user_attr(FAULT, str(error))
            raise
        if not scores:
            raise BadData(
                f"{self.fixed.validate} % of the rows leave none to judge by: give more rows or "
                "a greater --validate"
            )
        return max(scores)


def propose_settings(trial: Trial, task: str, space: Space) -> None:
    """Draw the settings that task and method have; afterwards they are in `trial.params`."""
    method = trial.suggest_categorical("method", space.methods)
    if method == "head" and task != ctr.NAME:
        return  # logistic regression chooses its own C
    if method in RANKED:
        trial.suggest_categorical("rank", space.ranks)
    if method != "head":
        trial.suggest_float("rate_factor", *space.rate_factor, log=True)
    trial.suggest_int("epochs", *space.epochs)
    dropout = trial.suggest_float("dropout", *space.dropout, step=STEP)
    if task == ctr.NAME:
        return  # a regression has no labels to smooth and no two distributions to compare
    trial.suggest_float("smoothing", *space.smoothing, step=STEP)
    if dropout:  # R-Drop compares two passes, which are the same without it
        trial.suggest_categorical("consistency", space.consistency)


def trial_settings(params: Mapping[str, Any]) -> dict[str, Any]:
    """A trial's parameters by the names of the options of the command `train`."""
    options = dict(params)
    if "rate_factor" in options:
        options["rate"] = float(f"{RATES[params['method']] * options.pop('rate_factor'):.2g}")
    return options


def apply_settings(
    settings_of_trial: Mapping[str, Any], fixed: ClassificationOptions
) -> ClassificationOptions:
    """`fixed` with a trial's settings put in."""
    tuning = {name: value for name, value in settings_of_trial.items() if name != "smoothing"}
    return replace(
        fixed,
        tuning=replace(fixed.tuning, **tuning),
        smoothing=settings_of_trial.get("smoothing", fixed.smoothing),
    )


def run_search(
    study: Study,
    objective: TuningObjective,
    trials: int,
    seconds: float | None = None,
    progress: ReportProgress = ignore_progress,
) -> None:
    """Run trials until the study has `trials` complete or pruned ones, of all machines.

    The first trial has the default settings. None begins after `seconds`. Ctrl-C ends the run;
    finished trials stay in the study. Raises BadData.
    """
    trials_left = trials - len(study.get_trials(deepcopy=False, states=DONE))
    if trials_left <= 0:
        return
    if not study.get_trials(deepcopy=False):
        study.enqueue_trial(objective.space.usual(), skip_if_exists=True)

    def tell(_: Study, trial: FrozenTrial) -> None:
        progress(_describe_trial(trial))

    try:
        study.optimize(
            objective,
            trials_left,
            seconds,
            catch=DIVERGED,
            callbacks=[MaxTrialsCallback(trials, DONE), tell],
            gc_after_trial=True,
            show_progress_bar=True,
        )
    except KeyboardInterrupt:
        progress("interrupted: what is done is kept, and the same call goes on")


@dataclass(frozen=True)
class StudyOutcome:
    """The results of a study."""

    trials: int  # all that ended
    pruned_count: int
    failed_count: int  # failed or interrupted
    best: tuple[FrozenTrial, ...]  # the complete ones, best first


def study_outcome(study: Study) -> StudyOutcome:
    """Count the trials of all machines so far. Raises StudyFault when all failed."""
    ended = [trial for trial in study.get_trials(deepcopy=False) if trial.state.is_finished()]
    states = [trial.state for trial in ended]
    complete = [trial for trial in ended if trial.state is TrialState.COMPLETE]
    faults = [trial.user_attrs[FAULT] for trial in ended if FAULT in trial.user_attrs]
    if faults and len(faults) == len(ended):
        raise StudyFault(f"no trial came through, and the last one failed with: {faults[-1]}")
    return StudyOutcome(
        len(ended),
        states.count(TrialState.PRUNED),
        states.count(TrialState.FAIL),
        tuple(sorted(complete, key=lambda trial: (-_score_of(trial), trial.number))),
    )


def trials_table(trials: Sequence[FrozenTrial]) -> ReportTable:
    """A table of trials with score and settings, one a row; - for a setting it doesn't have."""
    settings_by_trial = [trial_settings(trial.params) for trial in trials]
    order = ("method", "rank", "rate", "epochs", "dropout", "consistency", "smoothing")
    names = [name for name in order if any(name in each for each in settings_by_trial)]
    rows = (
        (str(t.number), f"{_score_of(t):.4f}", *(_format_cell(each.get(name)) for name in names))
        for t, each in zip(trials, settings_by_trial, strict=True)
    )
    columns = [TableColumn(title, title != "method") for title in ("trial", "score", *names)]
    return ReportTable(tuple(columns), tuple(rows))


def _known_score(trial: Trial) -> float | None:
    """The score of a complete trial with the same parameters, or None; a repeat would equal it."""
    complete = trial.study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return next((other.value for other in complete if other.params == trial.params), None)


def _describe_trial(trial: FrozenTrial) -> str:
    if trial.state is TrialState.COMPLETE:
        return f"trial {trial.number}: {_score_of(trial):.4f}"
    if trial.state is TrialState.PRUNED:
        return f"trial {trial.number}: pruned after {len(trial.intermediate_values)} epochs"
    return f"trial {trial.number}: failed ({trial.user_attrs.get(FAULT, 'interrupted')})"


def _score_of(trial: FrozenTrial) -> float:
    assert trial.value is not None
    return trial.value


def _format_cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:g}" if isinstance(value, int | float) else str(value)
