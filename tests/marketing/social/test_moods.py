"""Complaints and praise: what the classifier says of short answers needs a word that bears it out.

The moods are those of the shipped classifier.
"""

import pytest

from app.marketing.social.moods import is_complaint, is_praise
from app.marketing.social.values import FollowerAnswer


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("大红袍太贵了，喝不起", -0.86), ("上次买的祁红有股霉味，不敢喝了", -0.94),
        ("买了你们家的滇红，碎末有点多", 0.87), ("珍珠太硬，嚼不动", -0.95),
        ("洗了缩水，买了一件就缩成娃娃衣服", -0.95), ("下单后取消不了，客服也不回", -0.96),
        ("味道越来越淡", -0.9), ("人太多，器械要排队", -0.94), ("钢琴课太枯燥，不想去了", -0.9),
    ],
)  # fmt: skip
def test_what_is_wrong_is_a_complaint(text: str, mood: float) -> None:
    assert is_complaint(FollowerAnswer(text, mood))


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("正山小种，烟味迷人", -0.93), ("乌龙茶，不寒不热", -0.96), ("安化黑茶，刮油", -0.97),
        ("岩茶，喝了就回不去了", -0.94), ("普洱生茶，放了八年，不凉了", -0.73),
        ("没有异味，开箱有味道的直接退", -0.86), ("不起球", -0.95), ("帽子别太大，挡眼睛", -0.86),
        ("裤腰不能太紧，勒肚子", -0.92), ("散文，汪曾祺写吃的太馋人", -0.88),
        ("退换货方便不方便", -0.83), ("心理学，被讨厌的勇气", -0.97), ("希望出低卡的系列", -0.78),
    ],
)  # fmt: skip
def test_what_sounds_negative_and_names_nothing_wrong_is_none(text: str, mood: float) -> None:
    assert not is_complaint(FollowerAnswer(text, mood))


def test_praise_is_praise_alone() -> None:
    answers = [
        FollowerAnswer("最喜欢你们的龙井", 0.9), FollowerAnswer("碧螺春很香，就是太贵", 0.8),
        FollowerAnswer("价格涨得比工资快", 0.86), FollowerAnswer("没有朋友一起，坚持不了", 0.7),
    ]  # fmt: skip

    assert [is_praise(answer) for answer in answers] == [True, False, False, False]
