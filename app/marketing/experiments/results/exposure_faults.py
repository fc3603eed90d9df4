"""Exposures that can't be right: nothing of them is dropped, and no result counts beside them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from app.marketing.experiments.assigning import find_assignment
from app.marketing.experiments.exposures import ExposedFollower
from app.marketing.experiments.values import StoredExperiment
from app.privacy.pseudonym import is_anonym

MOST_NAMED = 5  # pseudonyms that a fault names
FaultKind = Literal["unknown_variant", "several_variants", "not_assigned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureFault:
    """What is wrong with how many followers' exposures, and some of them by pseudonym."""

    kind: FaultKind
    followers: int
    examples: tuple[str, ...]
    sentence: str  # for the operator, in Chinese


def find_faults(
    experiment: StoredExperiment, exposed: Iterable[ExposedFollower]
) -> list[ExposureFault]:
    """The faults of the exposures. Erased followers have no pseudonym to check."""
    checkable = [each for each in exposed if not is_anonym(each.pseudonym)]
    return [
        *_find("unknown_variant", checkable, experiment, _is_unknown),
        *_find("several_variants", checkable, experiment, _has_several),
        *_find("not_assigned", checkable, experiment, _is_unassigned),
    ]


def _find(
    kind: FaultKind,
    exposed: list[ExposedFollower],
    experiment: StoredExperiment,
    is_faulty: Callable[[StoredExperiment, ExposedFollower], bool],
) -> Iterator[ExposureFault]:
    faulty = [each.pseudonym for each in exposed if is_faulty(experiment, each)]
    if faulty:
        finding, advice = _SENTENCES[kind]
        consequence = advice if experiment.ended is None else "结果不可用"
        sentence = f"{len(faulty)} 位粉丝{finding}：{consequence}。"
        examples = tuple(islice(faulty, MOST_NAMED))
        yield ExposureFault(kind=kind, followers=len(faulty), examples=examples, sentence=sentence)


# What is wrong, and what to do about it while the experiment runs.
_SENTENCES: dict[FaultKind, tuple[str, str]] = {
    "unknown_variant": ("看到了计划里没有的方案", "请检查曝光事件里的方案名"),
    "several_variants": ("看到了不止一个方案", "分流没有保持一致，请先修复"),
    "not_assigned": ("看到的不是分配给他们的方案", "请按分配结果展示，结果暂不可用"),
}


def _is_unknown(experiment: StoredExperiment, follower: ExposedFollower) -> bool:
    return follower.variant not in experiment.plan.variant_names


def _has_several(experiment: StoredExperiment, follower: ExposedFollower) -> bool:
    return experiment.plan.unit == "follower" and follower.variant_count > 1


def _is_unassigned(experiment: StoredExperiment, follower: ExposedFollower) -> bool:
    """Whether the first variant isn't the one that was assigned then.

    In a bandit, what was assigned under the shares before may be shown a little later.
    """
    if experiment.plan.unit == "day" or _is_unknown(experiment, follower):
        return False
    times = [follower.first]
    starts = [period.start for period in experiment.periods if period.start <= follower.first]
    if len(starts) > 1:
        times.append(starts[-2])
    variants = {find_assignment(experiment, follower.pseudonym, time).variant for time in times}
    return follower.variant not in variants
