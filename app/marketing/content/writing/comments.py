"""A follower's comment that is to be answered, and the mood in which to answer it."""

import functools
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from app.inference.ports import Sentiment
from app.kit.text import fold_to_letters
from app.marketing.content.brief import refuse_injection

Mood = Literal["grieving", "angry", "sad", "joyful", "asking", "calm"]


# Praise with a complaint, as in 茶不错，就是快递慢; and irony.
_COMPLAINT = re.compile(
    r"(?:不错|好喝|好吃|喜欢|可以|挺好|还行).{0,6}(?:就是|但是?|不过|只是|可惜)"
    r".{0,10}(?:慢|差|贵|破|坏|漏|碎|少|久|旧|没|不)"
    r"|呵呵|真是好.{0,4}(?:啊|服务|呢)|好一个"
)
_QUESTION = re.compile(
    r"[?？]|请问|吗$|几点|多少钱|多久|有没有|怎么(?:买|卖|用|泡|收费)|在哪|什么时候"
)


class CommentToAnswer(BaseModel):
    """What a follower wrote. `mood`: None where it is to be recognised."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: Annotated[
        str,
        StringConstraints(min_length=1, max_length=1_000, strip_whitespace=True),
        AfterValidator(refuse_injection),
    ]
    mood: Mood | None = None


def recognise_mood(text: str, sentiment: Sentiment) -> Mood:
    """The mood of a comment: by its words, where they are plain, else by its sentiment.

    Grief comes first, then praise with a complaint and irony (both are answered as anger), then a
    question. A negative comment without such words is taken as angry: an apology is never wrong
    there.
    """
    letters = fold_to_letters(text)
    if _COMPLAINT.search(text) and not any(word in letters for word in _load_words()["grieving"]):
        return "angry"
    is_plain = sentiment != "negative" and not any(w in letters for w in _load_words()["angry"])
    if is_plain and _QUESTION.search(text):
        return "grieving" if any(w in letters for w in _load_words()["grieving"]) else "asking"
    for mood, words in _load_words().items():
        if any(word in letters for word in words) and (mood != "joyful" or sentiment != "negative"):
            return mood
    by_sentiment: Mapping[Sentiment, Mood] = {
        "negative": "angry", "positive": "joyful", "neutral": "calm",
    }  # fmt: skip
    return by_sentiment[sentiment]


def fits_mood(reply: str, mood: Mood) -> bool:
    """Whether a reply answers the mood: anger and grief with an apology or sympathy and without an
    exclamation mark, joy with thanks.
    """
    letters, words = fold_to_letters(reply), _load_reply_words()[mood]
    is_loud = mood in {"grieving", "angry", "sad"} and any(mark in reply for mark in "!！")
    return not is_loud and (not words or any(word in letters for word in words))


@functools.cache
def _load_words() -> Mapping[Mood, tuple[str, ...]]:
    moods: tuple[Mood, ...] = ("grieving", "sad", "angry", "joyful")
    content = _load_file()
    return {mood: tuple(map(fold_to_letters, content[mood].split())) for mood in moods}


@functools.cache
def _load_reply_words() -> Mapping[Mood, tuple[str, ...]]:
    replies: dict[Mood, str] = _load_file()["replies"]
    return {mood: tuple(map(fold_to_letters, words.split())) for mood, words in replies.items()}


def _load_file() -> dict[str, Any]:
    text = files("app.marketing.content.writing").joinpath("comment_moods.toml").read_text("utf-8")
    return tomllib.loads(text)
