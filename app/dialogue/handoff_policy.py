"""Decides when an agent takes over; words the agent's summary and the follower's reply. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import regex

from app.accounts import Account
from app.dialogue.handoff_rules import HandoffRules
from app.dialogue.policy import ASKS_FOR_PERSON
from app.dialogue.understanding import grievance, injuries
from app.dialogue.understanding.person_wish import commands_person
from app.dialogue.wording import handover_texts
from app.inbox.service import Handoff, QueuePosition
from app.inbox.states import AgentChannel
from app.inference.ports import CareKind, Classification, Sentiment
from app.messages.phrases import Say, as_shipped
from app.rules.presence import Presence, tells_of_people
from app.safety import care
from app.sessions.store import Session, SessionTurn

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


# --- Agent channel and the follower's reply -----------------------------------------------------


def choose_desk(account: Account, *, open: bool) -> AgentChannel | None:  # noqa: A002
    """The agent channel of a handoff; None where the account has no agents.

    wechat: the reply is a `TransferToAgent`, with which the platform queues the follower at its
    own desk. It carries no text, and is taken from verified accounts only, in reply to a message
    and never to an event: a follower who pressed a menu button reads a notice, and their next
    message is transferred. Chosen for `desk = "wechat"` while agents are there; out of hours the
    follower would wait without a reply.

    inbox: agents answer over REST. A verified account sends their replies as customer-service
    messages, another one with the reply to the follower's next message.
    """
    if account.desk == "none":
        return None
    return "wechat" if account.desk == "wechat" and account.verified and open else "inbox"


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


def describe_reply_time(
    account: Account, hours: str, presence: Presence, minutes: int | None, say: Say = as_shipped
) -> str:
    """One line on when an agent replies.

    hours: in words. minutes: in which agents usually reply; None where the operator names none.
    """
    if not presence.are_hours_known and tells_of_people(hours):
        line = say(handover_texts.REPLIES_IN_HOURS, hours=hours)
    elif not presence.are_hours_known:
        line = say(handover_texts.REPLIES_SOON)
    elif presence.open and minutes:
        line = say(handover_texts.REPLIES_WITHIN, minutes=str(minutes))
    elif presence.open:
        line = say(handover_texts.REPLIES_SOON)
    elif presence.next:
        line = say(handover_texts.REPLIES_FROM, next=presence.next)
    else:
        line = say(handover_texts.NOBODY_THERE)
    return line if account.verified else line + say(handover_texts.RIDES)


def at_desk(presence: Presence, hours: str, say: Say = as_shipped) -> str:
    """How the follower gets to WeChat's desk, which knows nothing of this message yet."""
    if presence.open:
        return say(handover_texts.AT_DESK_NOW)
    within = f"服务时间（{hours}）内" if tells_of_people(hours) else "服务时间内"
    away = f"{presence.next} 之后" if presence.next else within
    return say(handover_texts.AT_DESK_LATER, when=away)


def describe_wait(
    place: QueuePosition | None, presence: Presence, now: float, say: Say = as_shipped
) -> str:
    """The state of a waiting handoff in words: minutes and place; `place` None where unknown."""
    if presence.are_hours_known and not presence.open:
        return say(handover_texts.STILL_WAITING_AWAY)
    if place is None:
        return say(handover_texts.STILL_WAITING)
    minutes = int((now - place.waiting_since) // 60)
    wait_line = (
        say(handover_texts.STILL_WAITING_MINUTES, minutes=str(minutes))
        if minutes
        else say(handover_texts.STILL_WAITING)
    )
    if place.ahead:
        return wait_line + say(handover_texts.IN_LINE, ahead=str(place.ahead))
    return wait_line + say(handover_texts.FIRST_IN_LINE)


# --- The agent's summary ------------------------------------------------------------------------

SUMMARY = 300  # characters
_WHY: dict[Reason, str] = {
    "asked": "用户要求人工",
    "angry": "用户情绪激动",
    "failed": "机器人连续答不上",
    "policy": "须人工办理",
    "safety": "涉及安全，请优先",
    "care": "需要关怀",
}
_MOOD: dict[Sentiment, str] = {"negative": "不满", "neutral": "平静", "positive": "友好"}
CALM = f"｜情绪：{_MOOD['neutral']}"  # the calm sentiment, as a summary has it
_TURNS = 2  # turns in the summary; the agent reads the others in the record


@dataclass(frozen=True, slots=True)
class SummaryFacts:
    """The facts of the message that led to the handoff, for the summary."""

    text: str
    title: str  # of the intent, "" when none was sure
    sentiment: Sentiment
    reason: Reason
    care: CareKind | None = None


def write_summary(
    turns: Sequence[SessionTurn], facts: SummaryFacts, slots: Mapping[str, str]
) -> str:
    """The summary for the agent, at most 300 characters: reason, sentiment, intent, slots, message
    and last turns.

    slots: by title, such as 订单号. With care, its headline replaces reason and sentiment.
    """
    lines = [f"原因：{_WHY[facts.reason]}｜情绪：{_MOOD[facts.sentiment]}"]
    if facts.care:
        lines = [care.headline(facts.care)]
    elif facts.title:
        lines.append(f"意图：{_shorten(facts.title, 24)}")
    if slots:
        slot_texts = "，".join(f"{_shorten(k, 8)} {_shorten(v, 32)}" for k, v in slots.items() if v)
        lines.append(f"资料：{_shorten(slot_texts, 72)}")
    lines.append(f"用户：{_shorten(facts.text, 60)}")
    for turn in reversed(turns[-_TURNS:]):  # the latest first
        earlier = f"此前问：{_shorten(turn.text, 36)}→答：{_shorten(turn.answer, 36)}"
        if sum(map(len, lines)) + len(lines) + len(earlier) > SUMMARY:
            break
        lines.append(earlier)
    return "\n".join(lines)[:SUMMARY]


def _shorten(text: str, limit: int) -> str:
    """One line of at most `limit` characters, with … where it was cut."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    fitting = ""
    for letter in regex.findall(r"\X", line[: limit * 2]):  # an emoji isn't cut in two
        if len(fitting) + len(letter) >= limit:
            break
        fitting += letter
    return fitting + "…"


# --- Facts of one message -----------------------------------------------------------------------


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
