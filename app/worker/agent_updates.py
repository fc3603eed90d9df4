"""Tells agents of turns: opens and extends conversations, raises priorities and care alerts."""

import time
from dataclasses import dataclass

from app.dialogue.care import alerts, care_replies
from app.dialogue.care.alerts import Alerts
from app.dialogue.context import Context
from app.dialogue.turn import HandOver, Turn
from app.inbox.service import FollowerMessages, Handoff, Handoffs
from app.inbox.states import ConversationMessage, NewConversation
from app.jobs import MessageJob
from app.kit.batched import Coalescer
from app.messages.values import TransferToAgent


@dataclass(frozen=True, slots=True)
class AgentUpdates:
    """Publishes turns to agents. Calls of one pass of the event loop are one database write."""

    handoffs: Handoffs
    openings: Coalescer[NewConversation, Handoff]
    updates: Coalescer[FollowerMessages, Handoff | None]
    alerts: Alerts

    async def publish_turn(self, context: Context, turn: Turn) -> bool:
        """Store the turn in the agents' conversation and raise alerts.

        False where the turn is not to be sent: it left the follower to an agent, or was one of
        care, and the conversation was returned to the bot meanwhile. Raises UNAVAILABLE.
        """
        opened_handoff = await self._open_conversation(context, turn)
        if context.handoff is None:
            await self._raise_alert(context.message, turn, opened_handoff)
            return True
        messages = build_messages(context.message, turn)
        active_handoff = await self.updates.one((context.handoff, messages))
        if active_handoff and turn.care:
            urgency = care_replies.handoff_urgency(turn.care)
            await self.handoffs.raise_priority(active_handoff, urgency, time.time())
        if active_handoff is None and (turn.care or turn.source == "person"):
            return False
        await self._raise_alert(context.message, turn, active_handoff)
        return True

    async def _open_conversation(self, context: Context, turn: Turn) -> Handoff | None:
        """Open the conversation of a turn that hands over: from here on the follower waits."""
        if turn.hand_over is None:
            return None
        return await self.openings.one(build_new_conversation(context, turn, turn.hand_over))

    async def _raise_alert(
        self, message_job: MessageJob, turn: Turn, handoff: Handoff | None
    ) -> None:
        if turn.care:
            conversation = handoff.conversation if handoff else ""
            await self.alerts.raise_alert(alerts.build_alert(message_job, turn.care, conversation))


def build_agent_updates(handoffs: Handoffs, care_alerts: Alerts) -> AgentUpdates:
    """AgentUpdates that write through `handoffs`."""
    return AgentUpdates(
        handoffs,
        Coalescer(lambda openings: handoffs.open(openings, time.time())),
        Coalescer(lambda updates: handoffs.add_follower_messages(updates, time.time())),
        care_alerts,
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
