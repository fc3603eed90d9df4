"""Look-alikes: by features that the segment isn't made of, with an honest area."""

import numpy as np
import pytest

from app.marketing.audience.group_descriptions import FEATURES
from app.marketing.audience.lookalikes import choose_features, rank_lookalikes
from app.marketing.audience.values import NothingToCompare, Segment, SegmentOrigin, TooFewSeeds
from tests.marketing.audience.populations import simulate_population

EVERY = range(len(FEATURES))
VALUE = next(at for at, feature in enumerate(FEATURES) if feature.column == "value")


def make_segment(rule: str, origin: SegmentOrigin = "rule") -> Segment:
    return Segment(
        id="1", account="shop", name="茶客", rule=rule, description="", origin=origin,
        author="小林", version=1, created=0.0, changed=0.0,
    )  # fmt: skip


def test_lookalikes_are_of_the_seeds_group() -> None:
    table, truth = simulate_population(2_000, seed=2)
    buyers = np.flatnonzero(truth == 0)
    seeds = buyers[:100].tolist()

    scores, area = rank_lookalikes(table, np.full(2_000, 100.0), seeds, EVERY)

    others = [at for at in np.argsort(-scores) if at not in seeds][:100]
    assert (truth[others] == 0).mean() > 0.9
    assert area > 0.85


@pytest.mark.parametrize("seeds", [range(19), range(1_500)])
def test_too_few_or_too_many_seeds_are_refused(seeds: range) -> None:
    table, _ = simulate_population(2_000, seed=3)

    with pytest.raises(TooFewSeeds, match="20 人以上"):
        rank_lookalikes(table, np.full(2_000, 100.0), list(seeds), EVERY)


@pytest.mark.parametrize(
    ("rule", "left_out"),
    [
        ("消费 > 100", ["消费"]),
        ("成交数 > 0 且 情绪 < 0", ["消费", "情绪"]),
        ('非 (阶段 = "沉睡" 或 流失风险 > 0.5)', ["未活跃天数", "活跃天数"]),
        ('兴趣 包含 "龙井"', []),
    ],
)
def test_what_a_rule_names_is_not_compared(rule: str, left_out: list[str]) -> None:
    compared = choose_features(make_segment(rule))

    titles = [FEATURES[at].title for at in compared.columns]
    assert compared.left_out == left_out
    assert sorted(titles + left_out) == sorted(feature.title for feature in FEATURES)
    assert compared.warning == ""


def test_a_rule_on_a_feature_that_nothing_else_tells_has_an_area_of_chance() -> None:
    random = np.random.default_rng(1)
    table = random.gamma(2.0, 2.0, (2_000, len(FEATURES)))
    seeds = np.flatnonzero(table[:, VALUE] > 8).tolist()
    tenure = np.full(2_000, 100.0)

    _, flattered = rank_lookalikes(table, tenure, seeds, EVERY)
    _, area = rank_lookalikes(
        table, tenure, seeds, choose_features(make_segment("消费 > 8")).columns
    )

    assert flattered > 0.99
    assert area == pytest.approx(0.5, abs=0.06)


def test_clusters_say_why_their_area_is_high_and_a_rule_of_all_features_is_refused() -> None:
    rule = " 且 ".join(f"{feature.title} > 0" for feature in FEATURES)

    cluster = choose_features(make_segment("", "cluster"))
    with pytest.raises(NothingToCompare, match="用到了所有可比较的指标"):
        choose_features(make_segment(rule))

    assert cluster.columns == list(EVERY)
    assert "区分度必然偏高" in cluster.warning
