"""The draft for a message with several questions."""

from app.dialogue.context import Context
from app.dialogue.drafts.policy_replies import draft_policy_reply
from app.dialogue.orders.replies import draft_order_reply
from app.dialogue.several_questions.answers import without_asking
from app.dialogue.several_questions.combining import combine_drafts
from app.dialogue.several_questions.parts import with_one_suggestion
from app.dialogue.turn import (
    Draft,
    SeveralActions,
)


def draft_several_replies(context: Context) -> Draft | None:
    """One draft for all questions; None where one entry, choice or card answers the message."""
    if not context.parts or context.same_words:
        return None
    parts = with_one_suggestion(context.parts)
    drafts = [draft_order_reply(part) or draft_policy_reply(part) for part in parts]
    if not any(part.matched_entry for part in parts) and context.choices:
        return None  # the choices are for the whole message
    drafts = without_asking(drafts)
    if any(draft.message for draft in drafts):
        return None  # a rich message can't be joined with text
    if any(draft.pending_action for draft in drafts):
        return Draft(text="", source="several", pending_action=SeveralActions(tuple(drafts)))
    return combine_drafts(context, drafts)
