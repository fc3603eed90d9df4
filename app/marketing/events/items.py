"""Items: what can be shown, recommended and tested."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from app.errors import Refusal
from app.kit.field_faults import BilingualError
from app.marketing.events.batches import RowFault
from app.marketing.events.rows import Name, describe_row_faults


class ItemKind(StrEnum):
    """What an item is."""

    ARTICLE = "article"
    PRODUCT = "product"
    COUPON = "coupon"
    TOPIC = "topic"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of an account; times in seconds since 1970. A deleted one stays: events name it."""

    account: str
    id: str
    kind: ItemKind
    title: str
    text: str = ""
    tags: tuple[str, ...] = ()
    link: str = ""
    cover: str = ""
    published: float | None = None
    expires: float | None = None  # None: never
    hidden: bool = False
    created: float
    changed: float
    deleted: float | None = None
    msgid: str = ""  # the platform's id of an article: its statistics have it

    def is_shown(self, now: float) -> bool:
        """Whether followers may be shown it now."""
        is_published = self.published is None or self.published <= now
        is_current = self.expires is None or now < self.expires
        return is_published and is_current and not self.hidden and self.deleted is None


# Between tags in a cell: signs and lines; slashes beside Chinese, spaces between Chinese words.
_TAG_SEPARATORS = re.compile(
    r"[,，、;；|｜\r\n\t]|(?<=[\u4e00-\u9fff])\s*[/／]|[/／]\s*(?=[\u4e00-\u9fff])"
    r"|(?<=[\u4e00-\u9fff])[\s#＃]+(?=[\u4e00-\u9fff])|\s+(?=[#＃])"
)
_BRACKETS = re.compile(r"[\[【]([^\[\]【】]*)[\]】]")
_TAG_EDGES = " \u3000#＃\"'“”‘’"


class UnknownItem(Refusal):
    """The account has no item of this id."""

    status = 404
    name = "unknown_item"


def _split_tags(tags: Any) -> Any:
    """The tags of a cell of a table, each once, without brackets, quotes and # around them."""
    if not isinstance(tags, str):
        return tags
    parts = map(_unwrap_tag, _TAG_SEPARATORS.split(_unwrap_tag(tags)))
    return [tag for tag in dict.fromkeys(parts) if tag]


def _unwrap_tag(tag: str) -> str:
    bracketed = _BRACKETS.fullmatch(tag.strip())
    return (bracketed[1] if bracketed else tag).strip(_TAG_EDGES)


Address = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^(|https?://[^\s]+)$")]
Time = float | AwareDatetime | None
Tag = Annotated[str, StringConstraints(min_length=1, max_length=30, strip_whitespace=True)]


class ItemRow(BaseModel):
    """An item as it is sent. Times are in seconds since 1970, or ISO 8601 with their zone."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    id: Annotated[Name, StringConstraints(min_length=1)]
    kind: ItemKind = ItemKind.ARTICLE
    title: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
    text: Annotated[str, StringConstraints(max_length=50_000)] = ""
    tags: Annotated[tuple[Tag, ...], Field(max_length=30), BeforeValidator(_split_tags)] = ()
    link: Address = ""
    cover: Address = ""
    published: Time = None
    expires: Time = None
    hidden: bool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        published, expires = _to_seconds(self.published), _to_seconds(self.expires)
        if published is not None and expires is not None and expires <= published:
            raise BilingualError(
                "expires is not after published", "过期时间（expires）要晚于发布时间（published）"
            )
        return self

    def build_item(self, account: str, now: float) -> Item:
        """The item, created and changed now."""
        values = {name: getattr(self, name) for name in ItemRow.model_fields}
        times = {name: _to_seconds(values[name]) for name in ("published", "expires")}
        return Item(account=account, created=now, changed=now, **values | times)


_SAME_ID = ("an earlier row has the same id", "前面有一行的编号相同")


def read_items(
    account: str,
    rows: Sequence[Mapping[str, Any]],
    now: float,
    earlier: Collection[int] = (),
) -> tuple[list[Item], list[RowFault]]:
    """The items of rows, and the faulty rows; an id that occurs twice is a fault.

    earlier: hashes of ids of earlier rows.
    """
    items: dict[str, Item] = {}
    faults = []
    for place, row in enumerate(rows, start=1):
        try:
            item = ItemRow.model_validate(row).build_item(account, now)
        except ValidationError as error:
            faults.append(describe_row_faults(place, row, error))
            continue
        if item.id in items or hash(item.id) in earlier:
            faults.append(RowFault(place, item.id, *_SAME_ID))
            continue
        items[item.id] = item
    return list(items.values()), faults


def _to_seconds(time: Time) -> float | None:
    return time if time is None or isinstance(time, float) else time.timestamp()
