"""卡多少钱, where the base has single cards: what some of them cost, instead of one; and which
there are, for who asks 有什么卡. No I/O.
"""

from dataclasses import replace

from app.dialogue import templates
from app.dialogue.context import Context
from app.dialogue.language import in_script
from app.dialogue.turn import Draft
from app.knowledge import price_lists
from app.knowledge.service import Knowledge

LONGEST = 24  # characters of a question for nothing else


def with_prices(knowledge: Knowledge, context: Context) -> Context:
    """With what things of the kind cost, where that is asked and nothing else surely answers.

    Who spoke of one of them before means that one.
    """
    reading = context.question
    leans = reading is None or reading.is_followup or len(reading.standalone_question) > LONGEST
    if leans or reading is None or context.same_words or context.classification is None:
        return context
    entries = [each.entry for each in knowledge.index(context.account.name).stored_entries.values()]
    question = in_script(reading.standalone_question, "simplified")
    prices = price_lists.list_prices(question, entries) or price_lists.list_kind(question, entries)
    matched_entry = context.matched_entry
    if prices is None or (matched_entry and matched_entry.id not in prices.members):
        return context
    if any(each in context.session.last_question for each in prices.endings):
        return context
    return replace(context, prices=prices, matched_entry=None, choices=(), suggested=None)


def draft_reply(context: Context) -> Draft | None:
    """The reply; None where no such prices are to be said."""
    if context.prices is None:
        return None
    text = context.prices.text
    if len(context.prices.entry_ids) > 1:
        text = context.say(templates.PRICES, prices=text)
    return Draft(text=text, source="knowledge", cited=context.prices.entry_ids)
