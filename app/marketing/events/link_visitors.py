"""Who opens a link: a person is counted, a program that looks at it before isn't."""

import re
from collections.abc import Mapping

# Crawlers and previews of WeChat (mpcrawler), search engines, messengers and libraries.
_PROGRAMS = re.compile(
    r"bot\b|bot/|crawl|spider|slurp|preview|externalhit|headless|curl|wget|python|okhttp|java/"
    r"|go-http|httpclient|monitor|scanner",
    re.IGNORECASE,
)
_AHEAD = ("purpose", "sec-purpose", "x-purpose", "x-moz")


def is_person(headers: Mapping[str, str]) -> bool:
    """Whether a request, by its headers, is of somebody who opened the link."""
    agent = headers.get("user-agent", "")
    is_ahead = any("pre" in headers.get(name, "").lower() for name in _AHEAD)
    return bool(agent) and _PROGRAMS.search(agent) is None and not is_ahead
