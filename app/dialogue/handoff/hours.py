"""When agents are there, for a follower who waits or asks for their hours. No I/O."""

from app.dialogue.context import Context
from app.dialogue.handoff.reply_times import describe_reply_time, describe_wait
from app.dialogue.wording import handover_texts
from app.inbox.service import QueuePosition
from app.rules import presence
from app.rules.presence import Presence


def presence_of(context: Context) -> Presence:
    """Whether agents are there at the time of the message."""
    return presence.at(context.rulebook, context.account.service_hours, context.message.received)


def describe_waiting(context: Context, place: QueuePosition | None) -> str:
    """The state of the handoff for a follower who waits, and one line on when agents reply."""
    account, there, now = context.account, presence_of(context), context.message.received
    hours = context.rulebook.hours(account.service_hours)
    when = describe_reply_time(account, hours, there, context.handoff_rules.minutes, context.say)
    return describe_wait(place, there, now, context.say) + when


def desk_hours(context: Context) -> str:
    """The hours of the agents, for a follower who asks when they are there."""
    there = presence_of(context)
    hours = context.rulebook.hours(context.account.service_hours)
    if not there.are_hours_known and not presence.tells_of_people(hours):
        return context.say(handover_texts.DESK_HOURS_UNKNOWN)
    line = context.say(handover_texts.DESK_HOURS)
    if context.account.desk == "none" or not there.are_hours_known:
        return line
    if there.open:
        return line + context.say(handover_texts.DESK_OPEN)
    return line + (context.say(handover_texts.DESK_CLOSED, next=there.next) if there.next else "")
