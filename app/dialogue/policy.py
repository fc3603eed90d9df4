"""What to do with a message: pure functions of values, no I/O."""

from dataclasses import dataclass
from typing import Literal

from app.inference.ports import Action, Judgement
from app.sessions.store import Session

Source = Literal[
    "template", "knowledge", "knowledge_missing", "small_talk", "handoff", "ask_back",
    "offer_person", "kind", "failure", "rule", "order", "slot", "anew", "person",
    "care", "pace", "data", "several", "refused", "generated", "extract", "unsure",
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


@dataclass(frozen=True, slots=True)
class Decision:
    """Where the answer comes from."""

    source: Source


def decide(judgement: Judgement, session: Session, known: float = 0.0) -> Decision:
    """Template of the intent when we are sure; ask back, then offer a person, when not.

    What the account knows an answer to (`known` is how likely it answers, 0 where it doesn't) it
    answers, unless a person is called for: what an operator wrote for a question is nearer to it
    than what fits all of an intent. An entry that surely answers wins over an intent that only
    mostly needs a person.
    A message that is surely about something else is told so by its own template.
    """
    intent, action = judgement.intent.id, judgement.intent.action
    called = judgement.in_scope and action == "handoff"
    answered = intent != ASKS_FOR_PERSON and known >= SURELY_ANSWERS
    if known and (answered or not called):
        return Decision("knowledge")
    foreign = intent == "out_of_scope" and judgement.confidence >= SURE_IT_IS_FOREIGN
    if judgement.in_scope or foreign:
        return Decision(BY_ACTION[action])
    if session.unclear + 1 >= UNCLEAR_BEFORE_PERSON:
        return Decision("offer_person")
    return Decision("ask_back")
