"""What the CMS asks about questions that nothing answers."""

from typing import Any, assert_never

from pydantic_core import to_jsonable_python

from app.jobs import AddTo, Approve, Dismiss, Draft, GapAsk, Unanswered
from app.knowledge.gaps.repository import AgentAnswer
from app.knowledge.gaps.suggestions import Offer, Offers
from app.knowledge.values import Entry, Hit, name


async def answer(offers: Offers, ask: GapAsk) -> Any:
    """As JSON. Raises UnknownGap, UnknownEntry, AlreadyKnown, Unteachable and Undrafted."""
    match ask:
        case Unanswered():
            page, waiting = await offers.page(ask.account, ask.limit, ask.reason)
            return {"clusters": [_told(each) for each in page], "waiting": waiting}
        case Draft():
            drafted = await offers.draft(ask.account, ask.gap)
            passages = [_near(hit) for hit in drafted.passages]
            return {"answer": drafted.answer, "passages": passages, "agent": drafted.agent}
        case Approve():
            return await _approve(offers, ask)
        case Dismiss():
            return await offers.gaps.dismiss(ask.account, ask.gap, ask.gaps)
        case AddTo():
            entry = await offers.gaps.add_to(ask.account, ask.gap, ask.gaps, ask.entry)
            return to_jsonable_python(entry)
        case _:
            assert_never(ask)


async def _approve(offers: Offers, ask: Approve) -> Any:
    entry = Entry(name(ask.question), ask.question, tuple(ask.variants), ask.answer)
    await offers.gaps.approve(ask.account, ask.gap, ask.gaps, entry, ask.approved_by)
    return to_jsonable_python(entry)


def _told(offer: Offer) -> dict[str, Any]:
    cluster = offer.cluster
    return {
        "id": cluster.centre.id,
        "question": cluster.centre.text,
        "variants": offer.variants,
        "gaps": [gap.id for gap in cluster.gaps],
        "count": cluster.times,
        "first": min(gap.first for gap in cluster.gaps),
        "last": cluster.last,
        "nearest": _near(offer.nearest) if offer.nearest else None,
        "reasons": offer.reasons,
        "answer": _answered(offer.answer) if offer.answer else None,
    }


def _answered(answer: AgentAnswer) -> dict[str, Any]:
    return {"text": answer.text, "agent": answer.agent, "at": answer.at}


def _near(hit: Hit) -> dict[str, Any]:
    return {"id": hit.id, "question": hit.question, "score": hit.score}
