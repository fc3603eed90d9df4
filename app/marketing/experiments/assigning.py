"""Which variant a follower gets from a running experiment, or why none."""

from dataclasses import dataclass

from app.marketing.experiments.alternation import choose_variant_of_day, number_day
from app.marketing.experiments.assignment import assign, is_held_out
from app.marketing.experiments.values import (
    STATE_TITLES,
    NoPart,
    StoredExperiment,
    WrongExperimentState,
)


@dataclass(frozen=True, slots=True)
class VariantAssignment:
    """The follower's variant; "" with the reason where they take no part."""

    variant: str
    reason: NoPart = ""


def assign_variant(
    experiment: StoredExperiment, pseudonym: str, time: float, first_variant: str = ""
) -> VariantAssignment:
    """The variant of a follower at a time, by the shares in force then.

    first_variant: what a bandit's follower was shown before; they keep it, though the shares have
    moved. Raises WrongExperimentState unless the experiment runs.
    """
    if experiment.state != "running":
        raise WrongExperimentState(
            f"the experiment is {experiment.state}: only a running one assigns followers",
            chinese=f"实验{STATE_TITLES[experiment.state]}，只有进行中的实验才分配粉丝",
        )
    return find_assignment(experiment, pseudonym, time, first_variant)


def find_assignment(
    experiment: StoredExperiment, pseudonym: str, time: float, first_variant: str = ""
) -> VariantAssignment:
    """The same for an experiment in any state that has once been started."""
    allocation = experiment.allocation_at(time)
    if experiment.plan.unit == "day":
        return VariantAssignment(choose_variant_of_day(number_day(time), allocation))
    if is_held_out(pseudonym, allocation):
        return VariantAssignment("", "holdout")
    variant = assign(pseudonym, allocation)
    if variant is None:
        return VariantAssignment("", "not_selected")
    return VariantAssignment(first_variant or variant)
