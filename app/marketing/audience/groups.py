"""Groups followers by their profiles."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.marketing.audience.clustering import Method, cluster_rows
from app.marketing.audience.group_descriptions import FEATURES, RECENCY, GroupDescriber
from app.marketing.audience.values import NoProfiles

Floats = npt.NDArray[np.float64]

MOST_CLUSTERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowerGroup:
    """A cluster of followers: rows of the profiles, a name, and a sentence of its features."""

    name: str
    description: str
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowerGroups:
    """All clusters, the largest first; see Clusters for the figures."""

    groups: tuple[FollowerGroup, ...]
    silhouette: float
    stability: float


def group_followers(
    table: Floats, tenure: Floats, *, method: Method = "kmeans", seed: int = 0
) -> FollowerGroups:
    """Cluster profiles; clusters that no feature tells apart become one group.

    table: (followers, FEATURES), NaN for what isn't known. tenure: (followers,) days that they are
    known. Raises NoProfiles for a table without rows.
    """
    if not len(table):
        raise NoProfiles("还没有粉丝画像：请先计算（POST /api/v1/audience/jobs/profiles）")
    filled = fill_features(table, tenure)
    scaled = scale_features(filled)
    clusters = cluster_rows(scaled, MOST_CLUSTERS, method=method, seed=seed)
    members = [np.flatnonzero(clusters.labels == at) for at in range(clusters.count)]
    describer = GroupDescriber(table=table, scaled=scaled, tenure=tenure)
    groups = [
        FollowerGroup(name=name, description=description, rows=tuple(map(int, rows)))
        for name, description, rows in describer.describe(members)
    ]
    return FollowerGroups(
        groups=tuple(groups), silhouette=clusters.silhouette, stability=clusters.stability
    )


def scale_features(filled: Floats) -> Floats:
    """Columns of mean 0 and deviation 1; skewed ones by their logarithms."""
    is_skewed = np.array([feature.is_skewed for feature in FEATURES])
    values = np.where(is_skewed, np.log1p(np.maximum(filled, 0)), filled)
    deviation = values.std(axis=0)
    return np.asarray((values - values.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0))


def fill_features(table: Floats, tenure: Floats) -> Floats:
    """Who never acted is inactive since they are known; other unknown values become 0."""
    filled = table.copy()
    recency = filled[:, RECENCY]
    filled[:, RECENCY] = np.where(np.isnan(recency), tenure, recency)
    return np.asarray(np.nan_to_num(filled, nan=0.0))
