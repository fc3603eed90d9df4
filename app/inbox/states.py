"""A conversation that a person has or should have, and what may become of it. No I/O."""

from dataclasses import dataclass, replace
from typing import Literal

from app.errors import Taken

State = Literal["waiting", "taken", "closed"]
Desk = Literal["wechat", "inbox"]
Ended = Literal["", "returned", "closed", "silence"]
Sending = Literal["", "queued", "kept", "sent", "refused"]

# The higher are listed first while they wait.
ORDINARY, SOONER, FIRST = 0, 1, 2

# The platform gives a session at its desk back after 30 minutes, and so does the inbox: followers
# don't know which of the two a brand uses. Counted from the last thing a person did, for who
# writes is there; while nobody has come, from the follower's last message, for who still writes
# still waits.
BACK_AFTER = 1800.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something said, or done by an agent (`kind` is then taken, returned, closed).

    `key` is unique in its conversation: the delivery's id, or the agent's idempotency key.
    """

    key: str
    who: Literal["follower", "agent", "bot"]
    text: str
    kind: str = "text"
    name: str = ""  # the agent's
    state: Sending = ""
    number: int = 0  # 0 while it isn't kept yet; later ones have higher numbers
    at: float = 0.0  # seconds since 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A follower should have a person: what the agent reads, and the message that led to it."""

    account: str
    openid: str
    delivery: str  # the message's id
    desk: Desk
    reason: str
    title: str  # of the intent, "" where none was sure
    summary: str
    said: tuple[Message, ...] = ()
    priority: int = ORDINARY


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """As it is kept. `until` is when the bot comes back; times in seconds since 1970."""

    id: str
    account: str
    openid: str
    delivery: str
    desk: Desk
    state: State
    reason: str
    title: str
    summary: str
    priority: int
    agent: str
    opened: float
    taken: float | None
    last: float
    until: float
    closed: float | None
    ended: Ended
    read_to: int
    revision: int

    def seen(self, now: float) -> "Conversation":
        """As it stands now: it is over once its time has passed, whether that was kept or not."""
        if self.state == "closed" or self.until > now:
            return self
        return replace(self, state="closed", ended="silence", closed=self.until)


Change = tuple[Conversation, tuple[Message, ...]]  # what becomes of it, and what is said with it


def taken(held: Conversation, agent: str, now: float, *, force: bool = False) -> Change:
    """A person takes it, also one that is over or that WeChat's desk should have had.

    Raises Taken when another has it, unless `force` takes it over.
    """
    mine = held.state == "taken" and held.agent == agent
    if not force:
        _not_anothers(held, agent)
    after = replace(_kept_by(held, agent, now), closed=None, ended="")
    return after, () if mine else (_note("taken", after),)


def answered(held: Conversation, reply: Message, now: float) -> Change:
    """A person replies, and has it from now on where it was waiting.

    Raises Taken when another has it or it is over.
    """
    if held.state == "closed":
        raise Taken("the conversation is over: take it first, then reply")
    _not_anothers(held, reply.name)
    return _kept_by(held, reply.name, now), (reply,)


def returned(held: Conversation, agent: str, farewell: str, now: float) -> Change:
    """Whoever has it gives it back to the bot. Raises Taken when another has it."""
    _not_anothers(held, agent)
    words = Message(
        key=f"farewell:{held.revision}", who="agent", text=farewell, name=agent, state="queued"
    )
    after, notes = _over(held, "returned", agent, now)
    return after, (words, *notes) if farewell and notes else notes


def closed(held: Conversation, agent: str, now: float) -> Change:
    """Anybody ends it, also for a colleague who has gone home."""
    return _over(held, "closed", agent, now)


def at_desk(held: Conversation, agent: str, now: float) -> Change:
    """An agent at WeChat's desk has it: the platform says so, whatever we thought."""
    after = replace(_kept_by(held, agent, now), desk="wechat", closed=None, ended="")
    return after, () if held.agent == agent else (_note("taken", after),)


@dataclass(frozen=True, slots=True)
class Urgency:
    """What makes a conversation urgent; `headline` goes before its summary, without what is
    `outdated` in that.
    """

    priority: int
    reason: str
    title: str
    headline: str
    outdated: str


def urged(held: Conversation, by: Urgency) -> Change:
    """Something urgent was said in it: it goes to the head of those that wait."""
    if held.state == "closed" or by.priority <= held.priority:
        return held, ()
    summary = f"{by.headline}\n{held.summary.replace(by.outdated, '')}".rstrip()
    return replace(
        held, priority=by.priority, reason=by.reason, title=by.title, summary=summary
    ), ()


def read(held: Conversation, up_to: int) -> Change:
    """A person has read it up to this message."""
    return replace(held, read_to=max(held.read_to, up_to)), ()


def _not_anothers(held: Conversation, agent: str) -> None:
    if held.state == "taken" and held.agent != agent:
        raise Taken(f"{held.agent} has this conversation; take it with force to take it over")


def _kept_by(held: Conversation, agent: str, now: float) -> Conversation:
    first = now if held.taken is None else held.taken
    until = now + BACK_AFTER
    return replace(
        held, state="taken", desk="inbox", agent=agent, taken=first, last=now, until=until
    )


def _over(held: Conversation, how: Ended, agent: str, now: float) -> Change:
    if held.state == "closed":  # asked twice: the first answer was lost
        return held, ()
    after = replace(held, state="closed", ended=how, closed=now, last=now, until=now)
    return after, (_note(how, replace(after, agent=agent)),)


def _note(kind: str, after: Conversation) -> Message:
    return Message(
        key=f"{kind}:{after.revision}", who="agent", text="", kind=kind, name=after.agent
    )
