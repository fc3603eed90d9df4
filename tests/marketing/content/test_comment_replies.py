"""Ready-made replies to comments in followers' own words."""

from pathlib import Path
from typing import get_args

import pytest
from pydantic import TypeAdapter

from app.inference.ports import Sentiment
from app.marketing.content.brief import Brief
from app.marketing.content.review import review_text
from app.marketing.content.writing.comment_replies import fill_replies
from app.marketing.content.writing.comments import (
    CommentToAnswer,
    Mood,
    fits_comment,
    recognise_mood,
)
from app.safety.advertising.rulebook import parse_rulebook

Row = tuple[Mood, Sentiment, str]
FACTS = {"产地": "新疆阿克苏", "保质期": "12 个月", "发货": "下单后 48 小时内"}
BRIEF = Brief.model_validate(
    {
        "product": "薄皮核桃",
        "facts": [{"name": name, "value": value, "source": "-"} for name, value in FACTS.items()],
        "channel": "comment_reply",
        "industry": "food",
    }
)


def read_rows() -> list[Row]:
    lines = Path(__file__).with_name("comments.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return TypeAdapter(list[Row]).validate_python(rows)


def fill_first_reply(text: str, sentiment: Sentiment = "neutral") -> str:
    comment = CommentToAnswer(text=text, mood=recognise_mood(text, sentiment))
    return fill_replies(BRIEF, comment)[0]


def test_the_moods_of_followers_own_words_are_told() -> None:
    rows = read_rows()

    wrong = [
        (text, mood, told)
        for mood, sentiment, text in rows
        if (told := recognise_mood(text, sentiment)) != mood
    ]

    assert wrong == []
    assert {mood for mood, _, _ in rows} == set(get_args(Mood))


def test_every_reply_is_clean_fits_and_sells_nothing_unasked() -> None:
    rules = parse_rulebook(None)
    comments = [CommentToAnswer(text=text, mood=mood) for mood, _, text in read_rows()]

    replies = [(each, reply) for each in comments for reply in fill_replies(BRIEF, each)]

    assert [
        reply
        for comment, reply in replies
        if not review_text(reply, BRIEF, rules).is_clean or not fits_comment(reply, comment)
    ] == []
    assert [
        reply
        for comment, reply in replies
        if comment.mood != "asking" and any(value in reply for value in FACTS.values())
    ] == []


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("哪里产的？", "您好，产地：新疆阿克苏。"),
        ("能放多久啊", "您好，保质期：12 个月。"),
        ("今天下单哪天能到", "您好，发货：下单后 48 小时内。"),
        ("产地是哪里？保质期呢？", "您好，产地：新疆阿克苏；保质期：12 个月。"),
        (
            "请问孕妇能吃吗？保质期多久？",
            "您好，各人的情况不一样，请先问医生。保质期：12 个月。",
        ),
        ("吃多了会不会拉肚子", "您好，各人的情况不一样，请先问医生，也可以私信我们的客服。"),
        ("有几种颜色", "您的问题我们看到了。请到公众号里私信我们，我们来回复您。"),
        (
            "拉肚子两天了，必须给个说法",
            "非常抱歉。请先停用，不要再吃、再用，马上就医；东西别扔，把订单私信给我们。",
        ),
        ("路过", "谢谢您的留言，我们看到了。"),
    ],
)
def test_a_reply_states_what_is_asked_and_sends_to_a_doctor_for_health(
    text: str, reply: str
) -> None:
    assert fill_first_reply(text) == reply


@pytest.mark.parametrize(("reply", "fits"), [("非常抱歉。", False), ("非常抱歉，请先就医。", True)])
def test_a_written_reply_to_harm_has_to_send_to_a_doctor(reply: str, fits: bool) -> None:
    comment = CommentToAnswer(text="拉肚子两天了", mood="angry")

    assert fits_comment(reply, comment) is fits
