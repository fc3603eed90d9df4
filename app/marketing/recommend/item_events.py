"""Events of a follower and an item, as the index counts them."""

from dataclasses import dataclass

from app.marketing.events.values import EventKind, MarketingEvent

READ_KINDS = frozenset({
    EventKind.VIEW, EventKind.READ_DEPTH, EventKind.CLICK, EventKind.SHARE, EventKind.LIKE,
    EventKind.COMMENT, EventKind.CONVERSION,
})  # fmt: skip
EXPLORED = "explored"  # the strategy of exposures that nothing but exploration explains
QUESTION = "question"  # the strategy of exposures that answer a question


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEvent:
    """An event of a follower and an item; times in seconds since 1970.

    `recommendation` names the answer that showed the item, at `place` from 1; "" and 0: not known.
    """

    id: str
    kind: EventKind
    pseudonym: str
    item: str
    time: float
    recorded: float
    recommendation: str = ""
    strategy: str = ""
    place: int = 0


def describe_item_event(event: MarketingEvent) -> ItemEvent:
    """The event of an item as the index counts it."""
    return ItemEvent(
        id=event.id, kind=event.kind, pseudonym=event.pseudonym, item=event.item, time=event.time,
        recorded=event.recorded, recommendation=event.recommendation, strategy=event.strategy,
        place=parse_place(event.properties.get("place")),
    )  # fmt: skip


def parse_place(value: object) -> int:
    """The place that an exposure's properties name; 0 where that isn't a number from 1 on."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
