"""Answers that found no delivery ride on the next one."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.kit.lengths import ELLIPSIS, TEXT_BYTES, cut, size

BETWEEN = "\n\n"
WORTH = 300  # bytes: a shorter piece of an answer says nothing


@dataclass(frozen=True, slots=True)
class Ride:
    """A message of at most 2,048 bytes, unless the new answer alone is longer."""

    text: str
    taken: int  # kept answers that are in it
    rest: str  # of the one after them, where only its beginning found room


def ride(held: Sequence[str], answer: str) -> Ride:
    """As much of the kept answers as fits before this one, oldest first."""
    room = TEXT_BYTES - size(answer)
    parts: list[str] = []
    for text in held:
        room -= size(BETWEEN)
        if size(text) > room:
            taken = len(parts)
            begun, rest = _begin(text, room)
            return Ride(BETWEEN.join([*parts, *begun, answer]), taken, rest)
        parts.append(text)
        room -= size(text)
    return Ride(BETWEEN.join([*parts, answer]), len(parts), "")


def _begin(text: str, room: int) -> tuple[list[str], str]:
    if room < WORTH:
        return [], ""
    head, tail = cut(text, room - size(ELLIPSIS))
    return [head + ELLIPSIS], ELLIPSIS + tail
