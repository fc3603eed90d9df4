"""What has to be done before some answers can be said."""

import time
from dataclasses import dataclass, replace

from app.dialogue import orders
from app.dialogue.context import Context
from app.dialogue.drafts import Draft
from app.dialogue.orders import Look
from app.dialogue.tools import Tools
from app.dialogue.writing import Desk, Write
from app.safety import consent
from app.safety.dossier import Dossiers


@dataclass(frozen=True, slots=True)
class Workshop:
    """Does the work of drafts."""

    tools: Tools
    dossiers: Dossiers
    desk: Desk

    async def done(self, context: Context, draft: Draft) -> Draft:
        """The draft with its text."""
        account, openid = context.account, context.said.openid
        match draft.work:
            case None:
                return draft
            case Look(number):
                text = await orders.look_up(self.tools, account, openid, number)
                return replace(draft, text=text, work=None)
            case Write() as asked:
                return await self.desk.write(context, asked)
            case "erase":
                await self.dossiers.erase(account.name, openid, time.time(), context.said.id)
                return replace(draft, text=consent.ERASED, work=None)
            case "export":
                kept = await self.dossiers.followers.kept(account.name, openid)
                return replace(draft, text=consent.readable(kept), work=None)
