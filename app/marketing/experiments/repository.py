"""Experiments in the database: the latest version of each, and a log of all changes."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from app.db.engines import connect_to_read
from app.db.tables import experiment_changes, experiments
from app.errors import StaleRevision
from app.marketing.experiments.plans.plan import ExperimentPlan
from app.marketing.experiments.values import (
    LogEntry,
    PlannedRun,
    RatePrior,
    SharePeriod,
    State,
    StoredExperiment,
    UnknownExperiment,
)

MOST_CHANGES = 500  # of the log that are read; a bandit's shares change daily


@dataclass(frozen=True, slots=True)
class ExperimentStore:
    """Reads and writes experiments. A write names the version that it follows."""

    engine: AsyncEngine

    async def add(self, experiment: StoredExperiment, entry: LogEntry) -> None:
        """Store a new experiment."""
        async with self.engine.begin() as connection:
            await connection.execute(insert(experiments).values(_make_row(experiment)))
            await _add_entry(connection, experiment, entry)

    async def replace(self, experiment: StoredExperiment, entry: LogEntry) -> None:
        """Store an experiment over the version before its own. Raises StaleRevision."""
        async with self.engine.begin() as connection:
            await self.replace_within(connection, experiment, entry)

    async def replace_within(
        self, connection: AsyncConnection, experiment: StoredExperiment, entry: LogEntry
    ) -> None:
        """The same, in a transaction of the caller."""
        statement = (
            update(experiments)
            .where(
                experiments.c.account == experiment.account,
                experiments.c.id == experiment.id,
                experiments.c.version == experiment.version - 1,
            )
            .values(_make_row(experiment))
        )
        if (await connection.execute(statement)).rowcount != 1:
            raise StaleRevision(
                "the experiment was changed meanwhile: read it again",
                chinese="实验已被别人修改：请重新读取后再改",
            )
        await _add_entry(connection, experiment, entry)

    async def get(self, account: str, experiment_id: str) -> StoredExperiment:
        """An experiment. Raises UnknownExperiment."""
        query = select(experiments).where(
            experiments.c.account == account, experiments.c.id == experiment_id
        )
        async with connect_to_read(self.engine) as connection:
            row = (await connection.execute(query)).one_or_none()
        if row is None:
            raise UnknownExperiment(
                f"there is no experiment {experiment_id!r}: list the experiments",
                chinese=f"没有实验 {experiment_id!r}：请先查询实验列表",
            )
        return _read_row(row)

    async def list_page(
        self, account: str, states: Sequence[State] = (), *, offset: int = 0, limit: int = 20
    ) -> list[StoredExperiment]:
        """Experiments in one of the states, or in any, the latest first."""
        query = select(experiments).where(experiments.c.account == account)
        if states:
            query = query.where(experiments.c.state.in_(states))
        query = query.order_by(experiments.c.created.desc(), experiments.c.id)
        async with connect_to_read(self.engine) as connection:
            rows = await connection.execute(query.offset(offset).limit(limit))
            return [_read_row(row) for row in rows]

    async def list_running(self) -> list[StoredExperiment]:
        """The running experiments of all accounts."""
        query = select(experiments).where(experiments.c.state == "running")
        async with connect_to_read(self.engine) as connection:
            return [_read_row(row) for row in await connection.execute(query)]

    async def list_changes(self, account: str, experiment_id: str) -> list[LogEntry]:
        """The log of an experiment, the latest change first."""
        changes = experiment_changes.c
        query = (
            select(changes.at, changes.by, changes.action, changes.details)
            .where(changes.account == account, changes.experiment == experiment_id)
            .order_by(changes.version.desc())
            .limit(MOST_CHANGES)
        )
        async with connect_to_read(self.engine) as connection:
            return [LogEntry(**row._mapping) for row in await connection.execute(query)]


async def lock_namespace(
    connection: AsyncConnection, account: str, namespace: str
) -> list[StoredExperiment]:
    """The running experiments of a namespace; until the transaction ends no other one starts."""
    key = func.hashtextextended(f"experiments of {account} in {namespace}", 0)
    await connection.execute(select(func.pg_advisory_xact_lock(key)))
    mine = and_(
        experiments.c.account == account,
        experiments.c.namespace == namespace,
        experiments.c.state == "running",
    )
    return [_read_row(row) for row in await connection.execute(select(experiments).where(mine))]


async def _add_entry(
    connection: AsyncConnection, experiment: StoredExperiment, entry: LogEntry
) -> None:
    row = {
        "account": experiment.account,
        "experiment": experiment.id,
        "version": experiment.version,
        **asdict(entry),
    }
    await connection.execute(insert(experiment_changes).values(row))


def _make_row(experiment: StoredExperiment) -> dict[str, Any]:
    return asdict(experiment) | {
        "namespace": experiment.plan.namespace,
        "plan": experiment.plan.model_dump(mode="json"),
        "buckets": [list(each) for each in experiment.buckets],
        "periods": [asdict(period) for period in experiment.periods],
    }


def _read_row(row: Row[Any]) -> StoredExperiment:
    values = dict(row._mapping)
    del values["namespace"]
    return StoredExperiment(
        **values
        | {
            "plan": ExperimentPlan.model_validate(row.plan),
            "run": _read_run(row.run) if row.run else None,
            "buckets": tuple((start, end) for start, end in row.buckets),
            "periods": tuple(
                SharePeriod(each["start"], tuple(each["shares"])) for each in row.periods
            ),
        }
    )


def _read_run(run: dict[str, Any]) -> PlannedRun:
    priors = run.get("priors")
    return PlannedRun(**run | {"priors": tuple(RatePrior(**each) for each in priors or ()) or None})
