"""The mood of a comment: by signs that must not be missed, else by the model where it is sure."""

from collections.abc import Collection, Mapping
from typing import get_args

from app.inference.ports import CommentScores
from app.marketing.content.writing.comment_signs import Sign
from app.marketing.content.writing.comments import Mood

# P(mood) from which a reply answers it: chosen by cross-validation over models/comment. Cheerful
# words to somebody who is hurt do the most harm.
SURE = 0.4
MOST = 0.5  # of joy, and of anger that laughs
SURELY_ANGRY = 0.7  # of one who asks for a refund or a repair, or tells of joy
SURELY_JOYFUL = 0.9  # of one who tells of a trouble of their own, or shows a face of dismay
NEVER = 2.0  # of anger at what did not happen
ASKING = 0.25  # of a question that sounds calm, and of joy in words that sounds otherwise

# What keeps good news from being only that.
_SPOILING_NEWS: frozenset[Sign] = frozenset({
    "sorrow", "trouble", "defect", "spoiled", "anger", "question",
})  # fmt: skip
# What keeps traffic, weather or talk with other readers from being only that.
_SPOILING_TALK: frozenset[Sign] = (_SPOILING_NEWS - {"question"}) | {"laughter"}


def recognise_mood(signs: Collection[Sign], scores: CommentScores) -> Mood:
    """The mood that the signs tell, else the likeliest one; sorrow is comforted, and neither an
    angry face nor one of dismay is cheered.
    """
    hurt_or_fault = _tell_hurt(signs) or _tell_fault(signs, scores)
    if mood_by_signs := hurt_or_fault or _tell_harmless(signs):
        return mood_by_signs
    mood = _choose_likely_mood(signs, scores)
    if "spoiled" in signs and "self_blame" not in signs and mood in {"joyful", "grieving"}:
        return "angry"
    if mood == "grieving":
        return _doubt_grief(signs)
    if "sorrow" in signs:
        return _comfort(mood, signs, scores)
    return _heed_faces(mood, signs, scores)


def _tell_hurt(signs: Collection[Sign]) -> Mood | None:
    """Of harm and of a loss. What a child or an animal took by mistake is nobody's fault, unless
    the comment blames the goods.
    """
    if {"child_harm", "pet_harm"} & set(signs):
        return "angry" if "blame" in signs or "mishap" not in signs else "sad"
    if {"order", "trouble"} <= set(signs):
        return "grieving" if "loss" in signs else "sad"
    if "harm" in signs:
        return "angry"
    return "grieving" if "loss" in signs else None


def _tell_fault(signs: Collection[Sign], scores: CommentScores) -> Mood | None:
    """Of faults of the shop and of its prices, which nobody laughs about."""
    if "laughter" in signs:
        return None
    is_fault = bool({"fault", "unanswered"} & set(signs)) and "self_blame" not in signs
    if is_fault or {"anger", "wordless"} <= set(signs):
        return "angry"
    if "weary" in signs:
        return "sad"
    joy = add_up_moods(scores)["joyful"]
    if "mild_price" in signs:
        return "joyful" if joy >= ASKING else "angry"
    is_of_price = "price" in signs and "doubt" not in signs
    return ("calm" if joy >= MOST else "angry") if is_of_price else None


def _tell_harmless(signs: Collection[Sign]) -> Mood | None:
    """Of small talk, questions and good news, which the model takes for worse."""
    is_small_talk = "small_talk" in signs and not _SPOILING_TALK & set(signs)
    return "calm" if is_small_talk else _tell_question(signs) or _tell_good_news(signs)


def _tell_question(signs: Collection[Sign]) -> Mood | None:
    """Of questions that the model takes for complaints."""
    is_health = {"question", "health"} <= set(signs)
    is_plain = {"doubt", "enquiry", "elsewhere"} & set(signs) and not {"defect", "anger"} & set(
        signs
    )
    return "asking" if is_health or is_plain or "pet_risk" in signs else None


def _tell_good_news(signs: Collection[Sign]) -> Mood | None:
    is_only_good = "good_news" in signs and not _SPOILING_NEWS & set(signs)
    return "joyful" if is_only_good else None


def _doubt_grief(signs: Collection[Sign]) -> Mood:
    """Of grief that only the model hears: a trouble is comforted, what was carried off is not
    mourned, whoever thanks is thanked, and whoever wants something is answered.
    """
    if {"trouble", "sorrow"} & set(signs):
        return "sad"
    if "taken" in signs:
        return "calm"
    if "thanks" in signs:
        return "joyful"
    return "asking" if "order" in signs else "grieving"


def _comfort(mood: Mood, signs: Collection[Sign], scores: CommentScores) -> Mood:
    """The mood of a comment that tells of sorrow or self-blame: sad, unless it surely complains of
    the shop or asks; calm where it laughs. Whoever blames themselves broke it themselves.
    """
    if mood == "asking" and "question" in signs and "self_blame" not in signs:
        return mood
    if "laughter" in signs:
        return "calm" if mood in {"joyful", "sad"} or "self_blame" in signs else mood
    complaint, sure = scores.get("angry.complaint", 0.0), SURELY_ANGRY
    if "self_blame" not in signs:
        complaint, sure = complaint + scores.get("angry.irony", 0.0) + ("defect" in signs), SURE
    return "angry" if complaint >= max(sure, add_up_moods(scores)["sad"]) else "sad"


def _heed_faces(mood: Mood, signs: Collection[Sign], scores: CommentScores) -> Mood:
    """The mood that goes with the faces: no cheer for dismay or for a fault that is laughed at, an
    apology to an angry one.
    """
    joy = add_up_moods(scores)["joyful"]
    if "anger" in signs and mood in {"joyful", "calm"}:
        return "calm" if joy - scores.get("joyful.teasing", 0.0) >= MOST else "angry"
    if "cheer" in signs and "dismay" not in signs:
        return "joyful"
    is_dismayed = "dismay" in signs and (joy < SURELY_JOYFUL or "wordless" in signs)
    return "calm" if mood == "joyful" and (is_dismayed or "fault" in signs) else mood


def _choose_likely_mood(signs: Collection[Sign], scores: CommentScores) -> Mood:
    likelihoods = add_up_moods(scores)
    mood = max(likelihoods, key=likelihoods.__getitem__)
    asks = "question" in signs
    if likelihoods[mood] >= _need_likelihood(mood, signs):
        return "asking" if mood == "calm" and asks and likelihoods["asking"] >= ASKING else mood
    least: dict[Sign, float] = {"joy": ASKING, "spared": 0.0, "laughter": SURE}
    if not asks and any(likelihoods["joyful"] >= least[sign] for sign in least if sign in signs):
        return "joyful"
    return "asking" if asks else "calm"


def _need_likelihood(mood: Mood, signs: Collection[Sign]) -> float:
    """The likelihood from which a mood is believed, where signs speak against it."""
    if mood in {"angry", "sad"} and "spared" in signs:
        return NEVER
    if (mood == "angry" and "request" in signs) or (mood in {"angry", "sad"} and "joy" in signs):
        return SURELY_ANGRY
    if mood == "joyful" and "trouble" in signs:
        return SURELY_JOYFUL
    return MOST if mood == "joyful" or (mood == "angry" and "laughter" in signs) else SURE


def add_up_moods(scores: CommentScores) -> Mapping[Mood, float]:
    """The likelihood of each mood."""
    moods: tuple[Mood, ...] = get_args(Mood)
    return {
        mood: sum(score for label, score in scores.items() if label.startswith(f"{mood}."))
        for mood in moods
    }
