"""Bodies of the items' endpoints."""

from dataclasses import asdict
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from app.marketing.events.batches import OnError
from app.marketing.events.item_repository import MOST_ITEMS
from app.marketing.events.items import Item, ItemKind

ITEM_EXAMPLE: dict[str, Any] = {
    "id": "longjing-50g",
    "kind": "product",
    "title": "明前龙井 50 克",
    "text": "清明前手工采摘，产自杭州西湖龙井村。",
    "tags": ["绿茶", "送礼"],
    "link": "https://shop.example.com/longjing",
    "expires": "2026-12-31T23:59:59+08:00",
}


class PutItemsRequest(BaseModel):
    """Items, each new or in place of the item with its id; each is checked as an ItemRow.

    With a faulty row, `on_error` "none" stores nothing; "keep_rest" stores the others.
    """

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"items": [ITEM_EXAMPLE]}]}
    )
    account: str = "default"
    items: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST_ITEMS)]
    on_error: OnError = "none"


class PutItemRequest(BaseModel):
    """One item, checked as an ItemRow; its id is that of the path."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"item": ITEM_EXAMPLE}]}
    )
    account: str = "default"
    item: dict[str, Any]


class MarketingItemResponse(BaseModel):
    """An item; times in seconds since 1970, null: not known, never."""

    id: str
    kind: ItemKind
    title: str
    text: str
    tags: list[str]
    link: str
    cover: str
    published: float | None
    expires: float | None
    hidden: bool
    created: float
    changed: float
    deleted: float | None
    msgid: str


class MarketingItemListResponse(BaseModel):
    """A page of items, the last changed first."""

    items: list[MarketingItemResponse]


def describe_item(item: Item) -> MarketingItemResponse:
    """The response of an item."""
    values = asdict(item)
    del values["account"]
    return MarketingItemResponse(**values | {"tags": list(item.tags)})
