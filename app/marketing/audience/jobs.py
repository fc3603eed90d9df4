"""What jobs of the audience are asked for: kinds of marketing jobs, and their requests."""

from dataclasses import dataclass, field
from typing import Literal

PROFILES = "profiles"  # compute all profiles; asks for nothing
CLUSTERS = "clusters"
LOOKALIKES = "lookalikes"
FUNNEL = "funnel"
RETENTION = "retention"
AudienceKind = Literal["profiles", "clusters", "lookalikes", "funnel", "retention"]


SEGMENT_TAG = "segment_tag"  # of the platform; asked for with TagOrder
TagAction = Literal["write", "read", "remove"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TagOrder:
    """Give a segment's followers its tag, compare both, or remove the tag."""

    segment: str
    action: TagAction


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterOrder:
    """Cluster the profiles; the clusters replace those of the last time."""

    method: Literal["kmeans", "density"] = "kmeans"


@dataclass(frozen=True, slots=True, kw_only=True)
class LookalikeOrder:
    """Find the `count` followers most like a segment's, and store them as a segment."""

    segment: str
    name: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelOrder:
    """Measure a funnel over events since a time, in seconds since 1970."""

    since: float
    steps: list[str] = field(default_factory=list)
    within_days: float = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionOrder:
    """Measure the cohorts of the last whole weeks."""

    weeks: int = 8
