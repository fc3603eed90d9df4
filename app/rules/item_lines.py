"""The place of recommended items in a welcome text: how many fit, and what is written there."""

from collections.abc import Sequence

from app.messages.lengths import TEXT_BYTES, size
from app.rules.fields import ITEMS_SLOT

MOST_OFFERED = 3
# Bytes of a welcome text: of a line with a link that counts, and of the consent notice behind it.
_LINE, _NOTICE = 500, 250


def count_room(text: str) -> int:
    """How many items fit into a welcome text, so that it stays one message."""
    return min(max(TEXT_BYTES - _NOTICE - size(text), 0) // _LINE, MOST_OFFERED)


def fill_items(text: str, item_lines: Sequence[str]) -> str:
    """The welcome text with a line for each item; without any, without the line of their place and
    a line before it that ends in a colon.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        if ITEMS_SLOT not in line:
            lines.append(line)
        elif item_lines:
            lines.append(line.replace(ITEMS_SLOT, "\n".join(item_lines)))
        elif lines and lines[-1].rstrip().endswith(("：", ":")):
            lines.pop()
    return "\n".join(lines).strip()
