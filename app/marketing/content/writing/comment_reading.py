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
MOST = 0.5  # of joy, and of anger that laughs
SURELY_ANGRY = 0.7  # of one who asks for a refund or a repair, or tells of joy
SURELY_JOYFUL = 0.9  # of one who tells of a trouble of their own
ASKING = 0.25  # of a question that sounds calm
_OF_SORROWS: Mapping[CareKind | None, tuple[Mood, CommentKind]] = {
    "bereavement": ("grieving", "grief"),
    "illness": ("sad", "sorrow"),
}
# The kind that a sign tells in a mood, the first that is there.
_KINDS_OF_SIGNS: tuple[tuple[Mood, Sign, CommentKind], ...] = (
    ("angry", "harm", "harm"),
    ("angry", "defect", "defect"),
    ("angry", "price", "price"),
    ("asking", "health", "health"),
    ("grieving", "loss", "grief"),
    ("joyful", "joy", "praise"),
)


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
    is_health = {"question", "health"} <= set(signs)
    is_glad = _add_up_moods(scores)["joyful"] >= MOST
    if "harm" in signs or ("price" in signs and not {"loss", "laughter"} & set(signs)):
        return "calm" if is_glad and "harm" not in signs else "angry"
    if "loss" in signs or is_health:
        return "grieving" if "loss" in signs else "asking"
    mood = _choose_likely_mood(signs, scores)
    if "spoiled" in signs and mood in {"joyful", "grieving"}:
        return "angry"
    return _comfort(mood, signs, scores) if "sorrow" in signs else mood


def _comfort(mood: Mood, signs: Collection[Sign], scores: CommentScores) -> Mood:
    """The mood of a comment that tells of sorrow or self-blame: sad, unless it surely complains of
    the shop or asks; calm where it laughs. Whoever blames themselves broke it themselves.
    """
    if mood == "asking" and "question" in signs:
        return mood
    if "laughter" in signs:
        return "calm" if mood in {"joyful", "sad"} or "self_blame" in signs else mood
    complaint = scores.get("angry.complaint", 0.0)
    if "self_blame" not in signs:
        complaint += scores.get("angry.irony", 0.0) + ("defect" in signs)
    return "angry" if complaint >= max(SURE, _add_up_moods(scores)["sad"]) else "sad"


def _choose_likely_mood(signs: Collection[Sign], scores: CommentScores) -> Mood:
    likelihoods = _add_up_moods(scores)
    mood = max(likelihoods, key=likelihoods.__getitem__)
    asks = "question" in signs
    if likelihoods[mood] >= _need_likelihood(mood, signs):
        return "asking" if mood == "calm" and asks and likelihoods["asking"] >= ASKING else mood
    if mood == "joyful" and "joy" in signs and not asks:
        return mood
    return "asking" if asks else "calm"


def _need_likelihood(mood: Mood, signs: Collection[Sign]) -> float:
    """The likelihood from which a mood is believed, where signs speak against it."""
    if mood == "angry" and {"joy", "request"} & set(signs):
        return SURELY_ANGRY
    if mood == "joyful" and "trouble" in signs:
        return SURELY_JOYFUL
    return MOST if mood == "joyful" or (mood == "angry" and "laughter" in signs) else SURE


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
    signed_kinds = (kind for of, sign, kind in _KINDS_OF_SIGNS if of == mood and sign in signs)
    if kind := next(signed_kinds, None):
        return kind
    kinds: tuple[CommentKind, ...] = get_args(CommentKind)
    likelihoods = {kind: scores.get(f"{mood}.{kind}", 0.0) for kind in kinds}
    if mood == "grieving" or sum(likelihoods.values()) < SURE:
        return "sorrow" if mood == "sad" and "sorrow" in signs else None
    return max(kinds, key=likelihoods.__getitem__)
