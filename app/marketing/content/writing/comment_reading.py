"""What a comment is and in which mood: by signs that must not be missed, else by the model."""

from collections.abc import Collection, Mapping
from typing import get_args

from app.inference.ports import CareKind, CommentScores
from app.marketing.content.writing.comment_moods import SURE, recognise_mood
from app.marketing.content.writing.comment_signs import Sign, find_signs
from app.marketing.content.writing.comments import (
    CommentKind,
    CommentToAnswer,
    Mood,
    UnderstoodComment,
)
from app.safety import care

_OF_SORROWS: Mapping[CareKind | None, tuple[Mood, CommentKind]] = {
    "bereavement": ("grieving", "grief"),
    "illness": ("sad", "sorrow"),
}
# The kind that a sign tells in a mood, the first that is there.
_KINDS_OF_SIGNS: tuple[tuple[Mood, Sign, CommentKind], ...] = (
    ("angry", "pet_harm", "pet_harm"),
    ("sad", "pet_harm", "pet_harm"),
    ("asking", "pet_risk", "pet_harm"),
    ("angry", "child_harm", "child_harm"),
    ("sad", "child_harm", "child_harm"),
    ("angry", "harm", "harm"),
    ("angry", "unanswered", "unanswered"),
    ("angry", "defect", "defect"),
    ("angry", "fault", "complaint"),
    ("angry", "price", "price"),
    ("angry", "mild_price", "price"),
    ("asking", "doubt", "doubt"),
    ("asking", "elsewhere", "elsewhere"),
    ("asking", "health", "health"),
    ("grieving", "fault", "complaint"),
    ("grieving", "order", "request"),
    ("grieving", "loss", "grief"),
    ("sad", "weary", "disappointment"),
    ("sad", "order", "request"),
    ("joyful", "mild_price", "price"),
    ("joyful", "good_news", "good_news"),
    ("joyful", "joy", "praise"),
    ("joyful", "cheer", "praise"),
    ("joyful", "spared", "praise"),
    ("joyful", "thanks", "thanks"),
    ("calm", "small_talk", "statement"),
)


def read_comment(comment: CommentToAnswer, scores: CommentScores) -> UnderstoodComment:
    """The comment with its mood, that of a person's choice where there is one, and its kind.

    Sad news is told as in messages; harm, bereavement, faults and questions of health by their
    signs, whatever the model says.
    Where it is unsure, a comment that asks is a question and any other calm, since calm replies
    hurt nobody.
    """
    signs = find_signs(comment.text)
    sorrow = _find_sorrow(comment.text, signs)
    if sorrow and comment.mood in {None, sorrow[0]}:
        kind = _tell_kind(sorrow[0], signs) or sorrow[1]
        return UnderstoodComment(comment.text, sorrow[0], kind)
    mood = comment.mood or recognise_mood(signs, scores)
    return UnderstoodComment(comment.text, mood, _recognise_kind(mood, signs, scores))


def _find_sorrow(text: str, signs: Collection[Sign]) -> tuple[Mood, CommentKind] | None:
    """The sad news of a comment; not where goods were carried off (邻居把花拿走了)."""
    is_mistaken = "loss" not in signs and {"taken", "fault"} & set(signs)
    return None if is_mistaken else _OF_SORROWS.get(care.recognise(text))


def _tell_kind(mood: Mood, signs: Collection[Sign]) -> CommentKind | None:
    signed_kinds = (kind for of, sign, kind in _KINDS_OF_SIGNS if of == mood and sign in signs)
    return next(signed_kinds, None)


def _recognise_kind(
    mood: Mood, signs: Collection[Sign], scores: CommentScores
) -> CommentKind | None:
    """The likeliest kind of the mood; None where the model tells none or isn't sure of the mood,
    for grief that only the model sees (节哀 is for somebody who died), and for its harm to nobody.
    """
    if kind := _tell_kind(mood, signs):
        return kind
    kinds: tuple[CommentKind, ...] = get_args(CommentKind)
    likelihoods = {kind: scores.get(f"{mood}.{kind}", 0.0) for kind in kinds}
    if mood == "grieving" or sum(likelihoods.values()) < SURE:
        return "sorrow" if mood == "sad" and "sorrow" in signs else None
    likeliest = max(kinds, key=likelihoods.__getitem__)
    return None if likeliest == "harm" and "body" not in signs else likeliest
