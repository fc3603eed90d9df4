"""Answers that found no delivery ride on the next one; a long answer leaves its rest behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.delivery.outbox import OutboxMessage
from app.messages import values
from app.messages.lengths import ELLIPSIS, TEXT_BYTES, size
from app.messages.values import BETWEEN, Message, Text

SHORTEST_PART = 300  # bytes: a shorter piece of an answer says nothing


@dataclass(frozen=True, slots=True)
class PackedReply:
    """A message, or None for nothing; texts of WeChat's have at most 2,048 bytes."""

    message: Message | None
    included: Mapping[str, Message | None] = field(default_factory=dict)  # parcel -> what is left
    remaining: Text | None = None  # of the new answer


def pack(
    outbox_messages: Sequence[OutboxMessage], answer: Message | None, limit: int = TEXT_BYTES
) -> PackedReply:
    """As much of the kept answers as fits before this one, oldest first.

    Without an `answer` all the room is theirs. What is no text is a message of its own.
    """
    if answer is not None and not isinstance(answer, Text):
        return PackedReply(answer)
    head, tail = values.cut(answer, limit) if answer else (None, None)
    room = limit - (size(head.with_label()) if head else 0)
    parts: list[Text] = []
    included: dict[str, Message | None] = {}
    for outbox_message in outbox_messages:
        if not isinstance(outbox_message.message, Text):
            if parts or head:
                break
            return PackedReply(outbox_message.message, {outbox_message.id: None})
        room -= size(BETWEEN) if parts or head else 0
        whole = size(outbox_message.message.with_label())
        if whole > room and room < SHORTEST_PART:
            break
        part, remaining = _cut_part(outbox_message.message, room)
        parts.append(part)
        included[outbox_message.id] = remaining
        room -= size(part.with_label())
        if remaining:
            break
    texts = [*parts, head] if head else parts
    return PackedReply(values.join(texts) if texts else None, included, tail)


def _cut_part(text: Text, room: int) -> tuple[Text, Text | None]:
    part, remaining = values.cut(text, room, more=ELLIPSIS)
    assert part is not None  # there is room for WORTH bytes
    return part, remaining.model_copy(
        update={"content": ELLIPSIS + remaining.content}
    ) if remaining else None
