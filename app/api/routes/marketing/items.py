"""REST for items: what can be shown, recommended and tested."""

from typing import Annotated

from fastapi import Path, Query, Response

from app.api import uploads
from app.api.marketing import table_imports
from app.api.marketing.table_imports import Table, read_import_job
from app.api.parameters import PageOffset, RecordId
from app.api.schemas.marketing.events import RecordedBatchResponse, describe_batch
from app.api.schemas.marketing.items import (
    MarketingItemListResponse,
    MarketingItemResponse,
    PutItemRequest,
    PutItemsRequest,
    describe_item,
)
from app.api.schemas.marketing.table_imports import ImportTableResponse, TableJobResponse
from app.deps import ServedAccount, State, api_router
from app.marketing.events.item_repository import Items
from app.marketing.events.items import ItemKind

router = api_router("/api/v1/items", "events", "events")
ItemId = Annotated[str, Path(min_length=1, max_length=64)]


@router.post("")
async def put_items(request: PutItemsRequest, state: State) -> RecordedBatchResponse:
    """Store items, each new or in place of the item with its id; 422 names faulty rows."""
    account = state.get_account(request.account)
    batch = await Items(state.engine).put_rows(account.name, request.items, request.on_error)
    return describe_batch(batch, state.language)


@router.get("")
async def list_items(
    state: State,
    account: ServedAccount,
    kind: ItemKind | None = None,
    offset: PageOffset = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> MarketingItemListResponse:
    """List the items that aren't deleted, the last changed first."""
    page = await Items(state.engine).list_page(account.name, kind=kind, offset=offset, limit=limit)
    return MarketingItemListResponse(items=[describe_item(item) for item in page])


@router.post("/import", openapi_extra=uploads.BODY, responses=table_imports.RESPONSES)
async def import_items(table: Table, response: Response) -> ImportTableResponse | TableJobResponse:
    """Store the rows of one CSV or Parquet file as items; columns as the fields of an item.

    Up to 100,000 rows are stored at once; a larger file, up to 5,000,000, becomes a job (202). A
    faulty row is named and left out, or refuses all.
    """
    return await table.store("items", response)


@router.get("/import/{job}")
async def read_item_import(job: RecordId, state: State, account: ServedAccount) -> TableJobResponse:
    """Read the job of a large file: how much is stored, and the faulty rows so far."""
    return await read_import_job(state, account.name, "items", job)


@router.get("/{item}")
async def read_item(item: ItemId, state: State, account: ServedAccount) -> MarketingItemResponse:
    """Read an item, also a deleted one."""
    return describe_item(await Items(state.engine).get(account.name, item))


@router.put("/{item}")
async def put_item(item: ItemId, request: PutItemRequest, state: State) -> MarketingItemResponse:
    """Store an item, new or in place of the one with this id."""
    account, items = state.get_account(request.account), Items(state.engine)
    await items.put_rows(account.name, [request.item | {"id": item}])
    return describe_item(await items.get(account.name, item))


@router.delete("/{item}", status_code=204)
async def delete_item(item: ItemId, state: State, account: ServedAccount) -> None:
    """Delete an item: it is shown no more, and events that name it stay."""
    await Items(state.engine).delete(account.name, item)
