"""What has to be done before some answers can be said."""

from dataclasses import dataclass, replace

from app.dialogue import orders
from app.dialogue.context import Context
from app.dialogue.orders import Look
from app.dialogue.service import Draft
from app.dialogue.tools import Tools


@dataclass(frozen=True, slots=True)
class Workshop:
    """Does the work of drafts."""

    tools: Tools

    async def done(self, context: Context, draft: Draft) -> Draft:
        """The draft with its text."""
        match draft.work:
            case None:
                return draft
            case Look(number):
                account, openid = context.account, context.said.openid
                text = await orders.look_up(self.tools, account, openid, number)
                return replace(draft, text=text, work=None)
