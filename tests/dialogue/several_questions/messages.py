"""Messages of several questions, as they are understood."""

from dataclasses import replace

from app.accounts import Account
from app.dialogue.context import Context
from app.dialogue.prepare import prepare_message
from app.knowledge.values import Evidence
from tests.dialogue import factories

NOBODY = Account(name="default", appid="wx1", token="token", desk="none")
INBOX = replace(NOBODY, desk="inbox")
NOON, NIGHT = 14_400.0, 50_400.0  # when people are there, and aren't
HOURS = factories.make_evidence("e1", "几点开门", "每天 10:00 开门。")
DOGS = factories.make_evidence("e2", "能带狗吗", "可以带小型犬。")


def understood(
    text: str, *entries: Evidence | None, account: Account = INBOX, received: float = NOON
) -> Context:
    """A message as it is read, each of its questions with the entry that answers it."""
    message = factories.make_message(text, received=received)
    context = prepare_message(Context(message=message, account=account))
    parts = tuple(
        replace(part, matched_entry=hit, classification_result=factories.make_classification())
        for part, hit in zip(context.parts, entries, strict=True)
    )
    return replace(
        context, classification_result=factories.make_classification(in_scope=False), parts=parts
    )
