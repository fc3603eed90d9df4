"""Replies with a list of prices to 卡多少钱, and of members to 有什么卡, from entries on single
cards. No I/O.
"""

from dataclasses import replace

from app.dialogue.context import Context
from app.dialogue.language import in_script
from app.dialogue.turn import Draft
from app.dialogue.wording import answer_texts
from app.knowledge import price_lists
from app.knowledge.service import Knowledge

LONGEST = 24  # characters of a question that asks for prices only


def with_prices(knowledge: Knowledge, context: Context) -> Context:
    """The context with a price list in place of a matched entry, if the question asks for a kind.

    Unchanged if an entry on something else matches, or the last question named one of the things.
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
    """The draft with the context's price list; None if it has none."""
    if context.prices is None:
        return None
    text = context.prices.text
    if len(context.prices.entry_ids) > 1:
        text = context.say(answer_texts.PRICES, prices=text)
    return Draft(text=text, source="knowledge", citations=context.prices.entry_ids)
