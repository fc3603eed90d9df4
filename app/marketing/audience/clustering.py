"""Clusters rows of a matrix: how many there are, and how sure that is.

k-means for each number of clusters; the silhouette chooses the number (Rousseeuw 1987). Stability
is the mean adjusted Rand index between the clusters of all rows and those of bootstrap samples
(Hennig 2007): from 0.8 on clusters come back, below 0.6 they are an accident.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

Array = npt.NDArray[np.floating]

_SAMPLE = 2_000  # rows of which the silhouette is measured: it is quadratic in them
_SAMPLES = 8  # of the bootstrap
_TRIES = 4  # starts of k-means


@dataclass(frozen=True, slots=True, kw_only=True)
class Clusters:
    """The cluster of each row, counted from 0 in the order of their sizes, the largest first.

    silhouette: -1 to 1, of a sample of rows. stability: 0 to 1. Both are 0 for one cluster.
    """

    labels: npt.NDArray[np.int64]
    count: int
    silhouette: float
    stability: float


def cluster_rows(
    matrix: Array, most: int, *, seed: int = 0, least_silhouette: float = 0.05
) -> Clusters:
    """2 to `most` clusters; one where no number of them has `least_silhouette`.

    matrix: (rows, columns), scaled by the caller. Fewer than 8 rows are one cluster.
    """
    one = Clusters(
        labels=np.zeros(len(matrix), dtype=np.int64), count=1, silhouette=0.0, stability=0.0
    )
    different_rows = len(np.unique(matrix, axis=0))
    if len(matrix) < 8 or different_rows < 2:
        return one
    most = min(most, len(matrix) // 4, different_rows)
    best_score, best_model = least_silhouette, None
    for count in range(2, most + 1):
        model = _fit(matrix, count, seed)
        score = _measure_silhouette(matrix, model.labels_, seed)
        if score > best_score:
            best_score, best_model = score, model
    if best_model is None:
        return one
    return Clusters(
        labels=_order_by_size(best_model.labels_),
        count=int(best_model.n_clusters),
        silhouette=best_score,
        stability=_measure_stability(matrix, best_model, seed),
    )


def _fit(matrix: Array, count: int, seed: int) -> KMeans:
    return KMeans(count, n_init=_TRIES, random_state=seed).fit(matrix)


def _measure_silhouette(matrix: Array, labels: npt.NDArray[np.int64], seed: int) -> float:
    if len(np.unique(labels)) < 2:
        return -1.0
    sample = min(_SAMPLE, len(matrix))
    return float(silhouette_score(matrix, labels, sample_size=sample, random_state=seed))


def _measure_stability(matrix: Array, model: KMeans, seed: int) -> float:
    random = np.random.default_rng(seed)
    scores = []
    for at in range(_SAMPLES):
        rows = random.integers(0, len(matrix), len(matrix))
        again = _fit(matrix[rows], model.n_clusters, seed + at + 1)
        scores.append(adjusted_rand_score(model.labels_, again.predict(matrix)))
    return float(np.mean(scores))


def _order_by_size(labels: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    sizes = np.bincount(labels)
    ranks = np.empty(len(sizes), dtype=np.int64)
    ranks[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return ranks[labels]
