"""Drafts about one order: ask for its number, look it up, or note a number for agents. No I/O."""

from app.dialogue.context import Context
from app.dialogue.fallbacks import referrals
from app.dialogue.orders import orders
from app.dialogue.orders.orders import LookUpOrder
from app.dialogue.slot_filling import acknowledgements
from app.dialogue.turn import (
    Draft,
)
from app.dialogue.wording import slot_texts


def draft_order_reply(context: Context) -> Draft | None:
    """The next step for an order that the message asks about, else the note of a number; None
    where the message has neither.
    """
    return _draft_order_step(context) or _note_number(context)


def _draft_order_step(context: Context) -> Draft | None:
    classification = context.classification
    if classification is None:
        return None
    if not context.account.order_webhook:
        return referrals.to_look_up(context)
    names_order = orders.asks_of_named(context.message.text, context.slot_result)
    intent = classification.intent.id if classification.in_scope else None
    if names_order or referrals.asks_where(context):
        intent = orders.STATUS
    match orders.plan_step(intent, context.slot_result):
        case orders.AskForSlot(slot, waiting):
            text = context.say(slot_texts.SLOT_QUESTIONS[slot])
            return Draft(text=text, source="slot", waiting=waiting, pending=slot)
        case LookUpOrder() as look:
            return Draft(text="", source="order", pending_action=look)
        case _:
            return None


def _note_number(context: Context) -> Draft | None:
    """Note an order or parcel number for the agent, where no webhook looks the order up."""
    classification, slot_result = context.classification, context.slot_result
    if classification is None or not (
        slot_result.is_bare_number or context.handoff or not classification.in_scope
    ):
        return None
    noted = acknowledgements.word_noted_number(
        slot_result, context.account, context.handoff, context.say, context.session
    )
    return Draft(text=noted, source="slot") if noted else None
