"""The policy: decides by classification and evidence where an answer comes from. No I/O."""

from dataclasses import dataclass
from typing import Literal

from app.dialogue.understanding.intent_groups import COURTESIES
from app.inference.ports import Action, Classification
from app.sessions.store import Session

Source = Literal[
    "template", "knowledge", "knowledge_missing", "small_talk", "handoff", "ask_back",
    "offer_person", "kind", "failure", "rule", "order", "slot", "anew", "person",
    "care", "pace", "data", "several", "refused", "generated", "extract", "unsure", "choices",
]  # fmt: skip
BY_ACTION: dict[Action, Source] = {
    "reply": "template",
    "knowledge": "knowledge_missing",
    "generate": "small_talk",
    "handoff": "handoff",
}
UNCLEAR_BEFORE_PERSON = 2  # questions not understood in a row, then a person is offered

ASKS_FOR_PERSON = "transfer_to_person"
OUT_OF_SCOPE = "out_of_scope"
SURELY_ANSWERS = 0.9  # reached by 12 of 14 entries that a handoff had wrongly replaced
SURE_IT_IS_FOREIGN = 0.8  # confidence of out_of_scope; below, ask back: it may be odd wording


# Intents never left to a model: the wording is required by law, or is the operator's.
FIXED = frozenset({"bot_identity", "unsubscribe_privacy", ASKS_FOR_PERSON})
SURELY_COURTESY = 0.6  # confidence
LONGEST_COURTESY = 16  # characters
SURELY_A_COMPLAINT = 0.8
SURELY_CALLED = 0.8  # confidence of an intent for agents; below, an entry's answer goes first
# With these intents, where they are certain, a question is rhetorical: 怎么又涨价了.
RHETORICAL = frozenset({
    "complain_angry", "complain_price_rise", "complain_slow_logistics", "urge_reply",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """The source of the answer."""

    source: Source


def decide(
    classification: Classification,
    session: Session,
    entry_probability: float = 0.0,
    *,
    is_question: bool = False,
    has_suffered: bool = False,
    has_likely_entry: bool = False,
) -> Decision:
    """Choose the source: a matching entry, else the intent's action, else ask back or offer a
    person.

    entry_probability: that the matched entry answers, 0 for none. An entry is more specific than
    an intent's template, so that it goes first. Where the intent is for agents, it does so only
    for a question (`is_question`), from SURELY_ANSWERS on, or where the intent's confidence is
    below SURELY_CALLED and the follower has no grievance (`has_suffered`); under that confidence a
    question with a likely entry (`has_likely_entry`) is offered that instead of an agent.
    """
    intent = classification.intent.id
    calls_person = classification.in_scope and classification.intent.action == "handoff"
    half_sure = classification.confidence < SURELY_CALLED and not has_suffered
    if intent in RHETORICAL and classification.confidence >= SURELY_CALLED:
        is_question = False
    answered = intent != ASKS_FOR_PERSON and (
        entry_probability >= SURELY_ANSWERS or is_question or half_sure
    )
    if entry_probability and (answered or not calls_person):
        return Decision("knowledge")
    may_answer = has_likely_entry and is_question and half_sure and intent != ASKS_FOR_PERSON
    if calls_person and may_answer:
        return Decision("knowledge_missing")
    return _decide_without_entry(classification, session)


def _decide_without_entry(classification: Classification, session: Session) -> Decision:
    """The intent's action where it is certain; else ask back, or offer a person the second time."""
    is_foreign = (
        classification.intent.id == OUT_OF_SCOPE and classification.confidence >= SURE_IT_IS_FOREIGN
    )
    if classification.in_scope or is_foreign:
        return Decision(BY_ACTION[classification.intent.action])
    if session.unclear + 1 >= UNCLEAR_BEFORE_PERSON:
        return Decision("offer_person")
    return Decision("ask_back")


def for_model(classification: Classification, source: Source, text: str) -> bool:
    """Whether a model that speaks for the brand answers in place of a template.

    Not for entries, slot questions, fixed intents, certain complaints and short courtesies.
    """
    intent, confidence = classification.intent.id, classification.confidence
    if source in {"knowledge", "slot"} or (classification.in_scope and intent in FIXED):
        return False
    if source == "handoff":
        return confidence < SURELY_A_COMPLAINT and classification.sentiment != "negative"
    if classification.in_scope and intent in COURTESIES:
        return confidence < SURELY_COURTESY or len(text) > LONGEST_COURTESY
    return True
