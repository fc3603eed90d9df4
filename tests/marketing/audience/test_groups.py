"""Groups of followers: the known ones come out, named by what sets them apart."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from app.marketing.audience.groups import group_followers, rank_lookalikes
from app.marketing.audience.values import TooFewSeeds
from tests.marketing.audience.populations import simulate_population


def test_known_groups_are_found_and_named() -> None:
    table, truth = simulate_population(2_000, seed=1)

    result = group_followers(table)

    labels = np.zeros(2_000, dtype=np.int64)
    for at, group in enumerate(result.groups):
        labels[list(group.rows)] = at
    assert adjusted_rand_score(truth, labels) > 0.9
    assert {group.name for group in result.groups} == {"爱分享", "少来", "爱提问", "高消费"}
    assert result.groups[0].description.startswith(f"{len(result.groups[0].rows)} 人，占 3")
    assert result.stability > 0.9


def test_lookalikes_are_of_the_seeds_group() -> None:
    table, truth = simulate_population(2_000, seed=2)
    buyers = np.flatnonzero(truth == 0)
    seeds = buyers[:100].tolist()

    scores, area = rank_lookalikes(table, seeds)

    others = [at for at in np.argsort(-scores) if at not in seeds][:100]
    assert (truth[others] == 0).mean() > 0.9
    assert area > 0.85


@pytest.mark.parametrize("seeds", [range(19), range(1_500)])
def test_too_few_or_too_many_seeds_are_refused(seeds: range) -> None:
    table, _ = simulate_population(2_000, seed=3)

    with pytest.raises(TooFewSeeds, match="20 人以上"):
        rank_lookalikes(table, list(seeds))


def test_unknown_values_and_few_followers_are_one_group() -> None:
    table = np.full((5, 8), np.nan)

    result = group_followers(table)

    assert [(group.name, group.rows) for group in result.groups] == [("人群 1", (0, 1, 2, 3, 4))]
