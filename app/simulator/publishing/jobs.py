"""What becomes of asynchronous jobs, publications and mass sends: planned for the next ones."""

from dataclasses import dataclass, field
from typing import Literal

EventFate = Literal["sent", "missing", "misnamed"]


@dataclass(frozen=True, kw_only=True)
class PublishPlan:
    """What becomes of a publication. `misnamed`: its event arrives as MASSSENDJOBFINISH."""

    seconds: float = 2.0  # until the platform is done
    # 0 ok, 2 originality, 3 failed, 4 refused by the audit; after success 5 deleted, 6 banned
    status: Literal[0, 2, 3, 4, 5, 6] = 0
    event: EventFate = "sent"
    event_after: float = 0.0  # seconds from done to the event
    failed_articles: tuple[int, ...] = (1,)  # fail_idx, from 1, where it fails


@dataclass(frozen=True, kw_only=True)
class MassPlan:
    """What becomes of a mass send."""

    seconds: float = 2.0
    # "send success", "send fail" (as when the administrator doesn't confirm), or "err(10001)" and
    # the like of the audit
    status: str = "send success"
    # Of each article that is a reprint, from 1: whether the author allows it.
    reprints: dict[int, bool] = field(default_factory=dict)
    undelivered: int = 0  # followers whom the platform can't reach
    event: Literal["sent", "missing"] = "sent"
    event_after: float = 0.0


@dataclass
class JobPlans:
    """Plans for the next jobs of an account; without one all goes well."""

    publications: list[PublishPlan] = field(default_factory=list)
    mass_sends: list[MassPlan] = field(default_factory=list)

    def take_publication(self) -> PublishPlan:
        """The plan of the next publication."""
        return self.publications.pop(0) if self.publications else PublishPlan()

    def take_mass_send(self) -> MassPlan:
        """The plan of the next mass send."""
        return self.mass_sends.pop(0) if self.mass_sends else MassPlan()
