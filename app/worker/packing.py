"""Packs pending outbox messages in front of a reply, and cuts a reply that is too long.

A passive reply is one message of at most 2,048 bytes, and accounts that are not verified have no
other way to say something: what waits in the outbox travels in front of the next reply. No I/O.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.delivery.outbox import OutboxMessage
from app.messages import values
from app.messages.lengths import ELLIPSIS, TEXT_BYTES, size
from app.messages.values import BETWEEN, Message, Text

SHORTEST_PART = 300  # bytes: a shorter piece of a reply says nothing


@dataclass(frozen=True, slots=True)
class PackedReply:
    """The packed message; None when there is nothing to say."""

    message: Message | None
    included: Mapping[str, Message | None] = field(default_factory=dict)  # outbox id -> remainder
    remaining: Text | None = None  # of the new reply


def pack(
    outbox_messages: Sequence[OutboxMessage], reply: Message | None, limit: int = TEXT_BYTES
) -> PackedReply:
    """Put as many outbox messages as fit in front of the reply, oldest first; `limit` in bytes.

    Without a `reply` they get all the room. A reply that is no text is sent alone, and the outbox
    messages go on waiting. An outbox message that is no text is sent alone, without a reply only.
    """
    if reply is not None and not isinstance(reply, Text):
        return PackedReply(reply)
    head, tail = values.cut(reply, limit) if reply else (None, None)
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
    assert part is not None  # there is room for SHORTEST_PART bytes
    return part, remaining.model_copy(
        update={"content": ELLIPSIS + remaining.content}
    ) if remaining else None
