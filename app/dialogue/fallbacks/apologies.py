"""What is said before an answer to who was harmed: by what happened to them."""

from app.dialogue.context import Context
from app.dialogue.fallbacks.apology_texts import APOLOGIES
from app.dialogue.understanding import harm


def sentence(context: Context) -> str:
    """For this message; "" where nothing of ours went wrong."""
    judged = context.judgement
    kind = harm.find(context.heard.text, judged) if judged else None
    return context.say(APOLOGIES[kind]) if kind else ""
