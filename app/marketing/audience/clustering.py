"""Clusters rows of a matrix: how many there are, and how sure that is.

`kmeans`: for each number of clusters; the silhouette chooses the number (Rousseeuw 1987).
`density`: HDBSCAN (Campello et al. 2013), which finds the number itself, clusters of any form, and
rows that belong to none. Stability is the mean adjusted Rand index between the clusters of all
rows and those of bootstrap samples (Hennig 2007): from 0.8 on clusters come back, below 0.6 they
are an accident.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.neighbors import KNeighborsClassifier

Array = npt.NDArray[np.floating]
Labels = npt.NDArray[np.int64]
Method = Literal["kmeans", "density"]

_SAMPLE = 2_000  # rows of which the silhouette is measured: it is quadratic in them
_SAMPLES = 8  # of the bootstrap
_TRIES = 4  # starts of k-means
_DENSE_SAMPLE = 4_000  # rows of which densities are measured: that is quadratic, too
_SMALLEST_SHARE = 0.02  # of the rows, in a cluster by density


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """The cluster of each row, counted from 0 in the order of their sizes, the largest first.

    labels: -1 for a row of no cluster, which only `density` has. silhouette: -1 to 1, of a sample
    of rows. stability: 0 to 1. Both are 0 for one cluster.
    """

    labels: Labels
    count: int
    silhouette: float
    stability: float


def cluster_rows(
    matrix: Array,
    most: int,
    *,
    method: Method = "kmeans",
    seed: int = 0,
    least_silhouette: float = 0.05,
) -> Clusters:
    """2 to `most` clusters; one where none have `least_silhouette`.

    matrix: (rows, columns), scaled by the caller. Fewer than 8 rows are one cluster. `density` may
    find more than `most`: then the smallest ones are no clusters.
    """
    different_rows = len(np.unique(matrix, axis=0))
    if len(matrix) < 8 or different_rows < 2:
        return _one_cluster(len(matrix))
    if method == "density":
        labels = _label_by_density(matrix, matrix, most, seed)
        score = _measure_silhouette(matrix, labels, seed)
        fit = _density_labeller(most)
    else:
        labels, score = _choose_count(matrix, min(most, len(matrix) // 4, different_rows), seed)
        fit = _kmeans_labeller(int(labels.max()) + 1)
    if score <= least_silhouette:
        return _one_cluster(len(matrix))
    return Clusters(
        labels=_order_by_size(labels),
        count=int(labels.max()) + 1,
        silhouette=score,
        stability=_measure_stability(matrix, labels, fit, seed),
    )


def _one_cluster(rows: int) -> Clusters:
    labels = np.zeros(rows, dtype=np.int64)
    return Clusters(labels=labels, count=1, silhouette=0.0, stability=0.0)


def _choose_count(matrix: Array, most: int, seed: int) -> tuple[Labels, float]:
    best_labels, best_score = np.zeros(len(matrix), dtype=np.int64), -1.0
    for count in range(2, most + 1):
        labels = _label_by_means(matrix, matrix, count, seed)
        score = _measure_silhouette(matrix, labels, seed)
        if score > best_score:
            best_labels, best_score = labels, score
    return best_labels, best_score


def _label_by_means(sample: Array, matrix: Array, count: int, seed: int) -> Labels:
    """The clusters of `matrix` by those of a sample of it, as is the next one."""
    model = KMeans(count, n_init=_TRIES, random_state=seed).fit(sample)
    return np.asarray(model.predict(matrix), dtype=np.int64)


def _label_by_density(sample: Array, matrix: Array, most: int, seed: int) -> Labels:
    if len(sample) > _DENSE_SAMPLE:
        chosen = np.random.default_rng(seed).choice(len(sample), _DENSE_SAMPLE, replace=False)
        sample = sample[chosen]
    smallest = max(5, round(_SMALLEST_SHARE * len(sample)))
    labels = HDBSCAN(min_cluster_size=smallest, copy=True).fit_predict(sample)
    labels = np.where(labels >= 0, _order_by_size(labels), -1)
    labels = np.where(labels < most, labels, -1)
    nearest = KNeighborsClassifier(5).fit(sample, labels)
    return np.asarray(nearest.predict(matrix), dtype=np.int64)


def _kmeans_labeller(count: int) -> Callable[[Array, Array, int], Labels]:
    return lambda sample, matrix, seed: _label_by_means(sample, matrix, count, seed)


def _density_labeller(most: int) -> Callable[[Array, Array, int], Labels]:
    return lambda sample, matrix, seed: _label_by_density(sample, matrix, most, seed)


def _measure_silhouette(matrix: Array, labels: Labels, seed: int) -> float:
    rows = np.flatnonzero(labels >= 0)
    if len(rows) > _SAMPLE:
        rows = np.random.default_rng(seed).choice(rows, _SAMPLE, replace=False)
    if not 2 <= len(np.unique(labels[rows])) < len(rows):
        return -1.0
    return float(silhouette_score(matrix[rows], labels[rows]))


def _measure_stability(
    matrix: Array, labels: Labels, label: Callable[[Array, Array, int], Labels], seed: int
) -> float:
    random = np.random.default_rng(seed)
    scores = []
    for at in range(_SAMPLES):
        rows = random.integers(0, len(matrix), len(matrix))
        again = label(matrix[rows], matrix, seed + at + 1)
        scores.append(adjusted_rand_score(labels, again))
    return float(np.mean(scores))


def _order_by_size(labels: Labels) -> Labels:
    """The labels renumbered, the largest cluster first; -1 stays."""
    sizes = np.bincount(labels[labels >= 0], minlength=int(labels.max(initial=-1)) + 1)
    ranks = np.empty(len(sizes), dtype=np.int64)
    ranks[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return np.where(labels >= 0, ranks[np.maximum(labels, 0)] if len(ranks) else -1, -1)
