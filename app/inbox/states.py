"""A conversation that a person has or should have, and what may become of it. No I/O."""

from dataclasses import dataclass, replace
from typing import Literal

from app.errors import ConversationTaken

State = Literal["waiting", "taken", "closed"]
AgentChannel = Literal["wechat", "inbox"]
EndReason = Literal["", "returned", "closed", "silence"]
SendState = Literal["", "queued", "kept", "sent", "refused"]

# The higher are listed first while they wait.
ORDINARY, SOONER, FIRST = 0, 1, 2

# The platform gives a session at its desk back after 30 minutes, and so does the inbox: followers
# don't know which of the two a brand uses. Counted from the last thing a person did, for who
# writes is there; while nobody has come, from the follower's last message, for who still writes
# still waits.
BACK_AFTER = 1800.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationMessage:
    """Something said, or done by an agent (`kind` is then taken, returned, closed).

    `key` is unique in its conversation: the delivery's id, or the agent's idempotency key.
    """

    key: str
    who: Literal["follower", "agent", "bot"]
    text: str
    kind: str = "text"
    name: str = ""  # the agent's
    state: SendState = ""
    number: int = 0  # 0 while it isn't kept yet; later ones have higher numbers
    at: float = 0.0  # seconds since 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConversation:
    """A follower should have a person: what the agent reads, and the message that led to it."""

    account: str
    openid: str
    delivery: str  # the message's id
    desk: AgentChannel
    reason: str
    title: str  # of the intent, "" where none was sure
    summary: str
    messages: tuple[ConversationMessage, ...] = ()
    priority: int = ORDINARY


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """As it is kept. `until` is when the bot comes back; times in seconds since 1970."""

    id: str
    account: str
    openid: str
    delivery: str
    desk: AgentChannel
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
    ended: EndReason
    read_to: int
    revision: int

    def as_of(self, now: float) -> "Conversation":
        """As it stands now: it is over once its time has passed, whether that was kept or not."""
        if self.state == "closed" or self.until > now:
            return self
        return replace(self, state="closed", ended="silence", closed=self.until)


Change = tuple[
    Conversation, tuple[ConversationMessage, ...]
]  # what becomes of it, and what is said with it


def mark_taken(
    conversation: Conversation, agent: str, now: float, *, force: bool = False
) -> Change:
    """A person takes it, also one that is over or that WeChat's desk should have had.

    Raises Taken when another has it, unless `force` takes it over.
    """
    mine = conversation.state == "taken" and conversation.agent == agent
    if not force:
        _check_not_taken_by_other(conversation, agent)
    after = replace(_assign_to(conversation, agent, now), closed=None, ended="")
    return after, () if mine else (_note_message("taken", after),)


def reply_to_follower(conversation: Conversation, reply: ConversationMessage, now: float) -> Change:
    """A person replies, and has it from now on where it was waiting.

    Raises Taken when another has it or it is over.
    """
    if conversation.state == "closed":
        raise ConversationTaken("the conversation is over: take it first, then reply")
    _check_not_taken_by_other(conversation, reply.name)
    return _assign_to(conversation, reply.name, now), (reply,)


def return_to_bot(conversation: Conversation, agent: str, farewell: str, now: float) -> Change:
    """Whoever has it gives it back to the bot. Raises Taken when another has it."""
    _check_not_taken_by_other(conversation, agent)
    words = ConversationMessage(
        key=f"farewell:{conversation.revision}",
        who="agent",
        text=farewell,
        name=agent,
        state="queued",
    )
    after, notes = _end_conversation(conversation, "returned", agent, now)
    return after, (words, *notes) if farewell and notes else notes


def mark_closed(conversation: Conversation, agent: str, now: float) -> Change:
    """Anybody ends it, also for a colleague who has gone home."""
    return _end_conversation(conversation, "closed", agent, now)


def take_at_wechat(conversation: Conversation, agent: str, now: float) -> Change:
    """An agent at WeChat's desk has it: the platform says so, whatever we thought."""
    after = replace(_assign_to(conversation, agent, now), desk="wechat", closed=None, ended="")
    return after, () if conversation.agent == agent else (_note_message("taken", after),)


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


def raise_priority(conversation: Conversation, by: Urgency) -> Change:
    """Something urgent was said in it: it goes to the head of those that wait."""
    if conversation.state == "closed" or by.priority <= conversation.priority:
        return conversation, ()
    summary = f"{by.headline}\n{conversation.summary.replace(by.outdated, '')}".rstrip()
    return replace(
        conversation, priority=by.priority, reason=by.reason, title=by.title, summary=summary
    ), ()


def mark_read(conversation: Conversation, up_to: int) -> Change:
    """A person has read it up to this message."""
    return replace(conversation, read_to=max(conversation.read_to, up_to)), ()


def _check_not_taken_by_other(conversation: Conversation, agent: str) -> None:
    if conversation.state == "taken" and conversation.agent != agent:
        raise ConversationTaken(
            f"{conversation.agent} has this conversation; take it with force to take it over"
        )


def _assign_to(conversation: Conversation, agent: str, now: float) -> Conversation:
    first = now if conversation.taken is None else conversation.taken
    until = now + BACK_AFTER
    return replace(
        conversation, state="taken", desk="inbox", agent=agent, taken=first, last=now, until=until
    )


def _end_conversation(conversation: Conversation, how: EndReason, agent: str, now: float) -> Change:
    if conversation.state == "closed":  # asked twice: the first answer was lost
        return conversation, ()
    after = replace(conversation, state="closed", ended=how, closed=now, last=now, until=now)
    return after, (_note_message(how, replace(after, agent=agent)),)


def _note_message(kind: str, after: Conversation) -> ConversationMessage:
    return ConversationMessage(
        key=f"{kind}:{after.revision}", who="agent", text="", kind=kind, name=after.agent
    )
