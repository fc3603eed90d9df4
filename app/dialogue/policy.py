"""What to do with a message: pure functions of values, no I/O."""

from dataclasses import dataclass
from typing import Literal

from app.inference.ports import Action, Judgement
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
    judgement: Judgement,
    session: Session,
    known: float = 0.0,
    *,
    asks: bool = False,
    suffered: bool = False,
    likely: bool = False,
) -> Decision:
    """Template of the intent when we are sure; ask back, then offer a person, when not.

    What the account knows an answer to (`known` is how likely it answers, 0 where it doesn't) it
    answers: what an operator wrote for a question is nearer to it than what fits all of an intent.
    Where the intent is for people, that holds for a question (`asks`), for an entry that surely
    answers, and where the intent is only likely and nothing has happened to the follower
    (`suffered`). What is only `likely` to answer a question is shown in the place of a person that
    a half-sure intent would call.
    A message that is surely about something else is told so by its own template.
    """
    intent, action = judgement.intent.id, judgement.intent.action
    called = judgement.in_scope and action == "handoff"
    half_sure = judgement.confidence < SURELY_CALLED and not suffered
    if intent in RHETORICAL and judgement.confidence >= SURELY_CALLED:
        asks = False
    answered = intent != ASKS_FOR_PERSON and (known >= SURELY_ANSWERS or asks or half_sure)
    if known and (answered or not called):
        return Decision("knowledge")
    if called and likely and asks and half_sure and intent != ASKS_FOR_PERSON:
        return Decision("knowledge_missing")
    foreign = intent == "out_of_scope" and judgement.confidence >= SURE_IT_IS_FOREIGN
    if judgement.in_scope or foreign:
        return Decision(BY_ACTION[action])
    if session.unclear + 1 >= UNCLEAR_BEFORE_PERSON:
        return Decision("offer_person")
    return Decision("ask_back")


def for_model(judgement: Judgement, source: Source, text: str) -> bool:
    """Whether a model that speaks for the brand answers in a template's place.

    Not greetings and thanks, what is said of us and of the follower's data, and what a person is
    called for. A long message is seldom only a greeting; who complains is seldom content.
    """
    intent, confidence = judgement.intent.id, judgement.confidence
    if source in {"knowledge", "slot"} or (judgement.in_scope and intent in FIXED):
        return False
    if source == "handoff":
        return confidence < SURELY_A_COMPLAINT and judgement.mood != "negative"
    if judgement.in_scope and intent in MANNERS:
        return confidence < SURELY_MANNERS or len(text) > LONGEST_MANNERS
    return True
