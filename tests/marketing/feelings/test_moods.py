"""What followers write has a mood only where it carries feeling; complaints are found by words."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from app.inference.ports import Classification, Sentiment
from app.marketing.feelings.moods import find_feeling, measure_mood, measure_sentiment
from tests.dialogue.factories import make_classification

MESSAGES = Path(__file__).with_name("messages.tsv")  # with the sentiment model's answers


def classify(sentiment: str, score: float) -> Classification:
    return replace(
        make_classification(), sentiment=cast(Sentiment, sentiment), sentiment_score=score
    )


def read_messages(feeling: str) -> Iterator[tuple[str, Classification]]:
    with MESSAGES.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["feeling"] == feeling:
                yield row["text"], classify(row["sentiment"], float(row["score"]))


NEUTRAL = classify("neutral", 0.6)


@pytest.mark.parametrize(("feeling", "least"), [("complaint", 79), ("praise", 8), ("none", 117)])
def test_complaints_and_praise_are_told_from_questions_and_orders(feeling: str, least: int) -> None:
    messages = list(read_messages(feeling))

    wrong = [text for text, model in messages if (find_feeling(text, model) or "none") != feeling]

    assert wrong == []
    assert len(messages) >= least


def test_questions_orders_and_names_are_neutral_whatever_the_model_says() -> None:
    moods = {
        text: measure_mood(text, classification) for text, classification in read_messages("none")
    }

    assert [text for text, mood in moods.items() if mood] == []


@pytest.mark.parametrize(
    ("text", "feeling"),
    [
        ("小提琴，想试试但怕难听", None), ("二胡，小时候觉得难听现在爱听", None),
        ("架子鼓，就是太吵", None), ("第一次钓到鲶鱼吓一跳", None), ("线组都是老板帮绑的", None),
        ("本来担心太硬，结果刚刚好", None), ("原来要排队，现在不用了", None),
        ("以前觉得难吃，现在爱上了", "praise"), ("以前很好，现在越来越差", "complaint"),
        ("小时候觉得好听，现在难听", "complaint"), ("怕是坏了", "complaint"),
        ("配送，就是太慢", "complaint"), ("老板绑的线组一拉就断", "complaint"),
        ("担心被坑，果然踩雷", "complaint"), ("第一次来就踩雷", "complaint"),
        ("味道一次不如一次", "complaint"), ("老板推荐的龙井难喝", "complaint"),
    ],
)  # fmt: skip
def test_fears_and_past_opinions_are_no_complaints(text: str, feeling: str | None) -> None:
    assert find_feeling(text, classify("negative", 0.97)) == feeling


FAILING_GOODS = """
钢笔漏墨，弄脏了我的衬衫|中性笔老断墨|笔尖划纸|彩铅容易断芯|橡皮擦不干净还掉渣|荧光笔晕墨|文件夹夹不紧|毛衣起球
牛仔裤掉色染了白T|书包开线|鞋底磨脚|裙子勾丝|T恤领口松垮|口红沾杯脱色|面霜搓泥|粉底卡粉|睫毛膏结块|保温杯用一周掉漆了
椅子晃，螺丝松了|锅粘底|水龙头滴水|鼠标失灵|充电线接触不良|收纳盒毛刺划手|猫砂结团不好粉尘大|猫粮招虫|吉他跑弦|琴键卡键
"""
GOODS_THAT_DO_NOT_FAIL = """
钢笔不漏墨|从不掉漆|这支笔从来没断墨|彩铅不容易断芯|橡皮擦得干净|不掉渣的橡皮|荧光笔不晕墨|毛衣洗了十次都没起球|防起球毛衣
衬衫不褪色|做旧褪色风的手帐|褪色笔|可擦掉色笔|书包结实不开线|什么时候开线上课|起球器|毛衣不扎人|口红不沾杯|搓泥宝|纯棉不缩水
不会掉漆的保温杯|没有毛刺|保温杯很保温|不粘锅真的不粘|怕漏墨，所以用中性笔|弄脏也好洗|钢笔漏墨怎么办|合不拢嘴|起球就起球吧，暖和|裂纹釉杯子
"""


@pytest.mark.parametrize(
    ("texts", "feeling"), [(FAILING_GOODS, "complaint"), (GOODS_THAT_DO_NOT_FAIL, None)]
)
def test_goods_that_fail_are_complaints_in_any_trade(texts: str, feeling: str | None) -> None:
    answers = texts.strip().replace("\n", "|").split("|")

    feelings = {text: find_feeling(text, classify("neutral", 0.8)) for text in answers}

    wrong = {
        text: each for text, each in feelings.items() if (each == "complaint") != bool(feeling)
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "sentiment", "mood"),
    [
        ("你们卖啤酒吗", "neutral", 0.0), ("低因拿铁+1", "neutral", 0.0),
        ("又涨价了", "negative", -0.9), ("很好喝", "positive", 0.5),
        ("压力好大", "negative", -0.9), ("气死老茶客🤣", "neutral", 0.0),
        ("很香，就是太贵", "negative", -0.9), ("很好喝，就是洒了一半", "negative", -0.9),
        ("你们又涨价，哈哈", "negative", -0.9), ("", "neutral", 0.0), ("👍", "positive", 0.5),
    ],
)  # fmt: skip
def test_words_decide_on_the_mood(text: str, sentiment: Sentiment, mood: float) -> None:
    classification = classify("negative", 0.9)

    measured = (measure_sentiment(text, classification), measure_mood(text, classification))

    assert measured == (sentiment, mood)


def test_a_sentence_that_judges_takes_the_models_sentiment() -> None:
    text = "一口下去最有家的味道"

    assert measure_mood(text, classify("positive", 0.9)) == 0.9


def test_goods_that_fail_in_use_are_complaints_of_any_trade() -> None:
    texts = [
        "钢笔漏墨，弄脏了我的衬衫", "中性笔写两天就断墨", "钢笔断墨，写一行停一下",
        "笔帽掉漆严重", "卫衣袖口开线", "毛衣穿一次就起球", "牛仔裤洗完褪色，染了一盆",
        "纸太薄，洇墨", "本子边缘划手", "书包拉链卡住拉不动", "彩铅笔芯老断", "橡皮越擦越黑",
        "保温杯不保温", "水杯漏水，书都湿了", "锅用了两周就粘锅", "耳机杂音大，左边没声",
        "充电宝鼓包", "键盘按键失灵", "皮带才戴一个月就脱皮", "鞋底脱胶", "沙发塌陷",
        "台灯频闪，晃眼睛", "钢笔刮纸", "胶带粘不住", "T恤领口变形", "袜子勾丝",
        "雨伞漏雨还生锈", "猫砂粉尘大，结不成团", "口红沾杯，还拔干", "面霜搓泥", "粉底卡粉",
        "墨水染手洗不掉", "笔尖分叉，不出水", "漏墨弄脏了书包", "手机壳发黄", "刀口卷刃",
        "订书机老卡钉", "钢笔漏墨", "裤子缩水", "拉链坏了",
    ]  # fmt: skip

    missed = [text for text in texts if find_feeling(text, NEUTRAL) != "complaint"]

    assert missed == []


def test_failures_that_are_denied_feared_or_asked_for_are_no_complaints() -> None:
    texts = [
        "钢笔，从不漏墨", "这支笔不漏墨", "用了三年从不掉漆", "不起球的毛衣", "不褪色的牛仔裤",
        "钢笔，写着不断墨", "怕漏墨所以用中性笔", "选不掉色的", "防漏墨的钢笔", "不刮纸，顺滑",
        "没有开线，质量好", "墨水不洇纸", "钢笔漏墨怎么办", "会起球吗", "不会褪色",
        "不卡钉的订书机", "杯子不漏水", "洗不掉的马克笔", "不弄脏手的彩笔", "不划手的纸",
        "不怕弄脏的围裙", "漏墨的问题从来没有", "掉色口红不要", "从没断墨", "一点不粘锅",
        "不沾杯的口红", "断墨的烦恼没有了", "做旧掉漆风格的椅子", "零漏墨", "防锈的雨伞",
        "不易起球", "没起过球", "很少断墨", "几乎不褪色", "没漏过墨",
        "以前的笔漏墨，现在这支不漏", "漏不漏墨", "看会不会掉漆", "起不起球", "不会轻易变形",
        "变形金刚", "避免生锈", "买橡皮看掉不掉屑",
    ]  # fmt: skip

    wrong = [text for text in texts if find_feeling(text, NEUTRAL) == "complaint"]

    assert wrong == []
