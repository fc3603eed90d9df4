"""Adds the messages of turns to the agents' conversations."""

import time
from dataclasses import dataclass

from app.dialogue.context import Context
from app.dialogue.turn import HandOver, Turn
from app.inbox.service import FollowerMessages, Handoff, Handoffs
from app.inbox.states import ConversationMessage, NewConversation
from app.jobs import MessageJob
from app.kit.batched import Coalescer
from app.messages.values import TransferToAgent


@dataclass(frozen=True, slots=True)
class AgentUpdates:
    """Opens and extends conversations. Calls of one pass of the event loop are one write."""

    openings: Coalescer[NewConversation, Handoff]
    updates: Coalescer[FollowerMessages, Handoff | None]

    async def open_conversation(self, conversation: NewConversation) -> Handoff:
        """Open a conversation: the follower waits for an agent from here on."""
        return await self.openings.one(conversation)

    async def add_messages(
        self, handoff: Handoff, messages: tuple[ConversationMessage, ...]
    ) -> Handoff | None:
        """Add messages; returns the handoff, or None if it was returned to the bot meanwhile."""
        return await self.updates.one((handoff, messages))


def build_agent_updates(handoffs: Handoffs) -> AgentUpdates:
    """AgentUpdates that write through `handoffs`."""
    return AgentUpdates(
        Coalescer(lambda openings: handoffs.open(openings, time.time())),
        Coalescer(lambda updates: handoffs.add_follower_messages(updates, time.time())),
    )


def build_new_conversation(context: Context, turn: Turn, hand_over: HandOver) -> NewConversation:
    """The conversation that this turn hands over to agents."""
    message_job = context.message
    return NewConversation(
        account=message_job.account,
        openid=message_job.openid,
        delivery=message_job.id,
        desk=hand_over.desk,
        reason=hand_over.reason,
        title=hand_over.title,
        summary=hand_over.summary,
        messages=build_messages(message_job, turn),
        priority=hand_over.priority,
    )


def build_messages(message_job: MessageJob, turn: Turn) -> tuple[ConversationMessage, ...]:
    """The follower's message, and the bot's reply if there is one."""
    text = message_job.text if message_job.kind in {"text", "voice"} else ""
    follower_message = ConversationMessage(
        key=message_job.id, who="follower", text=text, kind=message_job.kind
    )
    if turn.answer is None or isinstance(turn.answer, TransferToAgent):
        return (follower_message,)
    return (
        follower_message,
        ConversationMessage(key=f"{message_job.id}#bot", who="bot", text=turn.text),
    )
