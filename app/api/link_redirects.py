"""Follows links that count: records the tap and leads on, `/l/TOKEN`. Open to everybody."""

import time
from typing import cast

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.deps import State
from app.errors import UnknownAccount
from app.marketing.events.link_visitors import is_person
from app.marketing.events.links import BadLink, ExpiredLink, follow_link, read_link
from app.marketing.events.waiting_events import EventTaker

router = APIRouter(include_in_schema=False)
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the token names a pseudonym
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
}
_PAGE = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<body style="font-family: sans-serif; margin: 20vh auto; max-width: 24em; padding: 0 1em">
<h1 style="font-size: 1.2em">{title}</h1><p>{advice}</p></body></html>
"""
_ALTERED = _PAGE.format(
    title="链接无效", advice="这个链接不完整或已被改动。请回到公众号，重新点开原来的链接。"
)
_EXPIRED = _PAGE.format(title="链接已过期", advice="这个链接已过有效期。请回到公众号查看最新内容。")


@router.api_route("/l/{token}", methods=["GET", "HEAD"])
async def follow_counting_link(token: str, request: Request, state: State) -> Response:
    """Lead on to the link's address; a person's GET is counted. 404 for an altered token."""
    now = time.time()
    try:
        link = read_link(token, state.settings.key_of_pseudonyms)
        url = follow_link(link, state.get_account(link.account).link_domains, now)
    except (BadLink, UnknownAccount):
        return HTMLResponse(_ALTERED, BadLink.status, _HEADERS)
    except ExpiredLink:
        return HTMLResponse(_EXPIRED, ExpiredLink.status, _HEADERS)
    if request.method == "GET" and is_person(request.headers):
        taker = cast("EventTaker", request.app.state.event_taker)
        await taker.take(link.build_event(token, now))
    return RedirectResponse(url, 302, _HEADERS)
