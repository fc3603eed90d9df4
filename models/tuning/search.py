"""Search for what trains best on rows of one's own: `python -m models tune TASK`."""

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
from models.encoder.embedding import Say, quiet
from models.evaluation.tables import Column, Table
from models.hub import describe
from models.metrics import Unmeasurable
from models.training import classification, ctr
from models.training.classification import Options, Rows, Watch
from models.training.ctr import Headline
from models.training.methods import METHODS, RATES, Method
from models.tuning.studies import StudyFault

RANKED: tuple[Method, ...] = ("lora", "adalora")
STEP = 0.05  # of dropout and smoothing
DONE = (TrialState.COMPLETE, TrialState.PRUNED)
DIVERGED = (RuntimeError, Unmeasurable)  # a rate too high, a batch too large: the study goes on
FAULT = "fault"  # the attribute that says why a trial failed

Learn = Callable[[Options, Watch], object]


@dataclass(frozen=True, kw_only=True)
class Space:
    """Where to search. Pairs are the ends of a range; the others are all there is to choose."""

    methods: tuple[Method, ...] = ("lora", "full")
    ranks: tuple[int, ...] = (8, 16, 32, 64)
    epochs: tuple[int, int] = (2, 8)
    rate_factor: tuple[float, float] = (0.25, 4.0)  # times the method's own rate
    dropout: tuple[float, float] = (0.0, 0.3)
    smoothing: tuple[float, float] = (0.0, 0.2)
    consistency: tuple[float, ...] = (0.0, 1.0)  # R-Drop's alpha

    def usual(self) -> dict[str, Any]:
        """What `train` does when it isn't told otherwise, as far as it lies in here."""
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
class Material:
    """What every trial learns from, read once."""

    task: str
    rows: Rows | tuple[Headline, ...]
    base: Path

    def learn(self, options: Options, watch: Watch) -> None:
        """Train as `train` would; `watch` hears each epoch's score."""
        if isinstance(self.rows, Rows):
            classification.train(self.task, self.rows, options, self.base, watch=watch)
        else:
            ctr.train(self.rows, options.tuning, self.base, options.validate, None, watch)

    def about(self, fixed: Options, space: Space) -> str:
        """A hash: trials can be compared, and belong into one study, where it is the same."""
        rows = self.rows
        told = (rows.texts, rows.names, rows.given.tolist()) if isinstance(rows, Rows) else rows
        parts = (self.task, told, describe.read(self.base).tie, fixed, space)
        return hashlib.sha256(repr(parts).encode()).hexdigest()


def read(
    task: str, sources: Sequence[Path], columns: Mapping[str, str], base: Path, say: Say = quiet
) -> Material:
    """`columns` maps our names of columns to the files'. Raises BadData."""
    if task == ctr.NAME:
        KINDS[ctr.NAME].renamed(dict(columns))  # refuses those that headlines don't have
        return Material(task, tuple(ctr.read(sources)), base)
    rows = classification.read(task, sources, columns)
    for name in classification.lonely(rows):
        say(f"class {name!r} has a single row: it is learnt from, and nothing checks it")
    return Material(task, rows, base)


def methods(names: str) -> tuple[Method, ...]:
    """Of names with commas between them. Raises BadData for one that is none."""
    found = [name.strip() for name in names.split(",")]
    for name in found:
        if name not in METHODS:
            raise BadData(f"--methods: {name!r} is none of {', '.join(METHODS)}")
    return tuple(method for method in METHODS if method in found)


@dataclass(frozen=True)
class Objective:
    """Trains as a trial proposes. Its value: the best epoch's score on the rows held out."""

    task: str
    learn: Learn
    fixed: Options  # whatever isn't searched for
    space: Space

    def __call__(self, trial: Trial) -> float:
        """Raises TrialPruned out of the training, and BadData when nothing is held out."""
        propose(trial, self.task, self.space)
        known = _known(trial)
        if known is not None:
            return known
        scores: list[float] = []

        def watch(score: float) -> None:
            scores.append(score)
            trial.report(score, len(scores) - 1)
            if trial.should_prune():
                raise optuna.TrialPruned

        try:
            self.learn(applied(settings(trial.params), self.fixed), watch)
        except DIVERGED as error:
            trial.set_user_attr(FAULT, str(error))
            raise
        if not scores:
            raise BadData(
                f"{self.fixed.validate} % of the rows leave none to judge by: give more rows or "
                "a greater --validate"
            )
        return max(scores)


def propose(trial: Trial, task: str, space: Space) -> None:
    """Draw what the task and the method have to choose; it is in `trial.params` afterwards."""
    method = trial.suggest_categorical("method", space.methods)
    if method == "head" and task != ctr.NAME:
        return  # logistic regression, which chooses for itself
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


def settings(params: Mapping[str, Any]) -> dict[str, Any]:
    """A trial's parameters under the names of the options of `train`."""
    found = dict(params)
    if "rate_factor" in found:
        found["rate"] = float(f"{RATES[params['method']] * found.pop('rate_factor'):.2g}")
    return found


def applied(chosen: Mapping[str, Any], fixed: Options) -> Options:
    """`fixed` with what `settings` says."""
    tuning = {name: value for name, value in chosen.items() if name != "smoothing"}
    return replace(
        fixed,
        tuning=replace(fixed.tuning, **tuning),
        smoothing=chosen.get("smoothing", fixed.smoothing),
    )


def search(
    study: Study,
    objective: Objective,
    trials: int,
    seconds: float | None = None,
    say: Say = quiet,
) -> None:
    """Try until the study has `trials` that are complete or pruned, by whichever machine.

    The first is what `train` does by itself. After `seconds` no other one begins. Ctrl-C ends it;
    what is done is kept. Raises BadData.
    """
    left = trials - len(study.get_trials(deepcopy=False, states=DONE))
    if left <= 0:
        return
    if not study.get_trials(deepcopy=False):
        study.enqueue_trial(objective.space.usual(), skip_if_exists=True)

    def tell(_: Study, trial: FrozenTrial) -> None:
        say(_told(trial))

    try:
        study.optimize(
            objective,
            left,
            seconds,
            catch=DIVERGED,
            callbacks=[MaxTrialsCallback(trials, DONE), tell],
            gc_after_trial=True,
            show_progress_bar=True,
        )
    except KeyboardInterrupt:
        say("interrupted: what is done is kept, and the same call goes on")


@dataclass(frozen=True)
class Outcome:
    """What a study has come to."""

    trials: int  # that ended, in whichever way
    pruned: int
    failed: int  # or were interrupted
    best: tuple[FrozenTrial, ...]  # the complete ones, best first


def outcome(study: Study) -> Outcome:
    """All machines' trials up to now. Raises StudyFault when they failed, all of them."""
    ended = [trial for trial in study.get_trials(deepcopy=False) if trial.state.is_finished()]
    states = [trial.state for trial in ended]
    complete = [trial for trial in ended if trial.state is TrialState.COMPLETE]
    faults = [trial.user_attrs[FAULT] for trial in ended if FAULT in trial.user_attrs]
    if faults and len(faults) == len(ended):
        raise StudyFault(f"no trial came through, and the last one failed with: {faults[-1]}")
    return Outcome(
        len(ended),
        states.count(TrialState.PRUNED),
        states.count(TrialState.FAIL),
        tuple(sorted(complete, key=lambda trial: (-_value(trial), trial.number))),
    )


def table(trials: Sequence[FrozenTrial]) -> Table:
    """A trial a row, with its score and its settings; - where a method has none."""
    chosen = [settings(trial.params) for trial in trials]
    order = ("method", "rank", "rate", "epochs", "dropout", "consistency", "smoothing")
    names = [name for name in order if any(name in each for each in chosen)]
    rows = (
        (str(t.number), f"{_value(t):.4f}", *(_cell(each.get(name)) for name in names))
        for t, each in zip(trials, chosen, strict=True)
    )
    columns = [Column(title, title != "method") for title in ("trial", "score", *names)]
    return Table(tuple(columns), tuple(rows))


def _known(trial: Trial) -> float | None:
    """The score of a trial that was the same: a seed has one outcome."""
    complete = trial.study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return next((other.value for other in complete if other.params == trial.params), None)


def _told(trial: FrozenTrial) -> str:
    if trial.state is TrialState.COMPLETE:
        return f"trial {trial.number}: {_value(trial):.4f}"
    if trial.state is TrialState.PRUNED:
        return f"trial {trial.number}: pruned after {len(trial.intermediate_values)} epochs"
    return f"trial {trial.number}: failed ({trial.user_attrs.get(FAULT, 'interrupted')})"


def _value(trial: FrozenTrial) -> float:
    assert trial.value is not None
    return trial.value


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:g}" if isinstance(value, int | float) else str(value)
