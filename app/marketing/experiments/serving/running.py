"""The running experiments of all accounts in a worker's memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncEngine

from app.marketing.experiments.plans.plan import Subject
from app.marketing.experiments.repository import ExperimentStore
from app.marketing.experiments.values import StoredExperiment

Served = tuple[StoredExperiment, ...]


@dataclass(slots=True)
class RunningExperiments:
    """Those that the product itself serves, as of the last `refresh`; reading them needs no
    database.
    """

    store: ExperimentStore
    _served: Mapping[tuple[str, Subject], Served] = field(default_factory=dict)

    def list(self, account: str, subject: Subject) -> Served:
        """The account's running experiments on a subject, the one that started first in front."""
        return self._served.get((account, subject), ())

    async def refresh(self) -> None:
        """Read them again. Raises UNAVAILABLE; then those in memory stay in use."""
        served: dict[tuple[str, Subject], Served] = {}
        running = [each for each in await self.store.list_running() if each.plan.is_served]
        for each in sorted(running, key=lambda each: each.started or 0.0):
            place = each.account, each.plan.subject
            served[place] = (*served.get(place, ()), each)
        self._served = served


def open_running_experiments(engine: AsyncEngine) -> RunningExperiments:
    """Those in the database, not read yet."""
    return RunningExperiments(ExperimentStore(engine))
