"""The platform's API: access tokens shared by all processes, and customer-service messages."""

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from app.accounts import Account
from app.messages.values import Article, ImageCard, Message, MiniProgram, Text, TransferToAgent
from app.redis import keys
from app.redis.client import RedisClient
from app.wechat.callback.replies import mini_program_link

TOKEN_STALE = {40001, 40014, 42001}  # refresh once, try once more
BUSY = -1  # system busy: the platform asks for at most three tries
TRIES = 3
EARLY = timedelta(minutes=5)  # old and new token are both good for five minutes
TIMEOUT = 5.0  # seconds


class ApiError(Exception):
    """The platform refused or did not answer. `code` is its errcode; None without an answer.

    `unheard`: the request can't have reached the platform.
    """

    def __init__(self, code: int | None, message: str, *, unheard: bool = False) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.unheard = unheard


@dataclass(frozen=True, slots=True)
class WeChatClient:
    """Client of api.weixin.qq.com, or of the server named in WECHAT_API_BASE."""

    http: httpx.AsyncClient  # its base_url is WECHAT_API_BASE
    redis: RedisClient

    async def send(self, account: Account, openid: str, message: Message) -> None:
        """Send one customer-service message; text has at most 2,048 bytes.

        Raises ApiError: 45015 after 48 h of silence, 45047 over the quota, 48001 unverified.
        Raises TypeError for a transfer, which only an answer to a delivery can be.
        """
        body = {"touser": openid} | _build_body(message)
        if isinstance(message, Text) and message.ai_generated:  # the platform shows a line, too
            body |= {"aimsgcontext": {"is_ai_msg": 1}}
        await self._call_api(account, "/cgi-bin/message/custom/send", body)

    async def show_typing(self, account: Account, openid: str) -> None:
        """Show 对方正在输入 for 15 s. Raises ApiError: 45080 when the follower did nothing for
        30 s, 45081 when it is shown already.
        """
        body = {"touser": openid, "command": "Typing"}
        await self._call_api(account, "/cgi-bin/message/custom/typing", body)

    async def _call_api(self, account: Account, path: str, body: dict[str, Any]) -> dict[str, Any]:
        refreshed = False
        for attempt in range(TRIES):
            token = await self._get_token(account)
            try:
                return await self._post_json(path, {"access_token": token}, body)
            except ApiError as error:
                if error.code in TOKEN_STALE and not refreshed:
                    refreshed = True
                    await self._drop_token(account, token)
                elif error.code == BUSY and attempt < TRIES - 1:
                    await asyncio.sleep(0.2 * 2**attempt)
                else:
                    raise
        raise ApiError(BUSY, "system busy")

    async def _get_token(self, account: Account) -> str:
        """The access token, cached in Redis. Raises ApiError.

        stable_token in normal mode doesn't rotate: two processes that ask get the same token.
        """
        name = keys.token(account.appid)
        cached_token: str | None = await self.redis.get(name)
        if cached_token:
            return cached_token
        body = {
            "grant_type": "client_credential",
            "appid": account.appid,
            "secret": account.secret,
        }
        answer = await self._post_json("/cgi-bin/stable_token", {}, body)
        token: str = answer["access_token"]
        life = max(int(answer["expires_in"] - EARLY.total_seconds()), 1)
        await self.redis.set(name, token, ex=life)
        return token

    async def _drop_token(self, account: Account, token: str) -> None:
        if await self.redis.get(keys.token(account.appid)) == token:
            await self.redis.delete(keys.token(account.appid))

    async def _post_json(
        self, path: str, query: dict[str, str], body: dict[str, Any]
    ) -> dict[str, Any]:
        try:
            answer = await self.http.post(path, params=query, json=body, timeout=TIMEOUT)
            content: dict[str, Any] = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            unheard = isinstance(
                error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout
            )
            raise ApiError(None, f"{path} did not answer: {error!r}", unheard=unheard) from None
        if content.get("errcode"):
            raise ApiError(content["errcode"], content.get("errmsg", ""))
        return content


async def show_typing(client: WeChatClient, account: Account, openid: str) -> None:
    """Show 对方正在输入 to the follower; an ApiError is ignored."""
    with contextlib.suppress(ApiError):
        await client.show_typing(account, openid)


def _build_body(message: Message) -> dict[str, Any]:
    match message:
        case Text():
            return {"msgtype": "text", "text": {"content": message.with_label()}}
        case ImageCard(media_id=media_id):
            return {"msgtype": "image", "image": {"media_id": media_id}}
        case Article() as card:
            article = {
                "title": card.title, "description": card.description,
                "url": card.url, "picurl": card.picture,
            }  # fmt: skip
            return {"msgtype": "news", "news": {"articles": [article]}}
        case MiniProgram(thumb_media_id=thumb) as card if thumb:
            page = {
                "title": card.title, "appid": card.appid,
                "pagepath": card.page, "thumb_media_id": thumb,
            }  # fmt: skip
            return {"msgtype": "miniprogrampage", "miniprogrampage": page}
        case MiniProgram() as card:
            return {"msgtype": "text", "text": {"content": mini_program_link(card)}}
        case TransferToAgent():
            raise TypeError("a customer-service message can't transfer")
