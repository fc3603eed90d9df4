"""A follower's comment that is to be answered, and the mood in which to answer it."""

import functools
import tomllib
from collections.abc import Collection, Mapping
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from app.inference.ports import Sentiment
from app.kit.text import fold_to_letters
from app.marketing.content.brief import refuse_injection
from app.marketing.content.writing.comment_signs import (
    Sign,
    asks_in_words,
    drop_idioms,
    find_signs,
)

Mood = Literal["grieving", "angry", "sad", "joyful", "asking", "calm"]
SHORT = 6  # letters: a comment without words of a mood is calm up to so many


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
    """The mood of a comment: by its signs and words, where they are plain, else by its sentiment.

    What went wrong comes before praise (irony), and a question before the sentiment. A negative
    comment without such signs is taken as angry, since an apology is seldom wrong there; any other
    as calm: thanks for joy would hurt a follower who is sad in words that no sign knows.
    """
    signs, moods = find_signs(text), _find_moods(drop_idioms(text))
    if "harm" in signs:
        return "angry"
    if "loss" in signs or "grieving" in moods:
        return "grieving"
    if "fault" in signs or "angry" in moods:
        return "sad" if "sad" in moods and "fault" not in signs else "angry"
    if "question" in signs and ("loneliness" not in signs or asks_in_words(text)):
        return "asking"
    return _recognise_quiet_mood(text, sentiment, signs, moods)


def _recognise_quiet_mood(
    text: str, sentiment: Sentiment, signs: Collection[Sign], moods: Collection[Mood]
) -> Mood:
    """The mood of a comment that neither complains nor asks."""
    is_glad = "joyful" in moods and sentiment != "negative"
    if "joke" in signs or ("delight" in signs and "loneliness" not in signs):
        return "joyful"
    if "loneliness" in signs or "sad" in moods:
        return "sad"
    if is_glad:
        return "joyful"
    if len(fold_to_letters(text)) <= SHORT:
        return "calm"
    return "angry" if sentiment == "negative" else "calm"


def _find_moods(text: str) -> frozenset[Mood]:
    letters = fold_to_letters(text)
    return frozenset(
        mood for mood, words in _load_words().items() if any(word in letters for word in words)
    )


def fits_mood(reply: str, mood: Mood) -> bool:
    """Whether a reply answers the mood: anger and grief with an apology or sympathy and without an
    exclamation mark, joy with thanks.
    """
    letters, words = fold_to_letters(reply), _load_reply_words()[mood]
    is_loud = mood in {"grieving", "angry", "sad"} and any(mark in reply for mark in "!！")
    return not is_loud and (not words or any(word in letters for word in words))


def fits_comment(reply: str, comment: CommentToAnswer) -> bool:
    """Whether a reply fits the comment's mood, and sends one about health to a doctor."""
    mood, signs = comment.mood or "calm", find_signs(comment.text)
    is_of_health = (mood == "angry" and "harm" in signs) or (mood == "asking" and "health" in signs)
    letters = fold_to_letters(reply)
    advises = any(word in letters for word in _load_reply_words()["health"])
    return fits_mood(reply, mood) and (advises or not is_of_health)


@functools.cache
def _load_words() -> Mapping[Mood, tuple[str, ...]]:
    moods: tuple[Mood, ...] = ("grieving", "sad", "angry", "joyful")
    content = _load_file()
    return {mood: tuple(map(fold_to_letters, content[mood].split())) for mood in moods}


@functools.cache
def _load_reply_words() -> Mapping[str, tuple[str, ...]]:
    replies: dict[str, str] = _load_file()["replies"]
    return {mood: tuple(map(fold_to_letters, words.split())) for mood, words in replies.items()}


def _load_file() -> dict[str, Any]:
    text = files("app.marketing.content.writing").joinpath("comment_moods.toml").read_text("utf-8")
    return tomllib.loads(text)
