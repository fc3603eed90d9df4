"""REST for the strategy: what an account wants, the proposals of each night, and their outcomes."""

from typing import Annotated

from fastapi import Query

from app.api.marketing.job_requests import queue_job
from app.api.parameters import PageLimit, PageOffset, RecordId
from app.api.schemas.marketing.strategy import (
    DecideProposalRequest,
    NightReportListResponse,
    NightReportResponse,
    ProposalListResponse,
    ProposalResponse,
    RunNightRequest,
    StrategyRequest,
    StrategyResponse,
    describe_night,
    describe_proposal,
)
from app.db.account_documents import AccountDocuments
from app.deps import ServedAccount, State, api_router
from app.marketing.jobs.queue import MarketingJobs
from app.marketing.strategy.repository import Proposals
from app.marketing.strategy.service import ProposalDecisions
from app.marketing.strategy.settings import DOCUMENT, KIND
from app.marketing.strategy.values import ProposalState, Strategy

router = api_router("/api/v1/strategy", "strategy", "strategy")


@router.get("")
async def read_strategy(state: State, account: ServedAccount) -> StrategyResponse:
    """Read the account's strategy with its revision."""
    content, revision = await AccountDocuments(state.engine, DOCUMENT).read(account.name)
    strategy = Strategy.model_validate(content or {})
    return StrategyResponse(account=account.name, revision=revision, strategy=strategy)


@router.put("")
async def write_strategy(request: StrategyRequest, state: State) -> StrategyResponse:
    """Replace the strategy of `revision`. 409 where another one was stored meanwhile."""
    account = state.get_account(request.account)
    content = request.strategy.model_dump(mode="json")
    documents = AccountDocuments(state.engine, DOCUMENT)
    revision = await documents.write(account.name, content, request.revision)
    return StrategyResponse(account=account.name, revision=revision, strategy=request.strategy)


@router.get("/proposals")
async def list_proposals(
    state: State,
    account: ServedAccount,
    proposal_state: Annotated[ProposalState | None, Query(alias="state")] = None,
    offset: PageOffset = 0,
    limit: PageLimit = 50,
) -> ProposalListResponse:
    """List proposals, the latest first."""
    page = await Proposals(state.engine).list_page(
        account.name, proposal_state, offset=offset, limit=limit
    )
    return ProposalListResponse(proposals=[describe_proposal(each) for each in page])


@router.post("/proposals/{proposal}/accept")
async def accept_proposal(
    proposal: RecordId, request: DecideProposalRequest, state: State
) -> ProposalResponse:
    """Accept a proposal: its experiment is drafted, to be planned and started by a person."""
    account = state.get_account(request.account)
    decisions = ProposalDecisions(state.engine)
    return describe_proposal(
        await decisions.accept(account.name, proposal, request.author, request.reason)
    )


@router.post("/proposals/{proposal}/decline")
async def decline_proposal(
    proposal: RecordId, request: DecideProposalRequest, state: State
) -> ProposalResponse:
    """Decline a proposal; the same isn't proposed again within 7 days."""
    account = state.get_account(request.account)
    decisions = ProposalDecisions(state.engine)
    return describe_proposal(
        await decisions.decline(account.name, proposal, request.author, request.reason)
    )


@router.post("/nights", status_code=202)
async def run_night(request: RunNightRequest, state: State) -> NightReportResponse:
    """Make proposals now; a worker does it each night as well."""
    return describe_night(await queue_job(state, request, KIND, {}))


@router.get("/nights")
async def list_nights(
    state: State,
    account: ServedAccount,
    offset: PageOffset = 0,
    limit: PageLimit = 10,
) -> NightReportListResponse:
    """List the nights with predicted against achieved lifts, the latest first."""
    page = await MarketingJobs(state.engine).list_page(
        account.name, KIND, offset=offset, limit=limit
    )
    return NightReportListResponse(nights=[describe_night(job) for job in page])


@router.get("/nights/{night}")
async def read_night(night: RecordId, state: State, account: ServedAccount) -> NightReportResponse:
    """Read one night."""
    return describe_night(await MarketingJobs(state.engine).get(account.name, KIND, night))
