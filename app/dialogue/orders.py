"""A question about one order: what is missing is asked for, what is there is looked up."""

from dataclasses import dataclass

import structlog

from app.accounts import Account
from app.dialogue import slots, tools
from app.dialogue.slots import Heard, Slot
from app.dialogue.tools import ToolFailed, Tools
from app.kit.phrases import Say, as_shipped

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ask:
    """The follower is asked for this; the question waits in the session until it is sent."""

    slot: Slot
    waiting: str  # the question, for Session.waiting


@dataclass(frozen=True, slots=True)
class Look:
    """The order of this number is looked up."""

    number: str


def step(intent: str | None, heard: Heard) -> Ask | Look | None:
    """What a message asks of an account's tools; None when nothing.

    `intent` is None where the model is not sure of one. A number that comes out of the blue is
    looked up: people who send one want to know how it stands.
    """
    wanted = slots.needed(intent) if intent else ()
    number = heard.slots.get("order")
    if heard.bare and number and (not heard.resumed or not wanted):
        return Look(number)
    if not wanted:
        return None
    if lacking := slots.missing(intent or "", heard.slots):
        return Ask(lacking[0], heard.text)
    return Look(number) if number else None


async def look_up(
    asked: Tools, account: Account, openid: str, number: str, say: Say = as_shipped
) -> str:
    """What to tell the follower; never raises ToolFailed."""
    try:
        order = await asked.order(account, openid, number)
    except ToolFailed as error:
        log.warning("tool_failed", account=account.name, reason=str(error))
        return say(tools.FAILED)
    return tools.tell(order, number, say)
