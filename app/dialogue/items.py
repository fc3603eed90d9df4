"""The port by which the conversation finds items of the account."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRequest:
    """`question`: what the follower asks for, "" for nothing in particular; at most `count` items,
    none of the ids `excluded`. `names`: nothing is found unless an item has one of them in title or
    tags, as 挂耳; () for no such name. `goes_on`: the follower says it of items shown before.
    `explains`: the question asks how, as 怎么调漂, so that only articles with its words in title or
    tags answer it. `dearer`: the ids of items that are too dear; what costs less than their median
    is found. `answer_text`: what the knowledge base would answer with; items are found only where
    it doesn't name what they are asked for by.
    """

    account: str
    openid: str
    question: str
    count: int
    excluded: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    goes_on: bool = False
    explains: bool = False
    dearer: tuple[str, ...] = ()
    answer_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedItem:
    """An item and why it is offered, in Chinese; `link` and `cover` may be ""."""

    title: str
    reason: str
    link: str = ""
    cover: str = ""
    id: str = ""
    strategy: str = ""


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    """Items, the best first. `is_known`: whether the account has items at all, so that it may be
    said that it has none of what is asked for. `nearest`: of what is asked for, where nothing is
    at the price asked for; the one nearest to it.
    """

    items: tuple[OfferedItem, ...] = ()
    is_known: bool = False
    nearest: OfferedItem | None = None


FindItems = Callable[[ItemRequest], Awaitable[ItemAnswer]]


async def find_no_items(_request: ItemRequest) -> ItemAnswer:
    """The source of a service without items."""
    return ItemAnswer()
