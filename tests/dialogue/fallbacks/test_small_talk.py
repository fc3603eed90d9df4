"""What isn't the brand's."""

import pytest

from app.dialogue.fallbacks import small_talk
from app.dialogue.fallbacks.small_talk import Topic


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("今天天气怎么样", "weather"), ("明天上海会下雨吗", "weather"), ("明天會下雨嗎", "weather"),
        ("讲个笑话吧", "fun"), ("好无聊啊陪我聊聊天", "fun"), ("tell me a joke", "fun"),
        ("帮我写一句生日祝福", "writing"), ("给猫起个名字", "writing"),
        ("你吃饭了吗", "about_us"), ("你喜欢狗还是猫", "about_us"), ("你今年几岁", "about_us"),
        ("今天好累啊", "tired"), ("真累", "tired"), ("总失眠，睡前读什么书好", "advice"),
        ("周杰伦最近有演唱会吗", "news"),
        ("来讲段故事", "fun"), ("给我讲个故事听", "fun"),
        ("牙疼怎么办", "advice"), ("为什么天是蓝的", "advice"), ("今天路过你们那条街", None),
    ],
)  # fmt: skip
def test_what_a_message_talks_about_is_taken_up(text: str, topic: Topic | None) -> None:
    assert small_talk.find_topic(text) == topic


@pytest.mark.parametrize(
    "text",
    [
        "星期天讲故事几点开始",
        "讲故事要收费吗",
        "猜谜活动有啥奖品",
        "你们的比赛怎么报名",
        "演唱会多少钱一张",
    ],
)
def test_what_is_on_the_brands_programme_is_asked_of_the_brand(text: str) -> None:
    assert small_talk.find_named_topic(text) is None


def test_what_is_surely_not_the_brands_says_what_the_account_is_for() -> None:
    texts = {topic: [*phrase] for topic, phrase in small_talk.WORDS.items()}
    may_be_the_brands = texts.pop("advice")

    assert [t for some in texts.values() for t in some if "{brand}" not in t] == []
    assert [text for text in may_be_the_brands if "{brand}" in text] == []
