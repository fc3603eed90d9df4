"""Effects of features: the true one comes out, chance doesn't, bad input is refused."""

from dataclasses import replace
from math import exp, log

import numpy as np
import numpy.typing as npt
import pytest
import statsmodels.api as sm
from scipy import stats

from app.marketing.effects.features import build_features
from app.marketing.effects.regression import estimate_effects
from app.marketing.effects.values import ContentOutcome, FeatureEffect, Metric, UnusableContents
from tests.marketing.effects.contents import make_contents


def give_clicks(contents: list[ContentOutcome], clicks: list[int]) -> list[ContentOutcome]:
    return [
        replace(content, counts={"clicks": count})
        for content, count in zip(contents, clicks, strict=True)
    ]


def find_effect(contents: list[ContentOutcome], feature: str) -> FeatureEffect:
    effects = estimate_effects(contents, "reads").effects
    return next(effect for effect in effects if effect.feature == feature)


def test_the_true_cause_is_significant_and_no_other_feature() -> None:
    contents = make_contents(300, question_lift=log(1.35))

    effects = estimate_effects(contents, "reads").effects

    assert [effect.feature for effect in effects if effect.significant] == ["title_question"]
    question = next(effect for effect in effects if effect.feature == "title_question")
    assert question.low < 1.35 < question.high


def test_intervals_hold_what_they_promise_for_few_contents() -> None:
    runs = 150

    covered = sum(
        effect.low <= exp(0.3) <= effect.high
        for seed in range(runs)
        for effect in [
            find_effect(make_contents(64, question_lift=0.3, seed=seed), "title_question")
        ]
    )

    assert covered / runs > 0.90  # 0.95 but for the chance of 150 runs


def test_contents_of_one_message_do_not_count_as_many() -> None:
    contents = make_contents(150, group_size=5)
    alone = [replace(content, group="") for content in contents]

    together_effects = estimate_effects(contents, "reads")
    alone_effects = estimate_effects(alone, "reads")

    assert (together_effects.groups, alone_effects.groups) == (30, 150)
    assert len(together_effects.effects) == 3  # a feature for eight groups
    assert len(alone_effects.effects) > 3


def test_the_estimate_is_that_of_statsmodels_and_its_errors_those_of_the_jackknife() -> None:
    contents = make_contents(64)
    constant = [replace(each, characters=0, pictures=0, published=0.0) for each in contents]
    readers = np.array([content.counts["reads"] for content in contents], dtype=float)
    rates = np.array([content.finish_rate for content in contents])

    result = estimate_effects(constant, "finish_rate")

    design = sm.add_constant(build_features(constant, 8, np.arange(64), ()).values)

    def fit(rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        weights = readers[rows] / readers.mean()
        family = sm.families.Binomial()
        return np.asarray(
            sm.GLM(rates[rows], design[rows], family=family, var_weights=weights).fit().params
        )

    others = np.array([fit(np.arange(64) != at) for at in range(64)])
    whole = fit(np.arange(64) >= 0)
    errors = np.sqrt(63 / 64 * ((others - whole) ** 2).sum(axis=0))
    widths = [log(effect.high / effect.ratio) for effect in result.effects]
    assert [effect.ratio for effect in result.effects] == pytest.approx(np.exp(whole[1:]))
    assert widths == pytest.approx(stats.t.isf(0.025, 63) * errors[1:], rel=0.02)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": "好茶"}, "各篇相同"),
        ({"pictures": 2}, "各篇相同"),
    ],
)
def test_a_feature_that_does_not_vary_is_left_out_by_name(
    changes: dict[str, object], reason: str
) -> None:
    contents = [replace(content, **changes) for content in make_contents(120)]  # type: ignore[arg-type]

    left_out = estimate_effects(contents, "reads").left_out

    assert reason in left_out.values()


def test_a_feature_of_three_contents_is_left_out() -> None:
    contents = [replace(content, title="好茶") for content in make_contents(120)]
    contents[:3] = [replace(content, title="好茶！") for content in contents[:3]]

    left_out = estimate_effects(contents, "reads").left_out

    assert left_out["标题有感叹号"] == "只有 3 次发布与其他不同"


@pytest.mark.parametrize(
    ("contents", "metric", "sentence"),
    [
        (make_contents(15), "reads", "至少 16 次不同的发布"),
        (make_contents(60, group_size=5), "reads", "至少 16 次不同的发布"),
        (make_contents(40), "shares", "没有内容有“分享”数据"),
        (
            [replace(each, counts={"reads": 5}, exposures=100) for each in make_contents(40)],
            "reads",
            "相同，没有可解释的差别",
        ),
        (
            [*make_contents(40), replace(make_contents(1)[0], id="x", counts={"reads": 10**6})],
            "reads",
            "内容 x 的“阅读”是 1000000",
        ),
        (
            [*make_contents(40), replace(make_contents(1)[0], id="x", counts={"reads": -1})],
            "reads",
            "应在 0 和曝光数之间",
        ),
    ],
)
def test_contents_that_say_nothing_are_refused(
    contents: list[ContentOutcome], metric: Metric, sentence: str
) -> None:
    with pytest.raises(UnusableContents, match=sentence):
        estimate_effects(contents, metric)


@pytest.mark.parametrize(
    ("clicks", "sentence"),
    [
        ([43] + [0] * 59, "只有 1 次发布有“点击”，至少 16 次"),
        ([5] * 20 + [0] * 40, "只有 20 次发布有“点击”，不到一半"),
        ([43] + [1] * 20 + [0] * 20, "除最多的一次发布外只有 20 次，至少 50 次"),
    ],
)
def test_a_metric_of_few_or_concentrated_events_is_refused(
    clicks: list[int], sentence: str
) -> None:
    contents = give_clicks(make_contents(len(clicks)), clicks)

    with pytest.raises(UnusableContents, match=sentence):
        estimate_effects(contents, "clicks")


def test_a_finish_rate_of_which_nearly_all_read_to_the_end_is_refused() -> None:
    contents = [replace(content, finish_rate=1.0) for content in make_contents(60)]
    contents[:3] = [replace(content, finish_rate=0.5) for content in contents[:3]]

    with pytest.raises(UnusableContents, match="只有 3 次发布有“没读完的人”"):
        estimate_effects(contents, "finish_rate")


@pytest.mark.parametrize("in_the_evening", [0, 7])
def test_a_feature_with_hardly_an_event_on_one_side_is_left_out(in_the_evening: int) -> None:
    contents = make_contents(120)
    is_evening = [content.published % 86_400 // 3_600 == 12 for content in contents]  # 20 h
    spare = iter([5] * in_the_evening)
    clicks = [next(spare, 0) if evening else 5 + at % 4 for at, evening in enumerate(is_evening)]

    result = estimate_effects(give_clicks(contents, clicks), "clicks")

    assert result.left_out["晚上（18 至 24 点）发布"] == (
        f"有的一边{f'只有 {in_the_evening} ' if in_the_evening else '没有一'}次发布有“点击”，"
        "两边各至少 8 次才能比较"
    )
    assert not [effect for effect in result.effects if effect.significant]


def test_an_estimate_beyond_a_ratio_of_ten_is_left_out() -> None:
    contents = make_contents(120, question_lift=0.3)
    clicks = [300 if "怎么" in content.title else 1 + at % 2 for at, content in enumerate(contents)]

    result = estimate_effects(give_clicks(contents, clicks), "clicks")

    assert result.left_out["标题是问句"] == "估计超出 10 倍，数据撑不起"
    assert all(0.1 <= effect.ratio <= 10 for effect in result.effects)


def test_a_unit_by_which_contents_do_not_differ_is_left_out() -> None:
    contents = [
        replace(each, title="好" * (8 + at % 9)) for at, each in enumerate(make_contents(90))
    ]

    left_out = estimate_effects(contents, "reads").left_out

    assert left_out["标题每长 10 个字"] == "中间八成的内容相差不到这么多"
