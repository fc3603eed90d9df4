"""REST for style notes: what editors change, given to the next generation; read, edit, erase."""

import time
from dataclasses import asdict
from typing import Annotated

from fastapi import Query

from app.api.post_zone import read_zone
from app.api.schemas.marketing.copy_style import (
    StyleEditsResponse,
    StyleResponse,
    WeeklyEditsResponse,
    WriteStyleRequest,
    describe_style,
)
from app.deps import ServedAccount, State, api_router
from app.marketing.content.style.approvals import ApprovedTexts
from app.marketing.content.style.figures import summarise_weeks
from app.marketing.content.style.guides import StyleGuides

router = api_router("/api/v1/content/style", "content", "content")
WEEK = 7 * 86_400.0  # seconds


@router.get("")
async def read_style(state: State, account: ServedAccount) -> StyleResponse:
    """Read the account's style notes with their versions."""
    guide, revision = await StyleGuides(state.engine).read(account.name)
    return describe_style(account.name, guide, revision)


@router.put("")
async def write_style(request: WriteStyleRequest, state: State) -> StyleResponse:
    """Replace the notes of a revision; 409 when they changed meanwhile."""
    account = state.get_account(request.account)
    guides = StyleGuides(state.engine)
    notes = [(note.key, note.text) for note in request.notes]
    await guides.write_notes(account.name, request.author, notes, request.revision)
    guide, revision = await guides.read(account.name)
    return describe_style(account.name, guide, revision)


@router.delete("", status_code=204)
async def erase_style(state: State, account: ServedAccount) -> None:
    """Erase the notes and all versions; texts approved so far aren't learnt from again."""
    await StyleGuides(state.engine).erase(account.name)


@router.get("/edits")
async def list_weekly_edits(
    state: State, account: ServedAccount, weeks: Annotated[int, Query(ge=1, le=260)] = 26
) -> StyleEditsResponse:
    """List by week how much editors changed of generated texts before they were approved."""
    zone = await read_zone(state.engine, account.name)
    since = time.time() - weeks * WEEK
    distances = await ApprovedTexts(state.engine).list_distances(account.name, since)
    return StyleEditsResponse(
        weeks=[WeeklyEditsResponse(**asdict(week)) for week in summarise_weeks(distances, zone)]
    )
