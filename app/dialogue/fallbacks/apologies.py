"""What is said before an answer to who was harmed: by what happened to them."""

from app.dialogue.context import Context
from app.dialogue.fallbacks.apology_texts import APOLOGIES
from app.dialogue.understanding import harm


def word_apology(context: Context) -> str:
    """For this message; "" where nothing of ours went wrong."""
    classification = context.classification
    kind = harm.find_harm(context.slot_result.text, classification) if classification else None
    return context.say(APOLOGIES[kind]) if kind else ""
