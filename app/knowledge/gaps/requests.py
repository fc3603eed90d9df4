"""Answers worker requests about gaps: list, draft, approve, dismiss, add as variants."""

from typing import Any, assert_never

from pydantic_core import to_jsonable_python

from app.jobs import AddVariant, ApproveGap, DismissGap, DraftAnswer, GapRequest, ListGaps
from app.knowledge.gaps.suggestions import GapSuggestions, Suggestion
from app.knowledge.gaps.values import AgentAnswer
from app.knowledge.values import Entry, Hit, make_entry_id


async def handle_request(suggestions: GapSuggestions, request: GapRequest) -> Any:
    """The result as JSON. Raises UnknownGap, UnknownEntry, AlreadyKnown, EmbeddingFailed and
    DraftingFailed.
    """
    match request:
        case ListGaps():
            page, waiting = await suggestions.page(request.account, request.limit, request.reason)
            return {"clusters": [_describe_suggestion(each) for each in page], "waiting": waiting}
        case DraftAnswer():
            drafted = await suggestions.draft(request.account, request.gap)
            passages = [_describe_hit(hit) for hit in drafted.passages]
            return {"answer": drafted.answer, "passages": passages, "agent": drafted.agent}
        case ApproveGap():
            return await _approve_gap(suggestions, request)
        case DismissGap():
            return await suggestions.gaps.dismiss(request.account, request.gap, request.gaps)
        case AddVariant():
            entry = await suggestions.gaps.add_to(
                request.account, request.gap, request.gaps, request.entry
            )
            return to_jsonable_python(entry)
        case _:
            assert_never(request)


async def _approve_gap(suggestions: GapSuggestions, request: ApproveGap) -> Any:
    entry = Entry(
        make_entry_id(request.question), request.question, tuple(request.variants), request.answer
    )
    await suggestions.gaps.approve(
        request.account, request.gap, request.gaps, entry, request.approved_by
    )
    return to_jsonable_python(entry)


def _describe_suggestion(suggestion: Suggestion) -> dict[str, Any]:
    cluster = suggestion.cluster
    return {
        "id": cluster.centre.id,
        "question": cluster.centre.text,
        "variants": suggestion.variants,
        "gaps": [gap.id for gap in cluster.gaps],
        "count": cluster.times,
        "first": min(gap.first for gap in cluster.gaps),
        "last": cluster.last,
        "nearest": _describe_hit(suggestion.nearest) if suggestion.nearest else None,
        "reasons": suggestion.reasons,
        "answer": _describe_agent_answer(suggestion.answer) if suggestion.answer else None,
    }


def _describe_agent_answer(answer: AgentAnswer) -> dict[str, Any]:
    return {"text": answer.text, "agent": answer.agent, "at": answer.at}


def _describe_hit(hit: Hit) -> dict[str, Any]:
    return {"id": hit.id, "question": hit.question, "score": hit.score}
