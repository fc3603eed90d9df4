"""Looks up orders at the CMS by a signed webhook, only at the configured address.

POST to the account's `order_webhook`, JSON `{"type": "order", "account", "openid", "number"}`,
signed by `X-Huiyin-Timestamp` and `X-Huiyin-Signature`. The answer is 200 with
`{"order": {"number", "status", ...}}`, or `{"order": null}`; 404 means null, too. It is the CMS
that knows whose order it is: it answers null for somebody else's.
"""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ValidationError

from app.accounts import Account
from app.dialogue.orders.tools import Order, ToolFailed, Tools
from app.kit import signing
from app.observability import metrics

WITHIN = 2.0  # seconds for both tries: the passive reply is due within 5 s
BIGGEST = 16 * 1024  # bytes of a response


class _Answer(BaseModel):
    order: Order | None


@dataclass(frozen=True, slots=True)
class Webhook(Tools):
    """The order system of accounts that have set `order_webhook`."""

    http: httpx.AsyncClient  # without base_url and cookies; each call gives the full address
    clock: Callable[[], float] = time.time
    within: float = WITHIN

    def offers(self, account: Account) -> bool:
        """Whether the account has set `order_webhook`."""
        return bool(account.order_webhook)

    async def order(self, account: Account, openid: str, number: str) -> Order | None:
        """The order, or None if the CMS knows none for this follower. Raises ToolFailed."""
        request_body = {
            "type": "order",
            "account": account.name,
            "openid": openid,
            "number": number,
        }
        try:
            async with asyncio.timeout(self.within):
                status, body = await self._post_with_retry(
                    account, json.dumps(request_body, ensure_ascii=False)
                )
            reply = _parse_order(status, body)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, ToolFailed) as error:
            metrics.TOOLS.labels("failed").inc()
            place = urlsplit(account.order_webhook).netloc
            why = f"order_webhook of {account.name} at {place}: {_describe_error(error)}"
            raise ToolFailed(why) from None
        metrics.TOOLS.labels("found" if reply else "none").inc()
        return reply

    async def _post_with_retry(self, account: Account, body: str) -> tuple[int, bytes]:
        """Retry once if no connection was made, so that the CMS can't get the request twice."""
        try:
            return await self._post_request(account, body.encode())
        except httpx.ConnectError:
            return await self._post_request(account, body.encode())

    async def _post_request(self, account: Account, body: bytes) -> tuple[int, bytes]:
        timestamp = str(int(self.clock()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Accept-Encoding": "identity",  # no compression, so that the limit of bytes holds
        } | signing.signed_headers(account.webhook_secret, timestamp, body)
        async with self.http.stream(
            "POST",
            account.order_webhook,
            content=body,
            headers=headers,
            timeout=self.within,
            follow_redirects=False,  # a redirect could lead into the internal network
        ) as answer:
            response_body = b""
            async for part in answer.aiter_raw():
                response_body += part
                if len(response_body) > BIGGEST:
                    raise ToolFailed(f"answered with more than {BIGGEST} bytes")
            return answer.status_code, response_body


def _parse_order(status: int, body: bytes) -> Order | None:
    if status == httpx.codes.NOT_FOUND:
        return None
    if status != httpx.codes.OK:
        raise ToolFailed(f"answered with status {status}")
    try:
        return _Answer.model_validate_json(body).order
    except ValidationError as error:  # input may be personal: log location and kind only
        faults = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:3]]
        raise ToolFailed(f"answered otherwise than agreed ({'; '.join(faults)})") from None


def _describe_error(error: Exception) -> str:
    return str(error) if isinstance(error, ToolFailed) else type(error).__name__
