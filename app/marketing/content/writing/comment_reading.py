"""What a comment is and in which mood: by signs that must not be missed, else by the model."""

from collections.abc import Collection, Mapping
from typing import get_args

from app.inference.ports import CareKind, CommentScores
from app.marketing.content.writing.comment_signs import Sign, find_signs
from app.marketing.content.writing.comments import (
    CommentKind,
    CommentToAnswer,
    Mood,
    UnderstoodComment,
)
from app.safety import care

# P(mood) from which a reply answers it: chosen by cross-validation over models/comment. Cheerful
# words to somebody who is hurt do the most harm.
SURE = 0.4
SURELY_JOYFUL = 0.5
_OF_SORROWS: Mapping[CareKind | None, tuple[Mood, CommentKind]] = {
    "bereavement": ("grieving", "grief"),
    "illness": ("sad", "sorrow"),
}


def read_comment(comment: CommentToAnswer, scores: CommentScores) -> UnderstoodComment:
    """The comment with its mood, that of a person's choice where there is one, and its kind.

    Sad news is told as in messages; harm, bereavement and questions of health by their signs,
    whatever the model says.
    Where it is unsure, a comment that asks is a question and any other calm, since calm replies
    hurt nobody.
    """
    sorrow = _OF_SORROWS.get(care.recognise(comment.text))
    if sorrow and comment.mood in {None, sorrow[0]}:
        return UnderstoodComment(comment.text, *sorrow)
    signs = find_signs(comment.text)
    mood = comment.mood or _recognise_mood(signs, scores)
    return UnderstoodComment(comment.text, mood, _recognise_kind(mood, signs, scores))


def _recognise_mood(signs: Collection[Sign], scores: CommentScores) -> Mood:
    if "harm" in signs:
        return "angry"
    if "loss" in signs:
        return "grieving"
    if {"question", "health"} <= set(signs):
        return "asking"
    mood = _choose_likely_mood(signs, scores)
    return "angry" if mood in {"joyful", "grieving"} and "spoiled" in signs else mood


def _choose_likely_mood(signs: Collection[Sign], scores: CommentScores) -> Mood:
    likelihoods = _add_up_moods(scores)
    mood = max(likelihoods, key=likelihoods.__getitem__)
    if likelihoods[mood] >= (SURELY_JOYFUL if mood == "joyful" else SURE):
        return mood
    return "asking" if "question" in signs else "calm"


def _add_up_moods(scores: CommentScores) -> Mapping[Mood, float]:
    moods: tuple[Mood, ...] = get_args(Mood)
    return {
        mood: sum(score for label, score in scores.items() if label.startswith(f"{mood}."))
        for mood in moods
    }


def _recognise_kind(
    mood: Mood, signs: Collection[Sign], scores: CommentScores
) -> CommentKind | None:
    """The likeliest kind of the mood; None where the model tells none or isn't sure of the mood,
    and for grief that only the model sees: 节哀 is for somebody who died.
    """
    if mood == "angry" and {"harm", "defect"} & set(signs):
        return "harm" if "harm" in signs else "defect"
    if mood == "asking" and "health" in signs:
        return "health"
    if mood == "grieving":
        return "grief" if "loss" in signs else None
    kinds: tuple[CommentKind, ...] = get_args(CommentKind)
    likelihoods = {kind: scores.get(f"{mood}.{kind}", 0.0) for kind in kinds}
    if sum(likelihoods.values()) < SURE:
        return None
    return max(kinds, key=likelihoods.__getitem__)
