"""Decides when an agent takes over, where, and what the bot does meanwhile. No I/O.

When the bot comes back is decided in `app.inbox.states`: an agent returns or closes the
conversation, or nobody has acted in it for `BACK_AFTER` seconds.
"""

from dataclasses import dataclass
from typing import Literal

from app.account_rights.values import AccountRight
from app.accounts import Account
from app.dialogue.handoff.rules import HandoffRules
from app.dialogue.policy import ASKS_FOR_PERSON
from app.dialogue.understanding.complaints import grievance, injuries
from app.dialogue.understanding.person_wish import commands_person
from app.inbox.service import Handoff
from app.inbox.states import AgentChannel
from app.inference.ports import Classification
from app.sessions.store import Session

Reason = Literal["asked", "angry", "failed", "policy", "safety", "care"]
# Negative score. Calm reports of broken goods reach .975; curses and threats are beyond.
FURIOUS = 0.985
COMPLAINS = "complain_angry"
REASONS: tuple[Reason, ...] = ("care", "safety", "asked", "angry", "policy", "failed")  # by weight


@dataclass(frozen=True, slots=True)
class HandoffFacts:
    """The facts of one message by which a reason is found."""

    text: str
    classification: Classification | None = None
    is_unanswered: bool = False  # the bot has no answer


def find_reason(facts: HandoffFacts, session: Session, rules: HandoffRules) -> Reason | None:
    """The weightiest reason why an agent should take over; None when the bot goes on."""
    reasons: dict[Reason, bool] = {
        "asked": _asks_for_person(facts),
        "angry": _is_furious(facts, rules)
        or angry_in_a_row(facts.text, facts.classification, session) >= rules.angry,
        "policy": by_policy(facts.classification, rules) or injuries.reports_injury(facts.text),
        "failed": facts.is_unanswered and session.unclear + 1 >= rules.failures,
    }
    return next((why for why, applies in reasons.items() if applies), None)


def angry_in_a_row(text: str, classification: Classification | None, session: Session) -> int:
    """The next session's count of angry messages in a row; unchanged without a classification."""
    if classification is None:
        return session.angry
    return session.angry + 1 if _is_angry(text, classification) else 0


def by_policy(classification: Classification | None, rules: HandoffRules) -> bool:
    """Whether the handoff rules give the intent to agents."""
    if classification is None or not classification.in_scope:
        return False
    return rules.intents.get(classification.intent.id, classification.intent.action == "handoff")


def reset_counters(session: Session) -> Session:
    """The session with its counts of unclear and angry messages at 0, as after a handoff."""
    return session.model_copy(update={"unclear": 0, "angry": 0})


def choose_desk(account: Account, *, open: bool) -> AgentChannel | None:  # noqa: A002
    """The agent channel of a handoff; None where the account has no agents.

    wechat: the reply is a `TransferToAgent`, with which the platform queues the follower at its
    own desk. It carries no text, and is taken from accounts with a desk only, in reply to a message
    and never to an event: a follower who pressed a menu button reads a notice, and their next
    message is transferred. Chosen for `desk = "wechat"` while agents are there; out of hours the
    follower would wait without a reply.

    inbox: agents answer over REST. An account that may sends their replies as customer-service
    messages, another one with the reply to the follower's next message.
    """
    if account.desk == "none":
        return None
    has_desk = account.desk == "wechat" and account.may(AccountRight.DESK)
    return "wechat" if has_desk and open else "inbox"


def choose_bot_action(handoff: Handoff, *, event: bool) -> Literal["silent", "transfer", "answer"]:
    """What the bot does with a message during a handoff.

    silent: an agent has the conversation. answer: none has taken it yet; the bot answers, and the
    agent reads both. transfer: while the follower is queued at WeChat's desk, which gets only what
    is transferred. Later the platform sends messages there itself; one that arrives here was
    returned, and is transferred again.
    """
    if handoff.state == "taken" and (event or handoff.desk == "inbox"):
        return "silent"
    return "transfer" if handoff.desk == "wechat" and not event else "answer"


def _asks_for_person(facts: HandoffFacts) -> bool:
    classification = facts.classification
    sure = (
        classification is not None
        and classification.in_scope
        and classification.intent.id == ASKS_FOR_PERSON
    )
    return sure or commands_person(facts.text)


def _is_angry(text: str, classification: Classification) -> bool:
    return classification.is_surely_negative and grievance.voices_complaint(text, classification)


def _is_furious(facts: HandoffFacts, rules: HandoffRules) -> bool:
    classification = facts.classification
    if classification is None or not _is_angry(facts.text, classification):
        return False
    complains = classification.in_scope and classification.intent.id == COMPLAINS
    return classification.sentiment_score >= FURIOUS or (
        complains and rules.intents.get(COMPLAINS, True)
    )
