"""Groups of followers: the known ones come out, named by what sets them apart."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from app.marketing.audience.group_descriptions import GroupDescriber
from app.marketing.audience.groups import group_followers, scale_features
from app.marketing.audience.values import NoProfiles
from tests.marketing.audience.populations import simulate_population


def test_known_groups_are_found_and_named() -> None:
    table, truth = simulate_population(2_000, seed=1)

    result = group_followers(table, np.full(len(table), 100.0))

    labels = np.zeros(2_000, dtype=np.int64)
    for at, group in enumerate(result.groups):
        labels[list(group.rows)] = at
    assert adjusted_rand_score(truth, labels) > 0.9
    assert {group.name for group in result.groups} == {"爱分享", "少来", "爱提问", "高消费"}
    assert result.groups[0].description.startswith(f"{len(result.groups[0].rows)} 人，占 3")
    assert result.stability > 0.9


def test_without_profiles_there_is_nothing_to_cluster() -> None:
    with pytest.raises(NoProfiles, match="请先计算"):
        group_followers(np.array([]), np.array([]))


def test_unknown_values_and_few_followers_are_one_group() -> None:
    table = np.full((5, 8), np.nan)

    result = group_followers(table, np.full(len(table), 100.0))

    assert [(group.name, group.rows) for group in result.groups] == [("全体粉丝", (0, 1, 2, 3, 4))]
    assert result.groups[0].description == "5 人，全部粉丝：各项指标分不出明显的群体。"


def test_a_group_of_most_followers_is_described_by_what_sets_it_apart_from_the_others() -> None:
    random = np.random.default_rng(1)
    readers = random.normal([2, 20, 5, 40, 20, 1, 0, 0.2], 0.5, (250, 8))
    table = np.maximum(
        np.vstack([random.normal([30, 2, 1, 3, 1, 0, 0, 0.2], 0.5, (750, 8)), readers]), 0
    )

    result = group_followers(table, np.full(len(table), 100.0))

    most, few = result.groups
    assert (len(most.rows), len(few.rows)) == (750, 250)
    assert most.name in {"久未活跃", "少来", "读得少", "点得少"}
    assert most.description.startswith("750 人，占 75%。")
    assert "未活跃天数平均 30.0 天（其他粉丝 2.0 天）" in most.description


def test_new_followers_who_never_acted_get_no_invented_days() -> None:
    random = np.random.default_rng(1)
    newcomers = np.full((200, 8), [np.nan, 0, 0, 0, 0, 0, 0, np.nan])
    readers = np.maximum(random.normal([20, 20, 5, 40, 20, 1, 0, 0.2], 0.5, (60, 8)), 0)
    tenure = np.concatenate([np.full(200, 0.5), np.full(60, 90.0)])

    result = group_followers(np.vstack([newcomers, readers]), tenure)

    new, old = result.groups
    assert (len(new.rows), len(old.rows)) == (200, 60)
    assert new.name == "新粉丝"
    assert "其中 200 人关注后还没有互动，平均认识 0.5 天" in new.description
    assert "未活跃" not in new.description + old.description


def test_a_name_is_true_against_each_other_group() -> None:
    random = np.random.default_rng(1)
    means = np.array([
        [9, 9, 2, 9, 4.4, 0, 0, 0], [9, 9, 2, 5, 3.6, 0, 0, 0], [9, 9, 2, 1, 0.3, 0, 0, 0]
    ])  # fmt: skip
    table = np.maximum(np.repeat(means, 40, axis=0) + random.normal(0, 0.1, (120, 8)), 0)
    describer = GroupDescriber(
        table=table, scaled=scale_features(table), tenure=np.full(120, 100.0)
    )

    groups = describer.describe([np.arange(40), np.arange(40, 80), np.arange(80, 120)])

    assert [name for name, _, _ in groups] == ["读得多", "点击数偏高", "点得少"]


def test_one_or_two_followers_are_not_named_by_a_mood() -> None:
    random = np.random.default_rng(1)
    means = np.array([[5, 4, 1, 4, 2, 0, 0, 0], [5, 4, 1, 4, 2, 0, 300, 0]])
    many = np.repeat(means, [60, 20], axis=0) + random.normal(0, 0.1, (80, 8))
    table = np.vstack([np.maximum(many, 0), [[5, 4, 1, 4, 2, 0, 0, -1.0]] * 2])
    describer = GroupDescriber(table=table, scaled=scale_features(table), tenure=np.full(82, 90.0))

    members = [np.arange(60), np.arange(60, 80), np.arange(80, 82)]
    names = [name for name, _, _ in describer.describe(members)]

    assert names[1:] == ["高消费", "个别粉丝"]


def test_groups_with_the_same_name_are_told_apart_and_equal_ones_are_one() -> None:
    random = np.random.default_rng(1)
    means = np.array([
        [12, 4, 1, 4, 2, 0, 0, 0], [5, 4, 1, 4, 2, 0, 800, 0], [25, 4, 1, 4, 2, 0, 800, 0]
    ])  # fmt: skip
    table = np.vstack([
        np.maximum(random.normal(row, 0.1, (count, 8)), 0)
        for row, count in zip(means, (300, 40, 30), strict=True)
    ])  # fmt: skip
    table[:300, 0] = np.tile(np.linspace(1, 40, 150), 2)
    scaled = scale_features(table)
    describer = GroupDescriber(table=table, scaled=scaled, tenure=np.full(370, 100.0))

    groups = list(
        describer.describe(
            [np.arange(150), np.arange(150, 300), np.arange(300, 340), np.arange(340, 370)]
        )
    )

    assert [(name, len(rows)) for name, _, rows in groups] == [
        ("低消费", 300), ("高消费", 40), ("高消费·久未活跃", 30)
    ]  # fmt: skip
    assert "与“高消费”相比，未活跃天数平均 25.0 天（高消费 5.0 天）" in groups[2][1]


def test_a_sentence_has_only_features_that_differ_by_a_quarter() -> None:
    table = np.zeros((200, 8))
    table[:, 1] = np.where(np.arange(200) < 100, 1.0, 0.9)
    table[:, 3] = np.where(np.arange(200) < 100, 9.0, 2.0)
    describer = GroupDescriber(
        table=table, scaled=scale_features(table), tenure=np.full(200, 100.0)
    )

    groups = list(describer.describe([np.arange(100), np.arange(100, 200)]))

    assert [sentence for _, sentence, _ in groups] == [
        "100 人，占 50%。阅读数平均 9.0 次（其他粉丝 2.0 次）。",
        "100 人，占 50%。阅读数平均 2.0 次（其他粉丝 9.0 次）。",
    ]


def test_a_name_is_true_of_most_members_and_told_in_the_sentence() -> None:
    random = np.random.default_rng(1)
    means = np.array(
        [[4, 6, 1, 6, 2, 0, 0, 0], [24, 3, 1, 3, 2, 0, 0, 0], [4, 6, 1, 3, 2, 0, 0, 0]]
    )
    table = np.maximum(np.repeat(means, [60, 60, 60], axis=0) + random.normal(0, 0.1, (180, 8)), 0)
    table[:, 6] = 0.0
    table[:20, 6], table[120:160, 6] = 40.0, 90.0
    describer = GroupDescriber(table=table, scaled=scale_features(table), tenure=np.full(180, 90.0))

    names = [
        (name, "消费" in sentence)
        for name, sentence, _ in describer.describe(
            [np.arange(60), np.arange(60, 120), np.arange(120, 180)]
        )
    ]

    assert names == [("读得多", False), ("久未活跃", True), ("高消费", True)]


def test_a_majority_is_no_group_of_buyers() -> None:
    random = np.random.default_rng(1)
    means = np.array([[4, 6, 1, 6, 2, 0, 60, 0], [24, 3, 1, 3, 2, 0, 0, 0]])
    table = np.maximum(np.repeat(means, [130, 22], axis=0) + random.normal(0, 0.1, (152, 8)), 0)
    table[:52, 6] = 0.0
    table[130:, 6] = 0.0
    describer = GroupDescriber(table=table, scaled=scale_features(table), tenure=np.full(152, 90.0))

    names = [name for name, _, _ in describer.describe([np.arange(130), np.arange(130, 152)])]

    assert names == ["最近活跃", "久未活跃"]
