"""REST for menus: write and check them, put them on the platform, compare with what it has."""

from typing import Annotated

from fastapi import Query
from pydantic import TypeAdapter

from app.api.parameters import PageLimit, PageOffset
from app.api.routes.touchpoints.reviews import ContentId
from app.api.schemas.touchpoints.menus import (
    CheckMenuRequest,
    CheckMenuResponse,
    CreateMenuRequest,
    EditMenuRequest,
    MenuListResponse,
    MenuResponse,
    PlatformMenusResponse,
    TryMenuRequest,
    TryMenuResponse,
    describe_findings,
    describe_menu,
    describe_platform_menus,
    describe_trial,
)
from app.api.schemas.touchpoints.reviews import (
    GoLiveRequest,
    WithdrawContentRequest,
    describe_review,
)
from app.api.worker_client import call_worker
from app.deps import AppState, ServedAccount, State, api_router
from app.jobs import ManageMenu
from app.rules.repository import read_rules
from app.touchpoints.menus.checking import check_menu
from app.touchpoints.menus.comparing import compare_menus
from app.touchpoints.menus.values import Menu
from app.touchpoints.requests import PLATFORM_MENUS
from app.touchpoints.review.repository import ReviewedContents
from app.touchpoints.review.service import open_review_service
from app.touchpoints.review.values import ReviewedContent, ReviewState
from app.wechat.client.families.menus import StoredButton

router = api_router("/api/v1/menus", "menus", "touchpoints")
_BUTTONS = TypeAdapter(tuple[StoredButton, ...])


@router.post("", status_code=201)
async def create_menu(request: CreateMenuRequest, state: State) -> MenuResponse:
    """Store a draft, also one with faults; followers see nothing before a named person approves."""
    account = state.get_account(request.account)
    service = open_review_service(state.engine)
    item = await service.create(account.name, request.author, request.to_menu())
    return await _describe(state, item)


@router.post("/check")
async def check(request: CheckMenuRequest, state: State) -> CheckMenuResponse:
    """Name each fault with its place and the limit, and the keys that no rule answers."""
    account = state.get_account(request.account)
    rules, _ = await read_rules(state.engine, account.name)
    findings = check_menu(request.to_menu(), {click.key for click in rules.menu})
    return CheckMenuResponse(findings=describe_findings(findings))


@router.post("/try")
async def try_menu(request: TryMenuRequest, state: State) -> TryMenuResponse:
    """Which menu a follower sees."""
    account = state.get_account(request.account)
    trial = await call_worker(
        state,
        lambda w: ManageMenu(waiter=w, account=account.name, action="try", user=request.user),
    )
    return describe_trial(_BUTTONS.validate_python(trial["buttons"]), trial["menu"])


@router.get("")
async def list_menus(
    state: State,
    account: ServedAccount,
    review_state: Annotated[ReviewState | None, Query(alias="state")] = None,
    offset: PageOffset = 0,
    limit: PageLimit = 20,
) -> MenuListResponse:
    """List menus, the last changed first."""
    items = await ReviewedContents(state.engine).list_page(
        account.name, kind="menu", state=review_state, offset=offset, limit=limit
    )
    return MenuListResponse(menus=[describe_review(item) for item in items])


@router.get("/platform")
async def read_platform_menus(state: State, account: ServedAccount) -> PlatformMenusResponse:
    """Read the menus that the platform has, also one of its web console, and what differs."""
    stored_menus = await call_worker(
        state, lambda w: ManageMenu(waiter=w, account=account.name, action="read")
    )
    menus = PLATFORM_MENUS.validate_python(stored_menus)
    live_menus = await ReviewedContents(state.engine).list_live(account.name, "menu")
    return describe_platform_menus(menus, compare_menus(live_menus, menus))


@router.get("/{content}")
async def read_menu(content: ContentId, state: State, account: ServedAccount) -> MenuResponse:
    """Read a menu as it would be shown, what is wrong with it, and where it stands."""
    item = await ReviewedContents(state.engine).get(account.name, content, "menu")
    return await _describe(state, item)


@router.put("/{content}")
async def edit_menu(content: ContentId, request: EditMenuRequest, state: State) -> MenuResponse:
    """Store the next version, a draft; what followers see stays. 409 for another version."""
    account = state.get_account(request.account)
    service = open_review_service(state.engine)
    item = await service.edit(
        account.name, content, editor=request.editor, version=request.version,
        content=request.to_menu(),
    )  # fmt: skip
    return await _describe(state, item)


@router.post("/{content}/put")
async def put_menu(content: ContentId, request: GoLiveRequest, state: State) -> MenuResponse:
    """Put the approved version on the platform, in the place of an earlier one."""
    account = state.get_account(request.account)
    await call_worker(
        state,
        lambda w: ManageMenu(
            waiter=w, account=account.name, action="put", menu=content, by=request.by
        ),
    )
    return await read_menu(content, state, account)


@router.post("/{content}/withdraw")
async def withdraw_menu(
    content: ContentId, request: WithdrawContentRequest, state: State
) -> MenuResponse:
    """Take a menu off the platform; with the default one go all conditional ones."""
    account = state.get_account(request.account)
    await call_worker(
        state,
        lambda w: ManageMenu(
            waiter=w, account=account.name, action="withdraw", menu=content,
            by=request.by, reason=request.reason,
        ),
    )  # fmt: skip
    return await read_menu(content, state, account)


async def _describe(state: AppState, item: ReviewedContent) -> MenuResponse:
    rules, _ = await read_rules(state.engine, item.account)
    assert isinstance(item.content, Menu)
    return describe_menu(item, check_menu(item.content, {click.key for click in rules.menu}))
