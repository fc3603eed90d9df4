"""Measures the mood of what followers write, so that only what carries feeling counts. No I/O.

The sentiment model is made for conversations, where it serves to find anger. It calls plain
questions (你们卖啤酒吗: negative, .84), orders (低因拿铁+1: .96) and names of things (拿铁: .89)
negative, and many a name positive. So words decide: a complaint, a sorrow and praise are told by
signs (words.toml, and those of `grievance`); what is told of the account takes the model's word
where it is sure, and of the rest only sentences that judge take its sentiment.

All figures that add up moods come from here: digests, the events of messages, from which profiles
have their mood, and the moods of titles in effect reports.
"""

import functools
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Literal

from app.dialogue.understanding.complaints import grievance
from app.dialogue.understanding.sentences import sentence_kinds
from app.inference.ports import Classification, Sentiment
from app.kit.text import fold_width

Feeling = Literal["complaint", "sorrow", "praise"]

LEAST = 0.5  # size of a mood that words tell, where the model sees it otherwise
_SIGNS: Mapping[Sentiment, float] = {"positive": 1.0, "neutral": 0.0, "negative": -1.0}
_FEELINGS: Mapping[Feeling, float] = {"complaint": -1.0, "sorrow": -1.0, "praise": 1.0}


def find_feeling(text: str, classification: Classification) -> Feeling | None:
    """What a text tells; None for questions, orders, names and plain statements.

    Praise with a complaint that is only a matter of taste (很香，就是太贵) is neither.
    """
    text = _load_patterns()["spared"].sub(" ", fold_width(text).strip())
    present = _load_patterns()["set_aside"].sub(" ", text)
    praises = _matches("praise", _load_patterns()["complaint"].sub(" ", present))
    if _complains(text, classification):
        is_mixed = praises and not grievance.reports_fault(text)
        return None if is_mixed else "complaint"
    if sentence_kinds.is_question(text):
        return None
    if praises:
        return "praise"
    return "sorrow" if _matches("sorrow", text) else None


def measure_mood(text: str, classification: Classification) -> float:
    """The mood of a follower's text, -1 to 1; 0 where it carries no feeling."""
    feeling = find_feeling(text, classification)
    model_mood = _SIGNS[classification.sentiment] * classification.sentiment_score
    if feeling:
        sign = _FEELINGS[feeling]
        return sign * max(LEAST, sign * model_mood)
    return model_mood if _judges(fold_width(text)) else 0.0


def measure_sentiment(text: str, classification: Classification) -> Sentiment:
    """The mood as a sentiment."""
    mood = measure_mood(text, classification)
    return "neutral" if mood == 0 else "positive" if mood > 0 else "negative"


def _complains(text: str, classification: Classification) -> bool:
    """Whether a text complains, and neither jests nor asks nor speaks of own life alone."""
    if _matches("own", text) or (_matches("jest", text) and not _blames(text)):
        return False
    if grievance.reports_fault(text):
        return True
    text = _load_patterns()["set_aside"].sub(" ", text)
    if _matches("reserved", text) and not (
        _matches("told_of_us", text) or _matches("praise", text)
    ):
        return False
    is_told = classification.is_surely_negative and _matches("told_of_us", text)
    is_plain = sentence_kinds.is_question(text) or (is_told and _matches("wish", text))
    reports = _matches("complaint", text) or _matches("failing_goods", text)
    return not is_plain and (is_told or reports)


def _blames(text: str) -> bool:
    return "你们" in text and _matches("complaint", text)


def _judges(text: str) -> bool:
    plain = sentence_kinds.is_question(text) or _matches("wish", text)
    return not plain and _matches("judges", text) and not _matches("jest", text)


def _matches(sign: str, text: str) -> bool:
    return _load_patterns()[sign].search(text) is not None


@functools.cache
def _load_patterns() -> Mapping[str, re.Pattern[str]]:
    content = tomllib.loads(
        files("app.marketing.feelings").joinpath("words.toml").read_text("utf-8")
    )
    defect = f"(?:{'|'.join(content['defect'])})"
    return {
        name: re.compile("|".join(lines).replace("<defect>", defect), re.IGNORECASE)
        for name, lines in content.items()
    }
