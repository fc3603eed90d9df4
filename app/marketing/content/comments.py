"""A follower's comment that is to be answered, and the mood in which to answer it."""

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from app.inference.ports import Sentiment
from app.kit.text import fold_to_letters
from app.marketing.content.brief import refuse_injection

Mood = Literal["angry", "sad", "joyful", "calm"]


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

    A negative comment without such words is taken as angry: an apology is never wrong there.
    """
    letters = fold_to_letters(text)
    for mood, words in _load_words().items():
        if any(word in letters for word in words) and (mood != "joyful" or sentiment != "negative"):
            return mood
    by_sentiment: Mapping[Sentiment, Mood] = {
        "negative": "angry", "positive": "joyful", "neutral": "calm",
    }  # fmt: skip
    return by_sentiment[sentiment]


@functools.cache
def _load_words() -> Mapping[Mood, tuple[str, ...]]:
    text = files("app.marketing.content").joinpath("comment_moods.toml").read_text("utf-8")
    content: dict[str, str] = tomllib.loads(text)
    moods: tuple[Mood, ...] = ("sad", "angry", "joyful")
    return {mood: tuple(map(fold_to_letters, content[mood].split())) for mood in moods}
