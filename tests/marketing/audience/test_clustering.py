"""Clusters: their number is found, chance is one cluster, and stability tells them apart."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from app.marketing.audience.clustering import Method, cluster_rows


@pytest.mark.parametrize("method", ["kmeans", "density"])
@pytest.mark.parametrize("groups", [2, 3, 5])
def test_known_groups_come_out(groups: int, method: Method) -> None:
    random = np.random.default_rng(1)
    truth = random.integers(0, groups, 400)
    matrix = np.eye(groups, 6)[truth] * 4 + random.normal(0, 0.5, (400, 6))

    clusters = cluster_rows(matrix, 8, method=method)

    assert clusters.count == groups
    assert adjusted_rand_score(truth, clusters.labels) > 0.95
    assert clusters.stability > 0.9
    sizes = np.bincount(clusters.labels[clusters.labels >= 0]).tolist()
    assert sizes == sorted(sizes, reverse=True)


def test_rows_without_groups_are_not_stable() -> None:
    matrix = np.random.default_rng(2).normal(size=(300, 12))

    clusters = cluster_rows(matrix, 8)

    assert clusters.count == 1 or clusters.stability < 0.6


@pytest.mark.parametrize(
    "matrix", [np.zeros((0, 3)), np.zeros((7, 3)), np.ones((50, 3)), np.eye(3)]
)
def test_few_or_equal_rows_are_one_cluster(matrix: np.ndarray) -> None:
    clusters = cluster_rows(matrix, 8)

    assert (clusters.count, clusters.labels.tolist()) == (1, [0] * len(matrix))


def test_rows_of_no_cluster_are_named_by_density() -> None:
    random = np.random.default_rng(3)
    groups = [random.normal(center, 0.2, (150, 2)) for center in (0, 5)]
    scattered = random.uniform(-20, 20, (12, 2))

    clusters = cluster_rows(np.concatenate([*groups, scattered]), 8, method="density")

    assert clusters.count == 2
    assert (clusters.labels[-12:] == -1).sum() >= 8
    assert (clusters.labels[:300] >= 0).mean() > 0.95
