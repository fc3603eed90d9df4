"""REST for briefs: what is to be written, with all versions."""

from typing import Annotated

from fastapi import Query

from app.api.marketing.brief_facts import complete_brief, find_facts
from app.api.marketing.brief_remarks import describe_briefs
from app.api.parameters import PageLimit, PageOffset, RecordId
from app.api.schemas.marketing.briefs import (
    BriefListResponse,
    BriefResponse,
    CreateBriefRequest,
    EditBriefRequest,
    FindFactsRequest,
    FindFactsResponse,
    describe_facts,
)
from app.deps import ServedAccount, State, api_router
from app.marketing.content.briefs import Briefs

router = api_router("/api/v1/briefs", "content", "content")
Version = Annotated[int, Query(ge=1, le=2**31 - 1)]


@router.post("", status_code=201)
async def create_brief(request: CreateBriefRequest, state: State) -> BriefResponse:
    """Store a brief. 422 names what contradicts itself, is missing or too long, and the questions
    that the knowledge base doesn't answer.
    """
    account = state.get_account(request.account)
    brief = await complete_brief(state, account.name, request.brief, request.brief.facts)
    stored = await Briefs(state.engine).add(account.name, request.author, brief)
    [described] = await describe_briefs(state, account.name, [stored])
    return described


@router.post("/facts")
async def find_brief_facts(request: FindFactsRequest, state: State) -> FindFactsResponse:
    """Ask the knowledge base for facts: candidates with their sources, the likeliest first."""
    account = state.get_account(request.account)
    return describe_facts(await find_facts(state, account.name, request.questions))


@router.get("")
async def list_briefs(
    state: State,
    account: ServedAccount,
    offset: PageOffset = 0,
    limit: PageLimit = 20,
) -> BriefListResponse:
    """List briefs in their latest versions, the last stored first."""
    page = await Briefs(state.engine).list_page(account.name, offset=offset, limit=limit)
    return BriefListResponse(briefs=await describe_briefs(state, account.name, page))


@router.get("/{brief}")
async def read_brief(
    brief: RecordId, state: State, account: ServedAccount, version: Version | None = None
) -> BriefResponse:
    """Read a brief; without `version` the latest."""
    stored = await Briefs(state.engine).get(account.name, brief, version)
    [described] = await describe_briefs(state, account.name, [stored])
    return described


@router.put("/{brief}")
async def edit_brief(brief: RecordId, request: EditBriefRequest, state: State) -> BriefResponse:
    """Store the version that follows `version`; 409 when another was stored meanwhile."""
    account = state.get_account(request.account)
    content = await complete_brief(state, account.name, request.brief, request.brief.facts)
    stored = await Briefs(state.engine).edit(
        account.name, brief, request.author, content, request.version
    )
    [described] = await describe_briefs(state, account.name, [stored])
    return described
