"""The states of a handed-off conversation: who has it, and when the bot comes back. No I/O.

The bot comes back when an agent returns or closes the conversation, and after BACK_AFTER seconds of
silence. Each function is one transition.
"""

from dataclasses import dataclass, replace
from typing import Literal

from app.errors import ConversationTaken

State = Literal["waiting", "taken", "closed"]
AgentChannel = Literal["wechat", "inbox"]
EndReason = Literal["", "returned", "closed", "silence"]
# Of an agent's reply: waits for a worker; is in the outbox; has left; will never be delivered.
SendState = Literal["", "queued", "kept", "sent", "refused"]
# Why a reply is refused: the platform says that the follower can't be written to; no character of
# it can be sent; the follower did not write again within a week, and there was no other way.
Refusal = Literal["", "unreachable", "empty", "expired"]

# Priorities: waiting conversations are listed with the highest first.
ORDINARY, SOONER, FIRST = 0, 1, 2

# Silence after which the conversation returns to the bot. WeChat's desk ends its sessions after 30
# minutes, so the inbox does too: followers don't know which of the two a brand uses. Counted from
# the agent's last action while taken, from the follower's last message while waiting.
BACK_AFTER = 1800.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationMessage:
    """A message, or an agent's action (`kind` is then taken, returned or closed).

    `key` is unique in the conversation: the delivery's id, or the agent's idempotency key.
    """

    key: str
    who: Literal["follower", "agent", "bot"]
    text: str
    kind: str = "text"
    name: str = ""  # the agent's
    state: SendState = ""
    refusal: Refusal = ""
    number: int = 0  # assigned by the database, ascending; 0: not stored yet
    at: float = 0.0  # seconds since 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConversation:
    """A conversation to open: the follower, the reason, and the summary that the agent reads."""

    account: str
    openid: str
    delivery: str  # the message's id
    desk: AgentChannel
    reason: str
    title: str  # of the intent; "" where no intent was certain
    summary: str
    messages: tuple[ConversationMessage, ...] = ()
    priority: int = ORDINARY


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A stored conversation. After `until` the bot answers again; times in seconds since 1970."""

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
    opened_at: float
    taken_at: float | None
    last_active_at: float
    until: float
    closed_at: float | None
    end_reason: EndReason
    read_to: int
    revision: int

    def as_of(self, now: float) -> "Conversation":
        """The conversation at `now`: closed by silence once `until` has passed, stored or not."""
        if self.state == "closed" or self.until > now:
            return self
        return replace(self, state="closed", end_reason="silence", closed_at=self.until)


Change = tuple[
    Conversation, tuple[ConversationMessage, ...]
]  # the conversation after the change, and the messages to add


def mark_taken(
    conversation: Conversation, agent: str, now: float, *, force: bool = False
) -> Change:
    """Assign the conversation to `agent`, also a closed one or one meant for WeChat's desk.

    Raises ConversationTaken when another agent has it, unless `force` is set.
    """
    mine = conversation.state == "taken" and conversation.agent == agent
    if not force:
        _check_not_taken_by_other(conversation, agent)
    after = replace(_assign_to(conversation, agent, now), closed_at=None, end_reason="")
    return after, () if mine else (_note_message("taken", after),)


def reply_to_follower(conversation: Conversation, reply: ConversationMessage, now: float) -> Change:
    """Add an agent's reply and assign the conversation to that agent.

    Raises ConversationTaken when another agent has the conversation or it is closed.
    """
    if conversation.state == "closed":
        raise ConversationTaken("the conversation is over: take it first, then reply")
    _check_not_taken_by_other(conversation, reply.name)
    return _assign_to(conversation, reply.name, now), (reply,)


def return_to_bot(conversation: Conversation, agent: str, farewell: str, now: float) -> Change:
    """End the handoff; `farewell` is queued for the follower unless it is "".

    Raises ConversationTaken when another agent has the conversation.
    """
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
    """Close the conversation; any agent may, not only the one who has it."""
    return _end_conversation(conversation, "closed", agent, now)


def take_at_wechat(conversation: Conversation, agent: str, now: float) -> Change:
    """Assign to an agent at WeChat's desk; the platform's event overrides the stored state."""
    after = replace(
        _assign_to(conversation, agent, now), desk="wechat", closed_at=None, end_reason=""
    )
    return after, () if conversation.agent == agent else (_note_message("taken", after),)


@dataclass(frozen=True, slots=True)
class Urgency:
    """A higher priority with its reason and title. `headline` is put before the summary, and the
    text `outdated` is removed from the summary.
    """

    priority: int
    reason: str
    title: str
    headline: str
    outdated: str


def raise_priority(conversation: Conversation, by: Urgency) -> Change:
    """Apply `by` to an open conversation whose priority is lower; others stay unchanged."""
    if conversation.state == "closed" or by.priority <= conversation.priority:
        return conversation, ()
    summary = f"{by.headline}\n{conversation.summary.replace(by.outdated, '')}".rstrip()
    return replace(
        conversation, priority=by.priority, reason=by.reason, title=by.title, summary=summary
    ), ()


def mark_read(conversation: Conversation, up_to: int) -> Change:
    """Record that messages up to number `up_to` were read; the number never decreases."""
    return replace(conversation, read_to=max(conversation.read_to, up_to)), ()


def _check_not_taken_by_other(conversation: Conversation, agent: str) -> None:
    if conversation.state == "taken" and conversation.agent != agent:
        raise ConversationTaken(
            f"{conversation.agent} has this conversation; take it with force to take it over"
        )


def _assign_to(conversation: Conversation, agent: str, now: float) -> Conversation:
    first = now if conversation.taken_at is None else conversation.taken_at
    until = now + BACK_AFTER
    return replace(
        conversation,
        state="taken",
        desk="inbox",
        agent=agent,
        taken_at=first,
        last_active_at=now,
        until=until,
    )


def _end_conversation(conversation: Conversation, how: EndReason, agent: str, now: float) -> Change:
    if conversation.state == "closed":  # a repeated request: the first response was lost
        return conversation, ()
    after = replace(
        conversation, state="closed", end_reason=how, closed_at=now, last_active_at=now, until=now
    )
    return after, (_note_message(how, replace(after, agent=agent)),)


def _note_message(kind: str, after: Conversation) -> ConversationMessage:
    return ConversationMessage(
        key=f"{kind}:{after.revision}", who="agent", text="", kind=kind, name=after.agent
    )
