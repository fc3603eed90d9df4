"""Chooses the apology before an answer, by the harm that the message reports."""

from app.dialogue.context import Context
from app.dialogue.fallbacks.apology_texts import APOLOGIES
from app.dialogue.understanding.complaints import harm


def word_apology(context: Context) -> str:
    """The apology for this message; "" if it reports no harm by the brand."""
    classification = context.classification
    kind = harm.find_harm(context.slot_result.text, classification) if classification else None
    return context.say(APOLOGIES[kind]) if kind else ""
