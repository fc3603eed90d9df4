"""What a text offers to tap: links that WeChat sends back as a message of the follower's."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qs

_LINK = re.compile(r"""weixin://bizmsgmenu\?([^\s"'<>，。；！？）」】]+)""")


@dataclass(frozen=True)
class Tap:
    """Comes back as a text: its content, and the id of what was tapped."""

    content: str
    menu_id: str


def in_text(text: str) -> list[Tap]:
    """The links of a text in their order; one without content or id does nothing."""
    queries = (parse_qs(unescape(query)) for query in _LINK.findall(text))
    return [
        Tap(query["msgmenucontent"][0], query["msgmenuid"][0])
        for query in queries
        if {"msgmenucontent", "msgmenuid"} <= query.keys()
    ]


def in_message(message: Mapping[str, Any]) -> list[Tap]:
    """The same of a customer-service message: links of a text, items of a msgmenu."""
    if message["msgtype"] == "msgmenu":
        return [Tap(item["content"], item["id"]) for item in message["msgmenu"]["list"]]
    return in_text(message["text"]["content"]) if message["msgtype"] == "text" else []
