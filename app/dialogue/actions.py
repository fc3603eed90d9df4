"""Runs the pending actions of drafts: generation, order look-ups, queue places, data requests."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from app.db.engines import UNAVAILABLE
from app.dialogue.context import Context
from app.dialogue.generate import AnswerGenerator, GenerateAnswer
from app.dialogue.handoff import hours
from app.dialogue.item_offers import find_request
from app.dialogue.item_texts import welcomes_with_items, word_answer, write_lines
from app.dialogue.items import FindItems, ItemAnswer, ItemRequest, find_no_items
from app.dialogue.orders import orders
from app.dialogue.orders.orders import LookUpOrder
from app.dialogue.orders.tools import Tools
from app.dialogue.several_questions.combining import combine_drafts, merge_requests
from app.dialogue.turn import DescribeWait, Draft, SeveralActions
from app.inbox.service import Handoff, QueuePosition
from app.privacy import consent
from app.privacy.subject_data import SubjectData
from app.rules.item_lines import count_room, fill_items

FindPlace = Callable[
    [Handoff, float], Awaitable[QueuePosition | None]
]  # the float: now, in seconds since 1970


@dataclass(frozen=True, slots=True)
class ActionRunner:
    """Completes drafts."""

    tools: Tools
    subject_data: SubjectData
    answer_generator: AnswerGenerator
    find_place: FindPlace
    find_items: FindItems = find_no_items

    async def run(self, context: Context, draft: Draft) -> Draft:
        """The draft with its pending action done and its text set.

        Where the follower asks for items and there are some, these are the reply; a
        welcome text with a place for items has them in it.
        """
        if offer := await self._offer_items(context, draft):
            return offer
        match draft.pending_action:
            case None:
                return draft
            case GenerateAnswer() as request:
                return await self.answer_generator.generate(context, request)
            case SeveralActions(drafts):
                return await self._run_several(context, drafts)
            case action:
                return replace(
                    draft, text=await self._perform_action(context, action), pending_action=None
                )

    async def _perform_action(
        self, context: Context, action: LookUpOrder | DescribeWait | consent.Work
    ) -> str:
        account, openid = context.account, context.message.openid
        match action:
            case LookUpOrder(number):
                return await orders.look_up(self.tools, account, openid, number, context.say)
            case DescribeWait(hold):
                return hours.describe_waiting(context, await self._find_queue_place(hold))
            case "erase":
                await self.subject_data.erase(account.name, openid, time.time(), context.message.id)
                return context.say(consent.ERASED)
            case "export":
                turns = await self.subject_data.list_turns(account.name, openid)
                return consent.format_export(turns, context.say)

    async def _offer_items(self, context: Context, draft: Draft) -> Draft | None:
        """The draft with items, where it has a place for them or they are asked for."""
        if welcomes_with_items(draft):
            return await self._fill_welcome(context, draft)
        request = find_request(context, draft)
        answer = await self._find_items(request) if request else ItemAnswer()
        if request is None or not answer.is_known:
            return None
        with_items = word_answer(context, draft, request, answer)
        return None if with_items is draft else with_items

    async def _fill_welcome(self, context: Context, draft: Draft) -> Draft:
        """The welcome text with as many items as fit."""
        account, openid = context.account.name, context.message.openid
        count = count_room(draft.text)
        request = ItemRequest(account=account, openid=openid, question="", count=count)
        answer = await self._find_items(request) if count else ItemAnswer()
        return replace(draft, text=fill_items(draft.text, write_lines(answer.items)))

    async def _find_items(self, request: ItemRequest) -> ItemAnswer:
        """The items to offer; none while the database is unavailable."""
        try:
            return await self.find_items(request)
        except UNAVAILABLE:
            return ItemAnswer()

    async def _run_several(self, context: Context, drafts: Sequence[Draft]) -> Draft:
        """Run the actions of all parts at once, with one generation for all of them."""
        requests = {
            at: d.pending_action
            for at, d in enumerate(drafts)
            if isinstance(d.pending_action, GenerateAnswer)
        }
        if len(requests) > 1:
            drafts = await self._generate_for_all(context, drafts, requests)
        completed_drafts = await asyncio.gather(
            *(self.run(part, draft) for part, draft in zip(context.parts, drafts, strict=True))
        )
        return combine_drafts(context, completed_drafts)

    async def _generate_for_all(
        self, context: Context, drafts: Sequence[Draft], requests: dict[int, GenerateAnswer]
    ) -> list[Draft]:
        """The drafts with one generated answer in place of all requests; each request's fallback
        where nothing was generated.
        """
        shared_draft = await self.answer_generator.generate(
            context, merge_requests(list(requests.values()))
        )
        first = min(requests)
        replacements = {at: request.fallback for at, request in requests.items()}
        if shared_draft.made_by or shared_draft.source in {"generated", "extract"}:
            replacements = {
                at: replace(shared_draft, text="", citations=(), ai_generated=False)
                for at in requests
            } | {first: shared_draft}
        return [replacements.get(at, draft) for at, draft in enumerate(drafts)]

    async def _find_queue_place(self, hold: Handoff) -> QueuePosition | None:
        """The place in the queue; None while the database is unavailable, so as not to wait."""
        try:
            return await self.find_place(hold, time.time())
        except UNAVAILABLE:
            return None
