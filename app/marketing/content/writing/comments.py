"""A follower's comment that is to be answered, and what a reply to its mood has."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from app.kit.text import fold_to_letters
from app.marketing.content.brief import BriefFact, refuse_injection

Mood = Literal["grieving", "angry", "sad", "joyful", "asking", "calm"]
# What a reply depends on beside the mood; `health`: a question that a doctor has to answer;
# `child_harm`, `pet_harm`: a child or an animal is hurt or ill; `defect`: goods that came spoiled
# or broken and that nobody has used; `unanswered`: an earlier complaint; `price`: only the price is
# complained of; `doubt`: of goods that the writer hasn't had; `elsewhere`: a question that is none
# of the brand's; `request`: something is wanted beside the sad news; `good_news`: an exam passed, a
# wedding and the like.
CommentKind = Literal[
    "praise", "thanks", "teasing", "question", "worry", "health", "complaint", "irony", "harm",
    "sorrow", "disappointment", "grief", "statement", "suggestion", "defect", "price", "child_harm",
    "pet_harm", "unanswered", "doubt", "elsewhere", "request", "good_news",
]  # fmt: skip


class CommentToAnswer(BaseModel):
    """What a follower wrote. `mood`: None where it is to be recognised."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    text: Annotated[
        str,
        StringConstraints(min_length=1, max_length=1_000, strip_whitespace=True),
        AfterValidator(refuse_injection),
    ]
    mood: Mood | None = None


@dataclass(frozen=True, slots=True)
class UnderstoodComment:
    """A comment whose mood is known. `kind`: None where only the mood is.

    answers: the facts of the brief that answer its question.
    """

    text: str
    mood: Mood = "calm"
    kind: CommentKind | None = None
    answers: tuple[BriefFact, ...] = ()


def fits_mood(reply: str, mood: Mood) -> bool:
    """Whether a reply answers the mood: anger and grief with an apology or sympathy and without an
    exclamation mark, joy with thanks.
    """
    letters, words = fold_to_letters(reply), _load_reply_words()[mood]
    is_loud = mood in {"grieving", "angry", "sad"} and any(mark in reply for mark in "!！")
    return not is_loud and (not words or any(word in letters for word in words))


def fits_comment(reply: str, comment: UnderstoodComment) -> bool:
    """Whether a reply fits the comment's mood, and sends one about health to a doctor.

    A complaint of the price wants understanding, which need be no apology.
    """
    letters = fold_to_letters(reply)
    advises = any(word in letters for word in _load_reply_words()["health"])
    mood = "sad" if comment.kind == "price" and comment.mood == "angry" else comment.mood
    return fits_mood(reply, mood) and (advises or comment.kind not in _OF_HEALTH)


_OF_HEALTH: frozenset[CommentKind | None] = frozenset({"harm", "health", "child_harm", "pet_harm"})


@functools.cache
def _load_reply_words() -> Mapping[str, tuple[str, ...]]:
    path = files("app.marketing.content.writing").joinpath("reply_words.toml")
    replies: dict[str, str] = tomllib.loads(path.read_text("utf-8"))
    return {mood: tuple(map(fold_to_letters, words.split())) for mood, words in replies.items()}
