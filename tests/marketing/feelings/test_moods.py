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
