"""Groups of followers: the known ones come out, named by what sets them apart."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from app.marketing.audience.groups import group_followers, rank_lookalikes
from app.marketing.audience.values import NoProfiles, TooFewSeeds
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


def test_without_profiles_there_is_nothing_to_cluster() -> None:
    with pytest.raises(NoProfiles, match="请先计算"):
        group_followers(np.array([]))


def test_unknown_values_and_few_followers_are_one_group() -> None:
    table = np.full((5, 8), np.nan)

    result = group_followers(table)

    assert [(group.name, group.rows) for group in result.groups] == [("全体粉丝", (0, 1, 2, 3, 4))]
    assert result.groups[0].description == "5 人，全部粉丝：各项指标分不出明显的群体。"


def test_a_group_of_most_followers_is_described_by_what_sets_it_apart_from_the_others() -> None:
    random = np.random.default_rng(1)
    readers = random.normal([2, 20, 5, 40, 20, 1, 0, 0.2], 0.5, (250, 8))
    table = np.maximum(
        np.vstack([random.normal([30, 2, 1, 3, 1, 0, 0, 0.2], 0.5, (750, 8)), readers]), 0
    )

    result = group_followers(table)

    most, few = result.groups
    assert (len(most.rows), len(few.rows)) == (750, 250)
    assert most.name in {"久未活跃", "少来", "读得少", "点得少"}
    assert most.description.startswith("750 人，占 75%。")
    assert "未活跃天数平均 30.0 天（其他粉丝 2.0 天）" in most.description
