"""What people who answer are told of a turn."""

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
    """Tells people what concerns them: the turns of one batch are one write."""

    openings: Coalescer[NewConversation, Handoff]
    updates: Coalescer[FollowerMessages, Handoff | None]

    async def open_conversation(self, conversation: NewConversation) -> Handoff:
        """The follower waits for a person from here on."""
        return await self.openings.one(conversation)

    async def add_messages(
        self, handoff: Handoff, messages: tuple[ConversationMessage, ...]
    ) -> Handoff | None:
        """None where a person gave the conversation back in this moment: the bot answers."""
        return await self.updates.one((handoff, messages))


def build_agent_updates(handoffs: Handoffs) -> AgentUpdates:
    """Over who has the conversations."""
    return AgentUpdates(
        Coalescer(lambda openings: handoffs.open(openings, time.time())),
        Coalescer(lambda updates: handoffs.add_follower_messages(updates, time.time())),
    )


def build_new_conversation(context: Context, turn: Turn, hand_over: HandOver) -> NewConversation:
    """A person should take over."""
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
    """What the follower said, and what the bot said to it."""
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
