"""Groups followers by their profiles, names each group by what sets it apart; look-alikes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from app.kit.shares import format_share
from app.marketing.audience.clustering import Method, cluster_rows
from app.marketing.audience.values import NoProfiles, TooFewSeeds

Floats = npt.NDArray[np.float64]

MOST_CLUSTERS = 8
LEAST_SEEDS = 20
_NAMED = 3  # features in a sentence
_APART = 0.5  # standard deviations from the others' mean: less doesn't set a group apart


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileFeature:
    """A column of profiles: its name, and how high and low values are called."""

    column: str
    title: str
    high: str
    low: str
    unit: str = ""
    is_skewed: bool = True  # clustered by its logarithm


FEATURES: tuple[ProfileFeature, ...] = (
    ProfileFeature(
        column="recency", title="未活跃天数", high="久未活跃", low="最近活跃", unit=" 天"
    ),
    ProfileFeature(column="active_days", title="活跃天数", high="常来", low="少来", unit=" 天"),
    ProfileFeature(column="messages", title="消息数", high="爱提问", low="很少提问", unit=" 条"),
    ProfileFeature(column="views", title="阅读数", high="读得多", low="读得少", unit=" 次"),
    ProfileFeature(column="clicks", title="点击数", high="点得多", low="点得少", unit=" 次"),
    ProfileFeature(column="shares", title="分享数", high="爱分享", low="很少分享", unit=" 次"),
    ProfileFeature(column="value", title="消费", high="高消费", low="低消费", unit=" 元"),
    ProfileFeature(column="mood", title="情绪", high="情绪好", low="情绪差", is_skewed=False),
)


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


def group_followers(table: Floats, *, method: Method = "kmeans", seed: int = 0) -> FollowerGroups:
    """Cluster profiles. table: (followers, FEATURES), NaN for what isn't known.

    Raises NoProfiles for a table without rows.
    """
    if not len(table):
        raise NoProfiles("还没有粉丝画像：请先计算（POST /api/v1/audience/jobs/profiles）")
    filled = _fill(table)
    clusters = cluster_rows(scale_features(filled), MOST_CLUSTERS, method=method, seed=seed)
    members = [np.flatnonzero(clusters.labels == at) for at in range(clusters.count)]
    names: list[str] = []
    groups = []
    for rows in members:
        name, description = _describe(filled, rows, names)
        names.append(name)
        groups.append(FollowerGroup(name=name, description=description, rows=tuple(map(int, rows))))
    return FollowerGroups(
        groups=tuple(groups), silhouette=clusters.silhouette, stability=clusters.stability
    )


def scale_features(filled: Floats) -> Floats:
    """Columns of mean 0 and deviation 1; skewed ones by their logarithms."""
    is_skewed = np.array([feature.is_skewed for feature in FEATURES])
    values = np.where(is_skewed, np.log1p(np.maximum(filled, 0)), filled)
    deviation = values.std(axis=0)
    return np.asarray((values - values.mean(axis=0)) / np.where(deviation > 0, deviation, 1.0))


def rank_lookalikes(table: Floats, seeds: Sequence[int]) -> tuple[Floats, float]:
    """How much each follower is like the seeds, 0 to 1, and how well that tells seeds apart.

    table: as in `group_followers`. The second value is the area under the curve for the seeds
    among all, measured on rows that the model didn't see: 0.5 is chance. Raises TooFewSeeds.
    """
    if len(seeds) < LEAST_SEEDS or len(seeds) > len(table) // 2:
        raise TooFewSeeds(
            f"种子人群有 {len(seeds)} 人：要有 {LEAST_SEEDS} 人以上，且不超过全部粉丝的一半"
        )
    features = scale_features(_fill(table))
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


def _fill(table: Floats) -> Floats:
    """Unknown values become the column's largest for recency, and 0 for the others."""
    filled = table.copy()
    for at, feature in enumerate(FEATURES):
        unknown = np.isnan(filled[:, at])
        if unknown.any():
            others = filled[~unknown, at]
            fill = others.max() if feature.column == "recency" and len(others) else 0.0
            filled[unknown, at] = fill
    return filled


def _describe(table: Floats, rows: npt.NDArray[np.int64], names: Sequence[str]) -> tuple[str, str]:
    """A name that isn't taken, and a sentence, of what sets the rows apart from the others.

    Most of all followers are always near the mean of all: they are compared with the others, too.
    """
    others = np.delete(np.arange(len(table)), rows)
    if not len(others):
        return "全体粉丝", f"{len(rows)} 人，全部粉丝：各项指标分不出明显的群体。"
    scaled = scale_features(table)
    distances = scaled[rows].mean(axis=0) - scaled[others].mean(axis=0)
    order = np.argsort(-np.abs(distances), kind="stable")
    telling = [int(at) for at in order if abs(distances[at]) >= _APART][:_NAMED]
    words = [FEATURES[at].high if distances[at] > 0 else FEATURES[at].low for at in telling]
    name = next(
        (
            "·".join(words[:count])
            for count in range(1, len(words) + 1)
            if "·".join(words[:count]) not in names
        ),
        f"人群 {len(names) + 1}",
    )
    parts = [_compare_means(table[rows, at], table[others, at], FEATURES[at]) for at in telling]
    share = len(rows) / len(table)
    sentence = f"{len(rows)} 人，占 {format_share(share)}。"
    return name, sentence + (
        "；".join(parts) + "。" if parts else "各项指标与其他粉丝没有明显差别。"
    )


def _compare_means(mine: Floats, others: Floats, feature: ProfileFeature) -> str:
    """Such as `阅读数平均 8.1 次（其他粉丝 2.0 次）`."""
    return (
        f"{feature.title}平均 {mine.mean():.1f}{feature.unit}"
        f"（其他粉丝 {others.mean():.1f}{feature.unit}）"
    )
