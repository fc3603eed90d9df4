"""What to do with a message: pure functions of values, no I/O."""

from dataclasses import dataclass
from typing import Literal

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
SURELY_ANSWERS = 0.9  # 12 of 14 entries that a handoff had pushed aside wrongly
ANGRY = 0.8  # score of a negative mood; plain questions get up to .75, angry ones .85 and more
SURE_IT_IS_FOREIGN = 0.8  # below, a customer may only have said it oddly: ask back


# What a model is never asked: the words are the law's, or the operator's own.
FIXED = frozenset({"bot_identity", "unsubscribe_privacy", ASKS_FOR_PERSON})
MANNERS = frozenset({
    "greet", "say_ok", "say_wait", "say_farewell", "express_thanks", "express_apology",
    "thanks_goodbye",
})  # fmt: skip
OPEN = frozenset({"chitchat", "out_of_scope"})  # talk of what isn't the brand's
SURELY_MANNERS = 0.6
LONGEST_MANNERS = 16  # characters
SURELY_A_COMPLAINT = 0.8
SURELY_CALLED = 0.8  # confidence of an intent for people; below, what is known goes before it
# Questions of who surely complains are rhetorical: 怎么又涨价了.
RHETORICAL = frozenset({
    "complain_angry", "complain_price_rise", "complain_slow_logistics", "urge_reply",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """Where the answer comes from."""

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
    """Template of the intent when we are sure; ask back, then offer a person, when not.

    What the account knows an answer to (`entry_probability` is how likely it answers, 0 where it
    doesn't) it answers: what an operator wrote for a question is nearer to it than what fits all of
    an intent. Where the intent is for people, that holds for a question (`is_question`), for an
    entry that surely answers, and where the intent is only likely and nothing has happened to the
    follower (`has_suffered`). What is only `has_likely_entry` to answer a question is shown in the
    place of a person that a half-sure intent would call. A message that is surely about something
    else is told so by its own template.
    """
    intent, action = classification.intent.id, classification.intent.action
    calls_person = classification.in_scope and action == "handoff"
    half_sure = classification.confidence < SURELY_CALLED and not has_suffered
    if intent in RHETORICAL and classification.confidence >= SURELY_CALLED:
        is_question = False
    answered = intent != ASKS_FOR_PERSON and (
        entry_probability >= SURELY_ANSWERS or is_question or half_sure
    )
    if entry_probability and (answered or not calls_person):
        return Decision("knowledge")
    if (
        calls_person
        and has_likely_entry
        and is_question
        and half_sure
        and intent != ASKS_FOR_PERSON
    ):
        return Decision("knowledge_missing")
    foreign = intent == "out_of_scope" and classification.confidence >= SURE_IT_IS_FOREIGN
    if classification.in_scope or foreign:
        return Decision(BY_ACTION[action])
    if session.unclear + 1 >= UNCLEAR_BEFORE_PERSON:
        return Decision("offer_person")
    return Decision("ask_back")


def for_model(classification: Classification, source: Source, text: str) -> bool:
    """Whether a model that speaks for the brand answers in a template's place.

    Not greetings and thanks, what is said of us and of the follower's data, and what a person is
    called for. A long message is seldom only a greeting; who complains is seldom content.
    """
    intent, confidence = classification.intent.id, classification.confidence
    if source in {"knowledge", "slot"} or (classification.in_scope and intent in FIXED):
        return False
    if source == "handoff":
        return confidence < SURELY_A_COMPLAINT and classification.sentiment != "negative"
    if classification.in_scope and intent in MANNERS:
        return confidence < SURELY_MANNERS or len(text) > LONGEST_MANNERS
    return True
