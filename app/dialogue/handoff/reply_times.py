"""When agents reply, in words for the follower. No I/O."""

from app.account_rights.values import AccountRight
from app.accounts import Account
from app.dialogue.wording import handover_texts
from app.inbox.service import QueuePosition
from app.messages.phrases import Say, as_shipped
from app.rules.presence import Presence, tells_of_people


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
    pushes = account.may(AccountRight.CUSTOMER_MESSAGES)
    return line if pushes else line + say(handover_texts.RIDES)


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
