"""Asks the CMS over its webhook: signed, short, and never anywhere but at the configured address.

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

WITHIN = 2.0  # seconds, both tries together: the follower hears an answer before the fifth
BIGGEST = 16 * 1024  # bytes of an answer


class _Answer(BaseModel):
    order: Order | None


@dataclass(frozen=True, slots=True)
class Webhook(Tools):
    """The tools of accounts that have set `order_webhook`."""

    http: httpx.AsyncClient  # no base_url, no cookies; where it may go is said in each call
    clock: Callable[[], float] = time.time
    within: float = WITHIN

    def offers(self, account: Account) -> bool:
        """Whether the account has set an address."""
        return bool(account.order_webhook)

    async def order(self, account: Account, openid: str, number: str) -> Order | None:
        """None when the CMS knows of none. Raises ToolFailed."""
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
        """Once more where no connection came about: then nobody has heard the first."""
        try:
            return await self._post_request(account, body.encode())
        except httpx.ConnectError:
            return await self._post_request(account, body.encode())

    async def _post_request(self, account: Account, body: bytes) -> tuple[int, bytes]:
        timestamp = str(int(self.clock()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Accept-Encoding": "identity",  # few bytes that unpack to many are not read
        } | signing.signed_headers(account.webhook_secret, timestamp, body)
        async with self.http.stream(
            "POST",
            account.order_webhook,
            content=body,
            headers=headers,
            timeout=self.within,
            follow_redirects=False,  # it could lead into our own network
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
    except ValidationError as error:  # its input may be personal: only where and what is told
        faults = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:3]]
        raise ToolFailed(f"answered otherwise than agreed ({'; '.join(faults)})") from None


def _describe_error(error: Exception) -> str:
    return str(error) if isinstance(error, ToolFailed) else type(error).__name__
