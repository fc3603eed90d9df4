"""A welcome text as its editors write it."""

from dataclasses import dataclass
from typing import Literal

ITEMS_SAMPLE = "（推荐的 1 到 3 条内容，各有链接和理由）"  # in a preview, in the place of {items}


@dataclass(frozen=True, kw_only=True)
class WelcomeText:
    """What new followers read, and what followers read who scan a code.

    With the id of a QR channel only those who come by its code. Empty texts: the product's phrases.
    """

    channel: str = ""
    reply: str
    scan: str = ""
    kind: Literal["welcome"] = "welcome"
