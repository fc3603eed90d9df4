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
    reading = context.reading
    leans = reading is None or reading.leans or len(reading.asks) > LONGEST
    if leans or reading is None or context.same_words or context.judgement is None:
        return context
    entries = [each.entry for each in knowledge.index(context.account.name).kept.values()]
    asked = in_script(reading.asks, "simplified")
    prices = price_lists.list_prices(asked, entries) or price_lists.list_kind(asked, entries)
    known = context.known
    if prices is None or (known and known.id not in prices.members):
        return context
    if any(each in context.session.asked for each in prices.endings):
        return context
    return replace(context, prices=prices, known=None, choices=(), suggested=None)


def draft(context: Context) -> Draft | None:
    """The reply; None where no such prices are to be said."""
    if context.prices is None:
        return None
    text = context.prices.text
    if len(context.prices.shown) > 1:
        text = context.say(templates.PRICES, prices=text)
    return Draft(text=text, source="knowledge", cited=context.prices.shown)
