"""Groups followers by their profiles; look-alikes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from app.marketing.audience.clustering import Method, cluster_rows
from app.marketing.audience.group_descriptions import FEATURES, RECENCY, GroupDescriber
from app.marketing.audience.values import NoProfiles, TooFewSeeds

Floats = npt.NDArray[np.float64]

MOST_CLUSTERS = 8
LEAST_SEEDS = 20


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


def rank_lookalikes(table: Floats, tenure: Floats, seeds: Sequence[int]) -> tuple[Floats, float]:
    """How much each follower is like the seeds, 0 to 1, and how well that tells seeds apart.

    table, tenure: as in `group_followers`. The second value is the area under the curve for the
    seeds among all, measured on rows that the model didn't see: 0.5 is chance. Raises TooFewSeeds.
    """
    if len(seeds) < LEAST_SEEDS or len(seeds) > len(table) // 2:
        raise TooFewSeeds(
            f"种子人群有 {len(seeds)} 人：要有 {LEAST_SEEDS} 人以上，且不超过全部粉丝的一半"
        )
    features = scale_features(fill_features(table, tenure))
    squared = np.column_stack([features, features**2])
    labels = np.zeros(len(table), dtype=np.int64)
    labels[list(seeds)] = 1
    model = LogisticRegression(C=0.1, class_weight="balanced", max_iter=500)
    scores = cross_val_predict(model, squared, labels, cv=5, method="predict_proba")[:, 1]
    return np.asarray(scores), _measure_area(scores, labels)


def _measure_area(scores: Floats, labels: npt.NDArray[np.int64]) -> float:
    ranks = np.empty(len(scores))
    ranks[np.argsort(scores, kind="stable")] = np.arange(1, len(scores) + 1)
    positives = int(labels.sum())
    negatives = len(labels) - positives
    return float(
        (ranks[labels == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives)
    )


def fill_features(table: Floats, tenure: Floats) -> Floats:
    """Who never acted is inactive since they are known; other unknown values become 0."""
    filled = table.copy()
    recency = filled[:, RECENCY]
    filled[:, RECENCY] = np.where(np.isnan(recency), tenure, recency)
    return np.asarray(np.nan_to_num(filled, nan=0.0))
