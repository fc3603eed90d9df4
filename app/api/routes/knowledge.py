"""REST for an account's entries: changes are live in all workers within a second; and search."""

from typing import Annotated, Any

from fastapi import Path, Query

from app.accounts import Account
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
from app.deps import AppState, ServedAccount, State, api_router
from app.jobs import DeleteEntry, EntryInput, ListEntries, SearchEntries, UpsertEntries

router = api_router("/api/v1/knowledge", "knowledge", "knowledge")
Id = Annotated[str, Path(pattern=r"^[\w-]{1,32}$")]


@router.post("/entries")
async def upsert_entries(request: UpsertEntriesRequest, state: State) -> UpsertEntriesResponse:
    """Add entries, or change those with the same id or question; all or none."""
    account = state.get_account(request.account)
    entries = [_entry_input(entry.id or "", entry) for entry in request.entries]
    return UpsertEntriesResponse(entries=await _upsert_entries(state, account, entries))


@router.get("/entries")
async def list_entries(
    state: State,
    account: ServedAccount,
    after: Annotated[str, Query(max_length=32)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> EntryListResponse:
    """List `limit` entries by id, after the id `after`; `next` is the next page's `after`."""
    return EntryListResponse(**await call_worker(state, lambda w: ListEntries(
        waiter=w, account=account.name, after=after, limit=limit
    )))  # fmt: skip


@router.get("/entries/{entry}")
async def read_entry(entry: Id, state: State, account: ServedAccount) -> EntryResponse:
    """Read an entry."""
    entry_page = await call_worker(
        state, lambda w: ListEntries(waiter=w, account=account.name, entry=entry)
    )
    return EntryResponse(**entry_page["entries"][0])


@router.put("/entries/{entry}")
async def replace_entry(entry: Id, request: ReplaceEntryRequest, state: State) -> EntryResponse:
    """Replace the entry of this id, or create it."""
    account = state.get_account(request.account)
    [stored_entry] = await _upsert_entries(state, account, [_entry_input(entry, request)])
    return EntryResponse.model_validate(stored_entry)


@router.delete("/entries/{entry}", status_code=204)
async def delete_entry(entry: Id, state: State, account: ServedAccount) -> None:
    """Erase an entry; workers no longer answer with it."""
    await call_worker(state, lambda w: DeleteEntry(waiter=w, account=account.name, entry=entry))


@router.post("/search")
async def search_entries(request: SearchRequest, state: State) -> SearchResponse:
    """Find the likeliest answers to up to 256 queries, and whether the first is good enough."""
    state.get_account(request.account)
    return SearchResponse(
        results=await call_worker(state, lambda w: SearchEntries(waiter=w, **request.model_dump()))
    )


async def _upsert_entries(state: AppState, account: Account, entries: list[EntryInput]) -> Any:
    """Have a worker add or change the entries; returns them as stored (JSON values)."""
    return await call_worker(
        state, lambda w: UpsertEntries(waiter=w, account=account.name, facts=entries)
    )


def _entry_input(id: str, fields: EntryFields) -> EntryInput:  # noqa: A002
    answer = as_message(fields.answer)
    return EntryInput(id=id, question=fields.question, variants=fields.variants, answer=answer)
