"""The search space of a study: which settings a trial may have, by task and method."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from optuna import Trial

from models.data.files import BadData
from models.training.methods import RATES
from models.training.names import METHODS, Method
from models.training.options import ClassificationOptions

CLICKS = "ctr"  # the task whose head is fitted by steps, whatever the method
RANKED: tuple[Method, ...] = ("lora", "adalora")
STEP = 0.05  # between two values of dropout and smoothing


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


def parse_methods(names: str) -> tuple[Method, ...]:
    """Parse comma-separated names of methods. Raises BadData for an unknown one."""
    names_of_methods = [name.strip() for name in names.split(",")]
    for name in names_of_methods:
        if name not in METHODS:
            raise BadData(f"--methods: {name!r} is none of {', '.join(METHODS)}")
    return tuple(method for method in METHODS if method in names_of_methods)


def propose_settings(trial: Trial, task: str, space: Space) -> None:
    """Draw the settings that task and method have; afterwards they are in `trial.params`."""
    method = trial.suggest_categorical("method", space.methods)
    if method == "head" and task != CLICKS:
        return  # logistic regression chooses its own C
    if method in RANKED:
        trial.suggest_categorical("rank", space.ranks)
    if method != "head":
        trial.suggest_float("rate_factor", *space.rate_factor, log=True)
    trial.suggest_int("epochs", *space.epochs)
    dropout = trial.suggest_float("dropout", *space.dropout, step=STEP)
    if task == CLICKS:
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
