"""Answers that found no delivery ride on the next one; a long answer leaves its rest behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.delivery.outbox import Parcel
from app.messages import ai_label, texts
from app.messages import values as cards
from app.messages.lengths import ELLIPSIS, TEXT_BYTES, size

BETWEEN = "\n\n"
WORTH = 300  # bytes: a shorter piece of an answer says nothing


@dataclass(frozen=True, slots=True)
class Ride:
    """A message; WeChat's have at most 2,048 bytes."""

    text: str
    aboard: Mapping[str, str] = field(default_factory=dict)  # parcel -> what is left of it
    rest: str = ""  # of the new answer


def ride(kept: Sequence[Parcel], answer: str, limit: int = TEXT_BYTES) -> Ride:
    """As much of the kept answers as fits before this one, oldest first.

    An empty `answer` leaves all the room to them. A card is a message of its own.
    """
    if alone(answer):
        return Ride(answer)
    head, tail = ai_label.cut(answer, limit)
    room = limit - size(head)
    parts: list[str] = []
    aboard: dict[str, str] = {}
    for parcel in kept:
        if alone(parcel.text):
            if parts or head:
                break
            return Ride(parcel.text, {parcel.id: ""})
        room -= size(BETWEEN) if parts or head else 0
        if size(parcel.text) > room and room < WORTH:
            break
        part, rest = _piece(parcel.text, room)
        parts.append(part)
        aboard[parcel.id] = rest
        room -= size(part)
        if rest:
            break
    return Ride(BETWEEN.join([*parts, head] if head else parts), aboard, tail)


def alone(answer: str) -> bool:
    """Whether nothing can be said beside it."""
    return answer == texts.TRANSFER or cards.read(answer) is not None


def _piece(text: str, room: int) -> tuple[str, str]:
    if size(text) <= room:
        return text, ""
    begun, rest = ai_label.cut(text, room, more=ELLIPSIS)
    return begun, ELLIPSIS + rest
