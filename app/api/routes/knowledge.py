"""REST for an account's entries: changes are live in all workers within a second; and search."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Security
from fastapi.security import HTTPBearer

from app import accounts
from app.api.schemas.knowledge import (
    EntryFields,
    EntryListResponse,
    EntryResponse,
    ReplaceEntryRequest,
    SearchRequest,
    SearchResponse,
    UpsertEntriesRequest,
    UpsertEntriesResponse,
    as_message,
)
from app.api.worker_client import call_worker
from app.deps import AppState, app_state
from app.jobs import DeleteEntry, ListEntries, SearchEntries, UpsertEntries
from app.jobs import EntryInput as Taught

_bearer = HTTPBearer(auto_error=False, description="The CMS's key, CMS_API_KEY")
router = APIRouter(prefix="/api/v1/knowledge", tags=["knowledge"], dependencies=[Security(_bearer)])
State = Annotated[AppState, Depends(app_state)]
Account = Annotated[str, Query(max_length=64)]
Id = Annotated[str, Path(pattern=r"^[\w-]{1,32}$")]


@router.post("/entries")
async def upsert_entries(request: UpsertEntriesRequest, state: State) -> UpsertEntriesResponse:
    """Add entries, or change those with the same id or question; all or none."""
    accounts.get(state.accounts, request.account)
    facts = [_entry_input(fact.id or "", fact) for fact in request.entries]
    entries = await call_worker(
        state, lambda w: UpsertEntries(waiter=w, account=request.account, facts=facts)
    )
    return UpsertEntriesResponse(entries=entries)


@router.get("/entries")
async def list_entries(
    state: State,
    account: Account = "default",
    after: Annotated[str, Query(max_length=32)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> EntryListResponse:
    """List `limit` entries by id, after the id `after`; `next` is the next page's `after`."""
    accounts.get(state.accounts, account)
    return EntryListResponse(**await call_worker(state, lambda w: ListEntries(
        waiter=w, account=account, after=after, limit=limit
    )))  # fmt: skip


@router.get("/entries/{entry}")
async def read_entry(entry: Id, state: State, account: Account = "default") -> EntryResponse:
    """Read an entry."""
    accounts.get(state.accounts, account)
    entry_page = await call_worker(
        state, lambda w: ListEntries(waiter=w, account=account, entry=entry)
    )
    return EntryResponse(**entry_page["entries"][0])


@router.put("/entries/{entry}")
async def replace_entry(entry: Id, fact: ReplaceEntryRequest, state: State) -> EntryResponse:
    """Replace the entry of this id, or create it."""
    accounts.get(state.accounts, fact.account)
    facts = [_entry_input(entry, fact)]
    [stored_entry] = await call_worker(
        state, lambda w: UpsertEntries(waiter=w, account=fact.account, facts=facts)
    )
    return EntryResponse.model_validate(stored_entry)


@router.delete("/entries/{entry}", status_code=204)
async def delete_entry(entry: Id, state: State, account: Account = "default") -> None:
    """Erase an entry; workers no longer answer with it."""
    accounts.get(state.accounts, account)
    await call_worker(state, lambda w: DeleteEntry(waiter=w, account=account, entry=entry))


@router.post("/search")
async def search_entries(request: SearchRequest, state: State) -> SearchResponse:
    """Find the likeliest answers to up to 256 queries, and whether the first is good enough."""
    accounts.get(state.accounts, request.account)
    return SearchResponse(
        results=await call_worker(state, lambda w: SearchEntries(waiter=w, **request.model_dump()))
    )


def _entry_input(entry: str, fact: EntryFields) -> Taught:
    answer = as_message(fact.answer)
    return Taught(id=entry, question=fact.question, variants=fact.variants, answer=answer)
