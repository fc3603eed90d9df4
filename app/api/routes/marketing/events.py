"""REST for events: what followers did and were shown is recorded and listed."""

import time
from typing import Annotated

from fastapi import Query

from app.api.schemas.marketing.events import (
    EventListResponse,
    EventQuery,
    RecordedBatchResponse,
    RecordEventsRequest,
    describe_batch,
    describe_event,
)
from app.deps import ServedAccount, State, api_router
from app.marketing.events.repository import Events
from app.marketing.events.service import EventRecorder

router = api_router("/api/v1/events", "events", "events")


@router.post("")
async def record_events(request: RecordEventsRequest, state: State) -> RecordedBatchResponse:
    """Store events. The same id with the same content is stored once; 422 names faulty rows."""
    account = state.get_account(request.account)
    recorder = EventRecorder(
        events=Events(state.engine),
        key=state.settings.key_of_pseudonyms,
        open_days=state.settings.open_days,
        clock=time.time,
    )
    batch = await recorder.record_events(account.name, request.rows, request.on_error)
    return describe_batch(batch)


@router.get("")
async def list_events(
    state: State, account: ServedAccount, query: Annotated[EventQuery, Query()]
) -> EventListResponse:
    """List the events of days that aren't sealed, the latest first."""
    filters = query.make_filter(state.settings.key_of_pseudonyms)
    page = await Events(state.engine).list_page(
        account.name, filters, offset=query.offset, limit=query.limit
    )
    return EventListResponse(events=[describe_event(event) for event in page])
