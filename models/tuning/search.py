"""Searches for the best training settings: each trial trains and is scored on held-out rows."""

from collections.abc import Callable
from dataclasses import dataclass

import optuna
from optuna import Study, Trial
from optuna.study import MaxTrialsCallback
from optuna.trial import FrozenTrial, TrialState

from models.data.files import BadData
from models.encoder.embedding import ReportProgress, ignore_progress
from models.metrics import Unmeasurable
from models.training.options import ClassificationOptions, EpochCallback
from models.tuning.outcome import FAULT, score_of
from models.tuning.space import Space, apply_settings, propose_settings, trial_settings

DONE = (TrialState.COMPLETE, TrialState.PRUNED)
DIVERGED = (RuntimeError, Unmeasurable)  # too high a rate, too large a batch: the study continues

LearnTrial = Callable[[ClassificationOptions, EpochCallback], object]


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


def _known_score(trial: Trial) -> float | None:
    """The score of a complete trial with the same parameters, or None; a repeat would equal it."""
    complete = trial.study.get_trials(deepcopy=False, states=(TrialState.COMPLETE,))
    return next((other.value for other in complete if other.params == trial.params), None)


def _describe_trial(trial: FrozenTrial) -> str:
    if trial.state is TrialState.COMPLETE:
        return f"trial {trial.number}: {score_of(trial):.4f}"
    if trial.state is TrialState.PRUNED:
        return f"trial {trial.number}: pruned after {len(trial.intermediate_values)} epochs"
    return f"trial {trial.number}: failed ({trial.user_attrs.get(FAULT, 'interrupted')})"
