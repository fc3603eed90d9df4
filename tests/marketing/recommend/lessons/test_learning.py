"""An account's rankers learn from what its followers were shown and clicked."""

from dataclasses import replace

import numpy as np
import pytest

from app.marketing.events.values import EventKind
from app.marketing.recommend.index import AccountIndex
from app.marketing.recommend.lessons.exposure_rows import AnswerSource, collect_rows
from app.marketing.recommend.lessons.rankers import SHIPPED, Base, Ranker
from app.marketing.recommend.ranking.clicks import ClickTrial
from app.marketing.recommend.ranking.popularity import DAY
from tests.marketing.recommend.lessons.simulated_clicks import BEGIN, SimulatedFollowers

FEW_DAYS, DAYS = 2, 15
PER_DAY = 60
MARGIN = 2.0  # times the clicks by shipped weights, which rank old and much read items first


@pytest.mark.slow
def test_clicks_teach_what_followers_like_and_a_few_of_them_change_nothing() -> None:
    world = SimulatedFollowers(np.random.default_rng(3))
    world.begin()

    world.answer_on(range(FEW_DAYS), PER_DAY)
    world.fit(BEGIN + (FEW_DAYS + 2) * DAY, learns=True)
    soon = world.rankers
    world.answer_on(range(FEW_DAYS, DAYS), PER_DAY)
    end = BEGIN + (DAYS + 2) * DAY
    world.fit(end, learns=True)

    assert soon == SHIPPED
    ranker, default = world.rankers["behaviour"], SHIPPED["behaviour"]
    assert (ranker.origin, ranker.learnt_at) == ("exposures", end)
    assert ranker.trial is not None
    assert ranker.trial.exposures == 3 * PER_DAY * DAYS
    clicks = [world.expect_clicks(end, {"behaviour": each}) for each in (ranker, default)]
    assert clicks[0] > MARGIN * clicks[1]
    assert ranker.describe().startswith("排序权重：2025 年 7 月 2 日由本账号的曝光与点击学得")


def describe_rows(index: AccountIndex, now: float, base: Base = "behaviour") -> np.ndarray:
    """The features of what was shown."""
    source = index.copy_for_fit(now, learns=True)
    assert source.learning is not None
    assert index.fitted is not None
    rows = collect_rows(
        AnswerSource(
            answers=source.learning.answers,
            reads=source.reads,
            readers=source.learning.readers,
            numbers=index.catalog.numbers,
            facts=index.fitted.signals.facts,
        )
    )
    return np.concatenate([rows[base].features, rows[base].biases], 1)


def test_features_are_those_of_the_moment_of_exposure() -> None:
    world = SimulatedFollowers(np.random.default_rng(1))
    world.begin()
    for number in range(8):
        world.show(follower=number, name=f"r{number}", now=BEGIN + number)
    end = BEGIN + 3 * DAY
    before = describe_rows(world.index, end)

    for answer in world.index.activity.answers.list_labelled(end):
        for each in answer.items:
            follower = int(answer.pseudonym.removeprefix("f"))
            world.take(EventKind.CLICK, follower, each.item, answer.time + 60)

    assert len(before) == 24
    assert describe_rows(world.index, end).tolist() == before.tolist()


def test_an_answer_whose_items_are_no_candidates_any_more_teaches_nothing() -> None:
    world = SimulatedFollowers(np.random.default_rng(1))
    world.begin()
    world.show(follower=0, name="r0", now=BEGIN)
    later = [replace(item, published=BEGIN + DAY) for item in world.index.catalog.items]
    world.index.put_items(later)
    world.fit(BEGIN + 3 * DAY, learns=True)

    assert len(describe_rows(world.index, BEGIN + 3 * DAY, "popular")) == 0


TRIAL = ClickTrial(exposures=8000, clicks=640, later_exposures=2000, gain=0.032, lowest_gain=0.01)


@pytest.mark.parametrize(
    ("ranker", "description"),
    [
        (SHIPPED["text"], "排序权重：系统自带（点击满 200 次后由曝光与点击学习）"),
        (
            Ranker(weights=np.zeros(13), origin="reads", learnt_at=BEGIN, reads=1234),
            "排序权重：2025 年 6 月 15 日由本账号 1,234 次阅读学得"
            "（点击满 200 次后由曝光与点击学习）",
        ),
        (
            Ranker(weights=np.zeros(13), origin="exposures", learnt_at=BEGIN, trial=TRIAL),
            "排序权重：2025 年 6 月 15 日由本账号的曝光与点击学得"
            "（8,000 次曝光、640 次点击；在较晚的 2,000 次曝光上，预测误差比原权重低 3.2%）",
        ),
        (
            Ranker(weights=np.zeros(13), trial=TRIAL),
            "排序权重：系统自带（由 8,000 次曝光、640 次点击学得的权重没有可靠地更好，未采用："
            "在较晚的 2,000 次曝光上，预测误差比原权重低 3.2%）",
        ),
    ],
)
def test_the_operator_reads_which_weights_rank(ranker: Ranker, description: str) -> None:
    assert ranker.describe() == description
