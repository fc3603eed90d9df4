"""What has to be done before some answers can be said."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from app.db.engines import UNAVAILABLE
from app.dialogue import several_questions, takeover
from app.dialogue.context import Context
from app.dialogue.generate import Desk, Write
from app.dialogue.orders import orders
from app.dialogue.orders.orders import Look
from app.dialogue.orders.tools import Tools
from app.dialogue.turn import Draft, Several, Wait
from app.inbox.service import Hold, Place
from app.privacy import consent
from app.privacy.subject_data import Dossiers

FindPlace = Callable[[Hold, float], Awaitable[Place | None]]  # now, in seconds since 1970


@dataclass(frozen=True, slots=True)
class Workshop:
    """Does the work of drafts."""

    tools: Tools
    dossiers: Dossiers
    desk: Desk
    place: FindPlace

    async def done(self, context: Context, draft: Draft) -> Draft:
        """The draft with its text."""
        match draft.work:
            case None:
                return draft
            case Write() as asked:
                return await self.desk.write(context, asked)
            case Several(drafts):
                return await self._several(context, drafts)
            case work:
                return replace(draft, text=await self._text(context, work), work=None)

    async def _text(self, context: Context, work: Look | Wait | consent.Work) -> str:
        account, openid = context.account, context.said.openid
        match work:
            case Look(number):
                return await orders.look_up(self.tools, account, openid, number, context.say)
            case Wait(hold):
                return takeover.waiting(context, await self._place(hold))
            case "erase":
                await self.dossiers.erase(account.name, openid, time.time(), context.said.id)
                return context.say(consent.ERASED)
            case "export":
                kept = await self.dossiers.followers.kept(account.name, openid)
                return consent.readable(kept, context.say)

    async def _several(self, context: Context, drafts: Sequence[Draft]) -> Draft:
        """The work of all questions at once; a language model is asked once for all of them."""
        writes = {at: d.work for at, d in enumerate(drafts) if isinstance(d.work, Write)}
        if len(writes) > 1:
            drafts = await self._written(context, drafts, writes)
        done = await asyncio.gather(
            *(self.done(part, draft) for part, draft in zip(context.parts, drafts, strict=True))
        )
        return several_questions.combined(context, done)

    async def _written(
        self, context: Context, drafts: Sequence[Draft], writes: dict[int, Write]
    ) -> list[Draft]:
        """Their answer stands for all of them; where there is none, each says its own words."""
        written = await self.desk.write(context, several_questions.one_write(list(writes.values())))
        first = min(writes)
        instead = {at: write.otherwise for at, write in writes.items()}
        if written.made_by or written.source in {"generated", "extract"}:
            instead = {
                at: replace(written, text="", cited=(), ai_generated=False) for at in writes
            } | {first: written}
        return [instead.get(at, draft) for at, draft in enumerate(drafts)]

    async def _place(self, hold: Hold) -> Place | None:
        """Unknown while the database is away: the follower hears the rest at once."""
        try:
            return await self.place(hold, time.time())
        except UNAVAILABLE:
            return None
