"""Messages, classifications and evidence as dialogue tests need them, with usual values."""

import numpy as np

from app.inference.fakes import INTENTS
from app.inference.ports import Action, Classification, Intent, Sentiment
from app.jobs import MessageJob, MessageKind
from app.knowledge.values import Evidence
from app.messages.values import RichMessage
from models.intent import taxonomy

SHIPPED = taxonomy.load_taxonomy()


def make_message(
    text: str,
    *,
    kind: MessageKind = "text",
    received: float = 0.0,
    number: int = 1,
    openid: str = "mei",
) -> MessageJob:
    """A follower's message. number: of the delivery, which decides on variants of phrases."""
    return MessageJob(
        id=f"wx1:{number}",
        account="default",
        openid=openid,
        kind=kind,
        text=text,
        received=received,
    )


def make_evidence(
    id: str,  # noqa: A002 - the noun
    title: str,
    text: str,
    probability: float = 0.9,
    *,
    rich: RichMessage | None = None,
) -> Evidence:
    """An entry as evidence. title: its question; text: its answer."""
    return Evidence(id=id, kind="entry", title=title, text=text, probability=probability, rich=rich)


def make_intent(id: str, action: Action = "knowledge") -> Intent:  # noqa: A002 - the noun
    """An intent of this id with one reply."""
    return Intent(id, "标题", "组", action, ("您好。",))


def get_shipped_intent(name: str) -> Intent:
    """An intent of the shipped taxonomy, by its id."""
    shipped = SHIPPED.by_id[name]
    return Intent(shipped.id, shipped.title, shipped.group, shipped.action, shipped.replies)


def make_classification(
    intent: str | Intent = "ask_ship_time",
    confidence: float = 0.9,
    *,
    in_scope: bool = True,
    sentiment: Sentiment = "neutral",
    sentiment_score: float = 0.8,
) -> Classification:
    """A classification. intent: an intent, or the id of one of the fake classifier's."""
    return Classification(
        intent=INTENTS[intent] if isinstance(intent, str) else intent,
        confidence=confidence,
        in_scope=in_scope,
        sentiment=sentiment,
        sentiment_score=sentiment_score,
        model="fake-1",
        vector=np.zeros(1),
    )


def classify_as_shipped(
    name: str, confidence: float = 0.9, sentiment: Sentiment = "neutral"
) -> Classification:
    """A classification by the shipped taxonomy; out of scope below its usual threshold."""
    return make_classification(
        get_shipped_intent(name),
        confidence,
        in_scope=confidence >= 0.34 and name != "out_of_scope",
        sentiment=sentiment,
        sentiment_score=0.9,
    )
