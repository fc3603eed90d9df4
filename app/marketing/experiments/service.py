"""The life of an experiment: draft, running, stopped or decided, each change by a named person."""

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.marketing.experiments.assignment import (
    BUCKETS,
    Allocation,
    BadAllocation,
    find_free_buckets,
)
from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.plans.variant_texts import list_text_faults
from app.marketing.experiments.repository import ExperimentStore, lock_namespace
from app.marketing.experiments.values import (
    STATE_TITLES,
    Action,
    LogEntry,
    NoFreeFollowers,
    OverlappingExperiment,
    PlannedRun,
    SharePeriod,
    State,
    StoredExperiment,
    UnplannedExperiment,
    UnwrittenVariants,
    WrongExperimentState,
    WrongVariant,
)

Buckets = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Experiments:
    """Changes experiments; each change is a version with an entry in the log."""

    store: ExperimentStore
    clock: Callable[[], float] = time.time

    async def create(self, account: str, author: str, plan: ExperimentPlan) -> StoredExperiment:
        """Store a draft."""
        now = self.clock()
        experiment = StoredExperiment(
            id=uuid.uuid4().hex, account=account, version=1, state="draft", author=author,
            created=now, plan=plan,
        )  # fmt: skip
        entry = LogEntry(at=now, by=author, action="create", details={"name": plan.name})
        await self.store.add(experiment, entry)
        return experiment

    async def edit(
        self, experiment: StoredExperiment, author: str, plan: ExperimentPlan, version: int
    ) -> StoredExperiment:
        """Replace the plan of a draft; what was planned of its run is void.

        Raises WrongExperimentState once it runs: a metric that is changed in mid-test is chosen by
        what was seen. Raises StaleRevision.
        """
        if experiment.state != "draft":
            raise WrongExperimentState(
                f"the experiment is {experiment.state}: its {_name_changes(experiment.plan, plan)}"
                " can't change any more. Stop it, and start another one",
                chinese=f"实验{STATE_TITLES[experiment.state]}，不能再改"
                f"（{_name_changes(experiment.plan, plan)}）。请停止它，另开一个实验",
            )
        details = {"changed": _name_changes(experiment.plan, plan)}
        changed = replace(experiment, plan=plan, run=None, version=version)
        return await self._store(changed, author, "edit", details)

    async def set_run(
        self, experiment: StoredExperiment, author: str, run: PlannedRun
    ) -> StoredExperiment:
        """Store how many exposures are needed. Raises WrongExperimentState, StaleRevision."""
        _refuse_unless(experiment, "draft", "planned")
        return await self._store(replace(experiment, run=run), author, "plan", asdict(run))

    async def start(self, experiment: StoredExperiment, author: str) -> StoredExperiment:
        """Let an experiment assign followers from now on.

        Raises WrongExperimentState, UnwrittenVariants, UnplannedExperiment, NoFreeFollowers,
        OverlappingExperiment, StaleRevision.
        """
        _refuse_unless(experiment, "draft", "started")
        plan = experiment.plan
        if faults := list_text_faults(plan):
            raise UnwrittenVariants(
                "; ".join(fault.english for fault in faults),
                chinese="；".join(fault.chinese for fault in faults),
            )
        if _needs_run(plan) and experiment.run is None:
            raise UnplannedExperiment(
                f"the method {plan.method} needs a number of exposures: plan the experiment first,"
                " or choose the method anytime, which takes about twice as many",
                chinese=f"{plan.method} 方法需要计划的样本数：请先做计划，"
                "或改用 anytime 方法（大约需要两倍的样本）",
            )
        _refuse_overlap(experiment, await self.store.list_running())
        async with self.store.engine.begin() as connection:
            others = await lock_namespace(connection, experiment.account, plan.namespace)
            now = self.clock()
            running = replace(
                experiment, state="running", started=now, version=experiment.version + 1,
                buckets=_choose_buckets(plan, others), periods=(SharePeriod(now, plan.shares),),
            )  # fmt: skip
            entry = LogEntry(at=now, by=author, action="start", details={})
            await self.store.replace_within(connection, running, entry)
        return running

    async def reallocate(
        self, experiment: StoredExperiment, shares: tuple[float, ...], details: dict[str, Any]
    ) -> StoredExperiment:
        """Give a running bandit other shares from now on. Raises StaleRevision."""
        period = SharePeriod(self.clock(), shares)
        changed = replace(experiment, periods=(*experiment.periods, period))
        return await self._store(changed, "bandit", "reallocate", {"shares": shares, **details})

    async def stop(
        self,
        experiment: StoredExperiment,
        author: str,
        reason: str,
        chosen: str = "",
        warning: str = "",
    ) -> StoredExperiment:
        """End an experiment, with a decision where a variant is chosen; a stopped one may still be
        decided. `warning`: what the data say against the choice, for the log.

        Raises WrongExperimentState, WrongVariant, StaleRevision.
        """
        refuse_stop(experiment, chosen)
        ended = replace(
            experiment, state="decided" if chosen else "stopped", chosen=chosen,
            decided_by=author if chosen else "", ended=experiment.ended or self.clock(),
        )  # fmt: skip
        details = {"reason": reason, "chosen": chosen} | ({"warning": warning} if warning else {})
        return await self._store(ended, author, "decide" if chosen else "stop", details)

    async def _store(
        self, changed: StoredExperiment, author: str, action: Action, details: dict[str, Any]
    ) -> StoredExperiment:
        stored = replace(changed, version=changed.version + 1)
        entry = LogEntry(at=self.clock(), by=author, action=action, details=details)
        await self.store.replace(stored, entry)
        return stored


def _needs_run(plan: ExperimentPlan) -> bool:
    """Whether the method reads its counts by a plan; where nothing is compared it doesn't."""
    is_planned = plan.kind == "ab" and plan.method in ("fixed", "sequential")
    return is_planned and bool(plan.compared_variants)


def refuse_stop(experiment: StoredExperiment, chosen: str) -> None:
    """Raise WrongVariant, or WrongExperimentState where it can't be stopped or decided."""
    names = experiment.plan.variant_names
    if chosen and chosen not in names:
        raise WrongVariant(
            f"there is no variant {chosen!r}; there are {', '.join(names)}",
            chinese=f"没有方案“{chosen}”，现有：{'、'.join(names)}",
        )
    if experiment.state != "running" and not (chosen and experiment.state == "stopped"):
        raise WrongExperimentState(
            f"the experiment is {experiment.state}: only a running one is stopped",
            chinese=f"实验{STATE_TITLES[experiment.state]}，只有进行中的实验才能停止",
        )


def _refuse_unless(experiment: StoredExperiment, state: State, verb: str) -> None:
    if experiment.state != state:
        raise WrongExperimentState(
            f"the experiment is {experiment.state}: only a {state} is {verb}",
            chinese=f"实验{STATE_TITLES[experiment.state]}，只有{STATE_TITLES[state]}的实验才能这样做",
        )


def _refuse_overlap(experiment: StoredExperiment, running: Sequence[StoredExperiment]) -> None:
    """Raise OverlappingExperiment where a follower could be in two experiments on one reply."""
    mine = experiment.plan
    for other in running:
        plan = other.plan
        is_same = (other.account, plan.subject, plan.target) == (
            experiment.account, mine.subject, mine.target
        )  # fmt: skip
        is_apart = plan.namespace == mine.namespace and "day" not in {plan.unit, mine.unit}
        if mine.is_served and plan.is_served and is_same and not is_apart:
            raise OverlappingExperiment(
                f"the running experiment {plan.name!r} ({other.id}) decides the same for the same"
                " followers: stop it first, or compare all variants in one experiment",
                chinese=f"进行中的实验“{plan.name}”（{other.id}）决定的是同样粉丝的同一件事："
                "请先停止它，或把所有方案放在一个实验里比较",
            )


def _name_changes(old: ExperimentPlan, new: ExperimentPlan) -> str:
    """The fields that differ, such as `metric, alpha`."""
    before, after = old.model_dump(), new.model_dump()
    return ", ".join(name for name in before if before[name] != after[name]) or "plan"


def _choose_buckets(plan: ExperimentPlan, others: list[StoredExperiment]) -> Buckets:
    """Buckets of the namespace that no running experiment owns. Days have no buckets."""
    if plan.unit == "day":
        return ((0, BUCKETS),)
    allocations: list[Allocation] = [
        other.allocation_at(other.started or 0.0) for other in others if other.plan.unit != "day"
    ]
    try:
        return find_free_buckets(allocations, plan.share)
    except BadAllocation as error:
        raise NoFreeFollowers(str(error), chinese=error.chinese) from None
