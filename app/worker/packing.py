"""Answers that found no delivery ride on the next one; a long answer leaves its rest behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.delivery.outbox import Parcel
from app.messages import values
from app.messages.lengths import ELLIPSIS, TEXT_BYTES, size
from app.messages.values import BETWEEN, Message, Text

WORTH = 300  # bytes: a shorter piece of an answer says nothing


@dataclass(frozen=True, slots=True)
class Ride:
    """A message, or None for nothing; texts of WeChat's have at most 2,048 bytes."""

    message: Message | None
    aboard: Mapping[str, Message | None] = field(default_factory=dict)  # parcel -> what is left
    rest: Text | None = None  # of the new answer


def ride(kept: Sequence[Parcel], answer: Message | None, limit: int = TEXT_BYTES) -> Ride:
    """As much of the kept answers as fits before this one, oldest first.

    Without an `answer` all the room is theirs. What is no text is a message of its own.
    """
    if answer is not None and not isinstance(answer, Text):
        return Ride(answer)
    head, tail = values.cut(answer, limit) if answer else (None, None)
    room = limit - (size(head.with_label()) if head else 0)
    parts: list[Text] = []
    aboard: dict[str, Message | None] = {}
    for parcel in kept:
        if not isinstance(parcel.message, Text):
            if parts or head:
                break
            return Ride(parcel.message, {parcel.id: None})
        room -= size(BETWEEN) if parts or head else 0
        whole = size(parcel.message.with_label())
        if whole > room and room < WORTH:
            break
        part, rest = _piece(parcel.message, room)
        parts.append(part)
        aboard[parcel.id] = rest
        room -= size(part.with_label())
        if rest:
            break
    texts = [*parts, head] if head else parts
    return Ride(values.join(texts) if texts else None, aboard, tail)


def _piece(text: Text, room: int) -> tuple[Text, Text | None]:
    part, rest = values.cut(text, room, more=ELLIPSIS)
    assert part is not None  # there is room for WORTH bytes
    return part, rest.model_copy(update={"content": ELLIPSIS + rest.content}) if rest else None
