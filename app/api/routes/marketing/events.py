"""REST for events: what followers did and were shown is recorded and listed."""

import time
from typing import Annotated

from fastapi import Query, Response

from app.api import uploads
from app.api.day_spans import QueryDay, check_past_span
from app.api.marketing import table_imports
from app.api.marketing.table_imports import Table, read_import_job
from app.api.parameters import RecordId
from app.api.schemas.marketing.events import (
    EventDayListResponse,
    EventListResponse,
    EventQuery,
    RecordedBatchResponse,
    RecordEventsRequest,
    describe_batch,
    describe_event,
)
from app.api.schemas.marketing.table_imports import ImportTableResponse, TableJobResponse
from app.api.worker_client import call_worker
from app.deps import ServedAccount, State, api_router
from app.jobs import CountEvents
from app.marketing.events.repository import Events
from app.marketing.events.service import EventRecorder

router = api_router("/api/v1/events", "events", "events")
MOST_DAYS = 366


@router.post("")
async def record_events(request: RecordEventsRequest, state: State) -> RecordedBatchResponse:
    """Store events. The same id with the same content is stored once; 422 names faulty rows."""
    account = state.get_account(request.account)
    recorder = EventRecorder(
        events=Events(state.engine),
        key=state.settings.key_of_pseudonyms,
        open_days=state.settings.open_days,
        keep_days=state.settings.events_keep_days,
        clock=time.time,
    )
    batch = await recorder.record_events(account.name, request.rows, request.on_error)
    return describe_batch(batch, state.language)


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


@router.get("/days")
async def count_events(
    state: State, account: ServedAccount, first: QueryDay, last: QueryDay
) -> EventDayListResponse:
    """Count events by day and kind, of sealed days too. The platform's figures of the same days,
    which name no followers, are those of /api/v1/statistics.
    """
    check_past_span(first, last, MOST_DAYS)
    days = await call_worker(
        state,
        lambda waiter: CountEvents(
            waiter=waiter, account=account.name, first=first.isoformat(), last=last.isoformat()
        ),
    )
    return EventDayListResponse(days=days)


@router.post("/import", openapi_extra=uploads.BODY, responses=table_imports.RESPONSES)
async def import_events(table: Table, response: Response) -> ImportTableResponse | TableJobResponse:
    """Store the rows of one CSV or Parquet file; columns as the fields of an event.

    Up to 100,000 rows are stored at once; a larger file, up to 5,000,000, becomes a job (202). A
    faulty row is named and left out, or refuses all. Safe to repeat; of sealed days, too.
    """
    return await table.store("events", response)


@router.get("/import/{job}")
async def read_event_import(
    job: RecordId, state: State, account: ServedAccount
) -> TableJobResponse:
    """Read the job of a large file: how much is stored, and the faulty rows so far."""
    return await read_import_job(state, account.name, "events", job)
