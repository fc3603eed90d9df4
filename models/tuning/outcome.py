"""The results of a study: its trials counted and ranked, and the best ones as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from optuna import Study
from optuna.trial import FrozenTrial, TrialState

from models.evaluation.tables import ReportTable, TableColumn
from models.tuning.space import trial_settings
from models.tuning.studies import StudyFault

FAULT = "fault"  # the attribute that says why a trial failed


@dataclass(frozen=True)
class StudyOutcome:
    """The results of a study."""

    trials: int  # all that ended
    pruned_count: int
    failed_count: int  # failed or interrupted
    best: tuple[FrozenTrial, ...]  # the complete ones, best first


def summarise_study(study: Study) -> StudyOutcome:
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
        tuple(sorted(complete, key=lambda trial: (-score_of(trial), trial.number))),
    )


def trials_table(trials: Sequence[FrozenTrial]) -> ReportTable:
    """A table of trials with score and settings, one a row; - for a setting it doesn't have."""
    settings_by_trial = [trial_settings(trial.params) for trial in trials]
    order = ("method", "rank", "rate", "epochs", "dropout", "consistency", "smoothing")
    names = [name for name in order if any(name in each for each in settings_by_trial)]
    rows = (
        (str(t.number), f"{score_of(t):.4f}", *(_format_cell(each.get(name)) for name in names))
        for t, each in zip(trials, settings_by_trial, strict=True)
    )
    columns = [TableColumn(title, title != "method") for title in ("trial", "score", *names)]
    return ReportTable(tuple(columns), tuple(rows))


def score_of(trial: FrozenTrial) -> float:
    """The score of a complete trial."""
    assert trial.value is not None
    return trial.value


def _format_cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:g}" if isinstance(value, int | float) else str(value)
