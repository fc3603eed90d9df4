"""REST for welcome texts: write, preview, and let followers read what was approved."""

import time
from dataclasses import replace
from typing import Annotated

from fastapi import Query

from app.accounts import Account
from app.api.parameters import PageLimit, PageOffset
from app.api.routes.touchpoints.reviews import ContentId
from app.api.schemas.touchpoints.reviews import (
    GoLiveRequest,
    WithdrawContentRequest,
    describe_review,
)
from app.api.schemas.touchpoints.welcomes import (
    CreateWelcomeRequest,
    EditWelcomeRequest,
    WelcomeListResponse,
    WelcomeResponse,
    describe_welcome,
)
from app.deps import AppState, ServedAccount, State, api_router
from app.rules.fields import ITEMS_SLOT
from app.rules.repository import read_rules
from app.rules.rulebook import prepare_rulebook
from app.touchpoints.qr.repository import QrChannels
from app.touchpoints.review.repository import ReviewedContents
from app.touchpoints.review.service import open_review_service
from app.touchpoints.review.values import ReviewedContent, ReviewState
from app.touchpoints.welcomes.placement import WelcomePlacement, read_text
from app.touchpoints.welcomes.values import ITEMS_SAMPLE, WelcomeText

router = api_router("/api/v1/welcomes", "welcome texts", "touchpoints")


@router.post("", status_code=201)
async def create_welcome(request: CreateWelcomeRequest, state: State) -> WelcomeResponse:
    """Store a draft; followers read nothing of it before a named person approves."""
    account = state.get_account(request.account)
    if request.channel:
        await QrChannels(state.engine).get(account.name, request.channel)
    text = WelcomeText(channel=request.channel, reply=request.reply, scan=request.scan)
    item = await open_review_service(state.engine).create(account.name, request.author, text)
    return await _describe(state, account, item)


@router.get("")
async def list_welcomes(
    state: State,
    account: ServedAccount,
    review_state: Annotated[ReviewState | None, Query(alias="state")] = None,
    offset: PageOffset = 0,
    limit: PageLimit = 20,
) -> WelcomeListResponse:
    """List welcome texts, the last changed first."""
    items = await ReviewedContents(state.engine).list_page(
        account.name, kind="welcome", state=review_state, offset=offset, limit=limit
    )
    return WelcomeListResponse(welcomes=[describe_review(item) for item in items])


@router.get("/{content}")
async def read_welcome(content: ContentId, state: State, account: ServedAccount) -> WelcomeResponse:
    """Read a welcome text as followers would, what is wrong with it, and where it stands."""
    item = await ReviewedContents(state.engine).get(account.name, content, "welcome")
    return await _describe(state, account, item)


@router.put("/{content}")
async def edit_welcome(
    content: ContentId, request: EditWelcomeRequest, state: State
) -> WelcomeResponse:
    """Store the next version, a draft; what followers read stays. 409 for another version."""
    account = state.get_account(request.account)
    item = await ReviewedContents(state.engine).get(account.name, content, "welcome")
    text = replace(read_text(item), reply=request.reply, scan=request.scan)
    item = await open_review_service(state.engine).edit(
        account.name, content, editor=request.editor, version=request.version, content=text
    )
    return await _describe(state, account, item)


@router.post("/{content}/put")
async def put_welcome(content: ContentId, request: GoLiveRequest, state: State) -> WelcomeResponse:
    """Let followers read the approved version; workers use it within two seconds."""
    account = state.get_account(request.account)
    item = await open_placement(state).put(account.name, content, request.by)
    return await _describe(state, account, item)


@router.post("/{content}/withdraw")
async def withdraw_welcome(
    content: ContentId, request: WithdrawContentRequest, state: State
) -> WelcomeResponse:
    """Take a welcome text away: followers read the account's again, or the product's phrase."""
    account = state.get_account(request.account)
    item = await open_placement(state).withdraw(
        account.name, content, by=request.by, reason=request.reason
    )
    return await _describe(state, account, item)


def open_placement(state: AppState) -> WelcomePlacement:
    """What changes the welcome of the rules."""
    engine = state.engine
    return WelcomePlacement(engine, ReviewedContents(engine), QrChannels(engine))


async def _describe(state: AppState, account: Account, item: ReviewedContent) -> WelcomeResponse:
    rules, _ = await read_rules(state.engine, account.name)
    rulebook, text, now = prepare_rulebook(rules), read_text(item), time.time()

    def fill(words: str) -> str:
        filled_text = rulebook.fill(words, account.brand, account.service_hours, now)
        return filled_text.replace(ITEMS_SLOT, ITEMS_SAMPLE)

    filled = replace(text, reply=fill(text.reply), scan=fill(text.scan))
    is_effective = await open_placement(state).is_effective(item)
    return describe_welcome(item, filled=filled, is_effective=is_effective)
