"""The HTTP endpoints of the callback: check the signature, read and parse the body, reply."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, cast

import structlog
from fastapi import APIRouter, Query, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from app.accounts import Account
from app.deps import app_state
from app.errors import Forbidden, JobNotStored, TooLarge
from app.observability import metrics
from app.wechat.callback import crypto, signature
from app.wechat.callback.deliveries import Deliveries
from app.wechat.callback.messages import Malformed, parse_message
from app.wechat.callback.outcomes import CallbackOutcomes
from app.wechat.callback.replies import SUCCESS, render_reply
from app.wechat.callback.values import Message

log = structlog.get_logger()

FOLDER = "/wechat/"
PATH = FOLDER + "{account}"
router = APIRouter(tags=["wechat"])

Param = Annotated[str | None, Query()]


@dataclass(frozen=True, slots=True)
class TidyPath:
    """ASGI middleware: removes surplus slashes from the path of the callback URL.

    Starlette would redirect, which WeChat doesn't follow.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = "/" + "/".join(filter(None, scope["path"].split("/")))
            if path != scope["path"] and path.startswith(FOLDER):
                scope = {**scope, "path": path}
        await self.app(scope, receive, send)


def get_deliveries(request: Request) -> Deliveries:
    """The app's Deliveries, created in the lifespan of `app.main`."""
    return cast("Deliveries", request.app.state.deliveries)


def get_outcomes(request: Request) -> CallbackOutcomes:
    """The app's CallbackOutcomes, created in the lifespan of `app.main`."""
    return cast("CallbackOutcomes", request.app.state.callback_outcomes)


@router.get(PATH, response_class=PlainTextResponse)
async def verify_url(
    account: str,
    request: Request,
    signature_: Annotated[str | None, Query(alias="signature")] = None,
    timestamp: Param = None,
    nonce: Param = None,
    echostr: Annotated[str, Query(max_length=256)] = "",
) -> str:
    """WeChat's check of the callback URL: returns `echostr`. Raises Forbidden, UnknownAccount."""
    served_account = (await app_state(request)).get_account(account)
    outcomes = get_outcomes(request)
    _check_signature(outcomes, served_account, timestamp, nonce, signature_)
    outcomes.record(account, "accepted")
    return echostr


async def receive_delivery(request: Request) -> Response:
    """Answer one delivery in its own mode (plain or encrypted).

    Raises Forbidden, UnknownAccount, TooLarge, JobNotStored; after any other error the answer is
    `success`.
    """
    started_at = time.perf_counter()
    state, query = await app_state(request), request.query_params
    account = state.get_account(request.path_params["account"])
    signed = [query.get(name) for name in ("timestamp", "nonce", "signature")]
    _check_signature(get_outcomes(request), account, *signed)
    try:
        return await _try_answer(account, request, state.limits.body_bytes)
    finally:
        metrics.REPLY_SECONDS.observe(time.perf_counter() - started_at)


async def _try_answer(account: Account, request: Request, limit: int) -> Response:
    """The response to one delivery, whose body has at most `limit` bytes."""
    outcomes = get_outcomes(request)
    try:
        response = await _answer_delivery(account, request, await read_capped(request, limit))
        outcomes.record(account.name, "accepted")
        return response
    except TooLarge:
        metrics.REFUSED.labels("too_large").inc()
        raise
    except JobNotStored:
        metrics.FAILURES.labels("webhook").inc()
        raise
    except ClientDisconnect:
        metrics.REFUSED.labels("hung_up").inc()
    except (Malformed, crypto.Undecryptable) as error:
        metrics.REFUSED.labels(type(error).__name__.lower()).inc()
        log.warning("callback_refused", account=account.name, reason=str(error))
        is_undecryptable = isinstance(error, crypto.Undecryptable)
        outcomes.record(account.name, "undecryptable" if is_undecryptable else "unreadable")
    except Exception:  # WeChat must never see an error page
        metrics.FAILURES.labels("webhook").inc()
        log.exception("webhook_failed", account=account.name)
    return PlainTextResponse(SUCCESS)


def _check_signature(
    outcomes: CallbackOutcomes,
    account: Account,
    timestamp: str | None,
    nonce: str | None,
    signature_: str | None,
) -> None:
    """Raises Forbidden unless WeChat signed the request within the last ten minutes."""
    if not signature.verify(account.token, timestamp, nonce, signature_):
        metrics.REFUSED.labels("signature").inc()
        if timestamp and nonce and signature_:  # not somebody's browser
            outcomes.record(account.name, "wrong_signature")
        raise Forbidden("the signature does not fit; check the token on both sides")
    skew = signature.clock_skew(timestamp or "", time.time())
    if skew is not None and abs(skew) <= signature.FRESH_SECONDS:
        return
    metrics.REFUSED.labels("stale").inc()
    outcomes.record(account.name, "stale")
    reason = "the timestamp is too far from this server's clock: a replay, or the clock is wrong"
    log.warning(
        "callback_refused",
        account=account.name,
        reason=reason,
        skew_seconds=None if skew is None else round(skew),
    )
    raise Forbidden(reason)


async def _answer_delivery(account: Account, request: Request, body: bytes) -> Response:
    query = request.query_params
    is_encrypted = query.get("encrypt_type") == "aes"
    message = (
        _parse_encrypted(account, query, body) if is_encrypted else _parse_plain(account, body)
    )
    reply = await get_deliveries(request).answer_message(account, message)
    xml = render_reply(reply.reply, message, int(time.time())) if reply.reply else None
    metrics.DELIVERIES.labels("answered" if xml else "silent").inc()
    if xml is None:
        return PlainTextResponse(SUCCESS)
    if is_encrypted:
        xml = crypto.encrypt_reply(
            _account_cipher(account), xml, account.token, str(int(time.time())), query["nonce"]
        )
    if reply.id and not await request.is_disconnected():
        get_deliveries(request).reply_channel.confirm(reply.id, reply.user)
    return Response(xml, media_type="application/xml")


def _parse_encrypted(account: Account, query: Mapping[str, str], body: bytes) -> Message:
    return parse_message(
        crypto.decrypt_callback(
            _account_cipher(account),
            body,
            token=account.token,
            timestamp=query.get("timestamp"),
            nonce=query.get("nonce"),
            msg_signature=query.get("msg_signature"),
        )
    )


def _parse_plain(account: Account, body: bytes) -> Message:
    if not account.takes_plain:
        raise Malformed(
            "a plain body, but the account is in safe mode: choose 安全模式 on the platform, "
            "or set WECHAT_MODE (in ACCOUNTS_FILE: mode) to compatible or plain"
        )
    return parse_message(body)


def _account_cipher(account: Account) -> crypto.Cipher:
    if not account.aes_key:
        raise crypto.Undecryptable("an encrypted body, but the account has no AES key")
    return crypto.Cipher(account.aes_key, account.appid)


async def read_capped(request: Request, limit: int) -> bytes:
    """The body, at most `limit` bytes, with or without Content-Length. Raises TooLarge."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > limit:
        raise TooLarge(f"the body is over {limit} bytes")
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise TooLarge(f"the body is over {limit} bytes")
        chunks.append(chunk)
    return b"".join(chunks)
