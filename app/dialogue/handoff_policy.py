"""When a person should take over, what the person reads, and what the follower hears. No I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import regex
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.accounts import Account
from app.dialogue import templates
from app.dialogue.policy import ANGRY, ASKS_FOR_PERSON
from app.dialogue.understanding import grievance, injuries
from app.dialogue.understanding.person_wish import commands_person
from app.inbox.service import Hold, Place
from app.inbox.states import Desk
from app.inference.ports import CareKind, Judgement, Mood
from app.messages.phrases import Say, as_shipped
from app.rules.presence import Presence, tells_of_people
from app.safety import care
from app.sessions.store import Said, Session

Reason = Literal["asked", "angry", "failed", "policy", "safety", "care"]

# Reports of broken goods score up to .975 without a word of anger; curses and threats beyond.
FURIOUS = 0.985
COMPLAINS = "complain_angry"

REASONS: tuple[Reason, ...] = ("care", "safety", "asked", "angry", "policy", "failed")  # by weight

BOOK = "handoff"  # of `app.db.account_documents`


class Rules(BaseModel):
    """An account's policy, as an operator writes it in the book `handoff`; all has defaults."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # By intent's id; where it isn't named, intents whose action is `handoff` are handed over.
    intents: Annotated[
        dict[Annotated[str, StringConstraints(min_length=1, max_length=64)], bool],
        Field(max_length=500),
    ] = {}
    failures: int = Field(2, ge=1, le=10)  # answers not found in a row
    angry: int = Field(2, ge=1, le=10)  # angry messages in a row
    # Minutes in which people usually reply within working hours; None: nothing is promised.
    minutes: int | None = Field(None, ge=1, le=240)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of this message. `failed`: the bot has no answer; `danger`: of moderation."""

    text: str
    judged: Judgement | None = None
    failed: bool = False
    danger: bool = False


def reason(facts: Facts, session: Session, rules: Rules) -> Reason | None:
    """Why a person should take over, the weightiest first; None when the bot goes on."""
    found: dict[Reason, bool] = {
        "safety": facts.danger,
        "asked": _asked(facts),
        "angry": _furious(facts, rules)
        or angry_in_a_row(facts.text, facts.judged, session) >= rules.angry,
        "policy": by_policy(facts.judged, rules) or injuries.reports(facts.text),
        "failed": facts.failed and session.unclear + 1 >= rules.failures,
    }
    return next((why for why, holds in found.items() if holds), None)


def angry_in_a_row(text: str, judged: Judgement | None, session: Session) -> int:
    """The next session's `angry`; what wasn't read (a picture) leaves it as it is."""
    if judged is None:
        return session.angry
    return session.angry + 1 if _angry(text, judged) else 0


def by_policy(judged: Judgement | None, rules: Rules) -> bool:
    """Whether its intent is one that people answer."""
    if judged is None or not judged.in_scope:
        return False
    return rules.intents.get(judged.intent.id, judged.intent.action == "handoff")


def calmed(session: Session) -> Session:
    """The session once it was handed over: when the bot comes back, it begins to count anew."""
    return session.model_copy(update={"unclear": 0, "angry": 0})


# --- Where to, and what the follower hears ------------------------------------------------------


def desk(account: Account, *, open: bool) -> Desk | None:  # noqa: A002
    """Where a person gets the follower; None where the account has nobody.

    wechat: the answer to the message is a `TransferToPerson`, and the platform puts the follower
    into the queue of its own desk. Such an answer carries no text, and the platform takes it
    only from verified accounts, in answer to a message and never to an event: a follower who
    pressed a menu button reads the `notice`, and what they write next is transferred. So it is
    for `desk = "wechat"` while people are there; out of hours the follower would wait in that
    queue without a word.

    inbox: people answer over REST, for all accounts. A verified one sends their replies as
    customer-service messages, on the others they ride on the follower's next message.
    """
    if account.desk == "none":
        return None
    return "wechat" if account.desk == "wechat" and account.verified and open else "inbox"


def meanwhile(hold: Hold, *, event: bool) -> Literal["silent", "transfer", "answer"]:
    """What the bot does with a message while a person has, or should have, the conversation.

    silent: a person has it. answer: nobody has come yet, and the bot still says what it surely
    knows; the person reads both. transfer: the follower stands in the queue of WeChat's desk,
    which gets only what is transferred; an agent there gets messages without us, so that one
    that comes here nevertheless has been given back, and the desk should have it all the same.
    """
    if hold.state == "taken" and (event or hold.desk == "inbox"):
        return "silent"
    return "transfer" if hold.desk == "wechat" and not event else "answer"


def when(
    account: Account, hours: str, presence: Presence, minutes: int | None, say: Say = as_shipped
) -> str:
    """One line on when a person replies; nothing is promised that isn't known.

    hours: in words. minutes: in which people usually reply, where the operator says so.
    """
    if not presence.known and tells_of_people(hours):
        line = say(templates.REPLIES_IN_HOURS, hours=hours)
    elif not presence.known:
        line = say(templates.REPLIES_SOON)
    elif presence.open and minutes:
        line = say(templates.REPLIES_WITHIN, minutes=str(minutes))
    elif presence.open:
        line = say(templates.REPLIES_SOON)
    elif presence.next:
        line = say(templates.REPLIES_FROM, next=presence.next)
    else:
        line = say(templates.NOBODY_THERE)
    return line if account.verified else line + say(templates.RIDES)


def at_desk(presence: Presence, hours: str, say: Say = as_shipped) -> str:
    """Where WeChat's desk answers, which has heard nothing of this: what to do to get there."""
    if presence.open:
        return say(templates.AT_DESK_NOW)
    within = f"服务时间（{hours}）内" if tells_of_people(hours) else "服务时间内"
    away = f"{presence.next} 之后" if presence.next else within
    return say(templates.AT_DESK_LATER, when=away)


def state(place: Place | None, presence: Presence, now: float, say: Say = as_shipped) -> str:
    """What has become of a request; `place` in the queue is None where it isn't known."""
    if presence.known and not presence.open:
        return say(templates.WAITS_AWAY)
    if place is None:
        return say(templates.WAITS)
    minutes = int((now - place.opened) // 60)
    waits = say(templates.WAITS_MINUTES, minutes=str(minutes)) if minutes else say(templates.WAITS)
    if place.ahead:
        return waits + say(templates.IN_LINE, ahead=str(place.ahead))
    return waits + say(templates.FIRST_IN_LINE)


# --- What the person reads ----------------------------------------------------------------------

SUMMARY = 300  # characters
_WHY: dict[Reason, str] = {
    "asked": "用户要求人工",
    "angry": "用户情绪激动",
    "failed": "机器人连续答不上",
    "policy": "须人工办理",
    "safety": "涉及安全，请优先",
    "care": "需要关怀",
}
_MOOD: dict[Mood, str] = {"negative": "不满", "neutral": "平静", "positive": "友好"}
CALM = f"｜情绪：{_MOOD['neutral']}"  # in a summary, of the message that it is of
_TURNS = 2  # a person reads the others in the record


@dataclass(frozen=True, slots=True)
class Told:
    """What the summary tells of the message that led to the hand-over."""

    text: str
    title: str  # of the intent, "" when none was sure
    mood: Mood
    why: Reason
    care: CareKind | None = None


def summary(turns: Sequence[Said], told: Told, slots: Mapping[str, str]) -> str:
    """For the agent, at most 300 characters: why, mood, what is known, what was said last.

    slots: by name, such as 订单号. The kind of need stands in the place of a mood.
    """
    lines = [f"原因：{_WHY[told.why]}｜情绪：{_MOOD[told.mood]}"]
    if told.care:
        lines = [care.headline(told.care)]
    elif told.title:
        lines.append(f"意图：{_short(told.title, 24)}")
    if slots:
        known = "，".join(f"{_short(k, 8)} {_short(v, 32)}" for k, v in slots.items() if v)
        lines.append(f"资料：{_short(known, 72)}")
    lines.append(f"用户：{_short(told.text, 60)}")
    for turn in reversed(turns[-_TURNS:]):  # the latest has the first claim to the room
        earlier = f"此前问：{_short(turn.text, 36)}→答：{_short(turn.answer, 36)}"
        if sum(map(len, lines)) + len(lines) + len(earlier) > SUMMARY:
            break
        lines.append(earlier)
    return "\n".join(lines)[:SUMMARY]


def _short(text: str, limit: int) -> str:
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


# --- Of one message -----------------------------------------------------------------------------


def _asked(facts: Facts) -> bool:
    judged = facts.judged
    sure = judged is not None and judged.in_scope and judged.intent.id == ASKS_FOR_PERSON
    return sure or commands_person(facts.text)


def _angry(text: str, judged: Judgement) -> bool:
    negative = judged.mood == "negative" and judged.mood_score >= ANGRY
    return negative and grievance.complains(text, judged)


def _furious(facts: Facts, rules: Rules) -> bool:
    judged = facts.judged
    if judged is None or not _angry(facts.text, judged):
        return False
    complains = judged.in_scope and judged.intent.id == COMPLAINS
    return judged.mood_score >= FURIOUS or (complains and rules.intents.get(COMPLAINS, True))
