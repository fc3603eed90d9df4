"""Followers' comments with the scores that the comment head gave them, and how they are read."""

import csv
from pathlib import Path

import pytest

from app.inference.ports import CommentScores
from app.marketing.content.brief import Brief, Language
from app.marketing.content.writing.comment_reading import read_comment
from app.marketing.content.writing.comment_replies import choose_reply_language, fill_replies
from app.marketing.content.writing.comments import (
    CommentKind,
    CommentToAnswer,
    Mood,
    UnderstoodComment,
)

READINGS = Path(__file__).with_name("comment_readings.tsv")
BRIEF = Brief.model_validate(
    {
        "product": "鲜花花束",
        "facts": [{"name": "活动", "value": "19 枝 8 折", "source": "-"}],
        "channel": "comment_reply",
    }
)


def parse_scores(cell: str) -> CommentScores:
    pairs = (pair.split("=") for pair in cell.split())
    return {label: float(score) for label, score in pairs}


def list_readings() -> list[tuple[str, str, str]]:
    """Each comment with its scores and its reading, `mood.kind`."""
    with READINGS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [(row["comment"], row["scores"], row["reading"]) for row in rows]


@pytest.mark.parametrize(("text", "scores", "reading"), list_readings())
def test_signs_decide_over_the_scores_of_the_head(text: str, scores: str, reading: str) -> None:
    comment = read_comment(CommentToAnswer(text=text), parse_scores(scores))

    assert f"{comment.mood}.{comment.kind}" == reading


@pytest.mark.parametrize(
    ("mood", "kind", "reply"),
    [
        (
            "sad",
            "pet_harm",
            "听到这些我们也很心疼。请马上带它去宠物医院，它吃的东西请带上，"
            "告诉医生吃了多少、什么时候吃的。",
        ),
        (
            "sad",
            "child_harm",
            "听到这些我们也很难过。请马上带孩子就医，吃的、碰的东西请带上给医生看，"
            "告诉医生是什么时候的事。",
        ),
        ("grieving", "request", "请您节哀。您需要的，请私信告诉我们，我们来帮您准备。"),
        (
            "sad",
            "request",
            "您的心情我们理解。您想要的、想问的，请私信告诉我们，我们来帮您看看。",
        ),
        (
            "grieving",
            "complaint",
            "非常抱歉，这样的时候还让您遇到这些。请您节哀，具体情况请私信告诉我们，我们来了解。",
        ),
        ("asking", "doubt", "您的顾虑我们看到了，也理解。请私信我们，我们如实回复您。"),
        (
            "asking",
            "elsewhere",
            "谢谢您的留言。这个我们也不知道，不敢乱说；和我们有关的事，欢迎私信问我们。",
        ),
        (
            "angry",
            "unanswered",
            "非常抱歉，让您等到现在。您之前说过的不用再说，我们去看记录；"
            "有订单号的话，请私信给我们。",
        ),
        ("joyful", "good_news", "真为您高兴！谢谢您把好消息告诉我们。"),
        ("joyful", "price", "谢谢您的喜欢。价格上的感受我们也理解，谢谢您告诉我们。"),
    ],
)
def test_a_kind_has_a_reply_of_its_own(mood: Mood, kind: CommentKind, reply: str) -> None:
    answers = BRIEF.facts if kind == "doubt" else ()

    replies = fill_replies(BRIEF, UnderstoodComment("打折的是旧花吧", mood, kind, answers))

    assert replies[0] == reply


@pytest.mark.parametrize(
    ("text", "language", "reply"),
    [
        (
            "꽃이 다 시들어서 왔어요",
            "ko",
            "불편을 드려 정말 죄송합니다. 자세한 내용을 메시지로 알려 주세요.",
        ),
        (
            "My cat ate a lily and has been vomiting since",
            "en",
            "We are so sorry to hear this. Please take your pet to a vet now, with what it ate.",
        ),
    ],
)
def test_faults_and_ill_animals_are_told_in_other_languages(
    text: str, language: Language, reply: str
) -> None:
    brief = choose_reply_language(BRIEF, text)

    replies = fill_replies(brief, read_comment(CommentToAnswer(text=text), {"joyful.praise": 0.4}))

    assert (brief.language, replies[0]) == (language, reply)


def test_no_reply_to_a_comment_asks_for_another_comment() -> None:
    replies = fill_replies(BRIEF, UnderstoodComment("有几种颜色", "asking", "question"))

    assert [reply for reply in replies if "在公众号里留言" in reply] == []
