"""Sends a notice to a group's robot (WeCom, DingTalk, Feishu) or to a webhook.

The robots answer 200 to nearly everything; success is code 0 in the body: `errcode` of WeCom and
DingTalk, `code` (formerly `StatusCode`) of Feishu.
"""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from app.kit import signing
from app.notices import wording
from app.notices.targets import Robot
from app.notices.wording import WaitingFollower

WITHIN = 6.0  # seconds for a request
BIGGEST = 16 * 1024  # bytes of an answer
# Bytes of a text: WeCom takes 2,048; the others' bodies may have 20 KB, read on a phone.
LONGEST = {"wecom": 2_048, "dingtalk": 6_000, "feishu": 6_000}
MINUTE, TEN_MINUTES = 60.0, 600.0  # seconds
# Hints for the log by robot and error code; below, pauses in seconds.
HINTS = {
    ("wecom", 93000): "the key is wrong, or the robot was removed",
    ("wecom", 45009): "too many messages a minute",
    ("dingtalk", 310000): "its signing secret, keywords or addresses don't let us in",
    ("dingtalk", 300001): "the access_token is wrong",
    ("dingtalk", 130101): "too many messages a minute",
    ("feishu", 19001): "the address is wrong, or the robot was removed",
    ("feishu", 19021): "its signing secret is wrong, or the server's clock",
    ("feishu", 19022): "our address is not among those it lets in",
    ("feishu", 19024): "none of its keywords is in the message: make 等待人工 one",
    ("feishu", 11232): "too many messages at once",
}
PAUSES = {  # DingTalk refuses all messages for ten minutes
    ("wecom", 45009): MINUTE, ("dingtalk", 130101): TEN_MINUTES, ("feishu", 11232): MINUTE,
}  # fmt: skip


class NoticeFailed(Exception):
    """A notice wasn't accepted. The message holds no secret; `pause`: seconds to wait at least."""

    def __init__(self, why: str, pause: float = 0.0) -> None:
        super().__init__(why)
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Robots:
    """Sends notices over `http`, a client without cookies and credentials."""

    http: httpx.AsyncClient
    within: float = WITHIN

    async def send(self, robot: Robot, waiting: Sequence[WaitingFollower], now: float) -> None:
        """Send one message about all waiting followers. Raises NoticeFailed."""
        if robot.kind == "webhook":
            body = json.dumps(wording.as_json(waiting), ensure_ascii=False).encode()
            headers = signing.signed_headers(robot.secret, str(int(now)), body)
            status, _ = await self._post_body(robot.url, body, headers)
            if not httpx.codes.is_success(status):
                raise NoticeFailed(f"answered with status {status}")
            return
        words = wording.build_text(waiting, now, LONGEST[robot.kind])
        url, content = build_request(robot, words, now)
        status, answer = await self._post_body(
            url, json.dumps(content, ensure_ascii=False).encode()
        )
        check_answer(robot, status, answer)

    async def _post_body(
        self, url: str, body: bytes, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        sent = {
            "Content-Type": "application/json; charset=utf-8",
            "Accept-Encoding": "identity",  # a few bytes could unpack to very many
        } | (headers or {})
        try:
            async with asyncio.timeout(self.within):
                return await self._read_answer(url, body, sent)
        except TimeoutError:
            raise NoticeFailed("didn't answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:  # their messages hold the address
            raise NoticeFailed(type(error).__name__) from None

    async def _read_answer(
        self, url: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        async with self.http.stream(
            "POST", url, content=body, headers=headers, timeout=self.within, follow_redirects=False
        ) as answer:
            answer_body = b""
            async for part in answer.aiter_raw():
                answer_body += part
                if len(answer_body) > BIGGEST:
                    raise NoticeFailed(f"answered with more than {BIGGEST} bytes")
            return answer.status_code, answer_body


def build_request(robot: Robot, words: str, now: float) -> tuple[str, dict[str, Any]]:
    """The URL and the JSON body of a text for a robot, signed where it has a secret."""
    match robot.kind:
        case "wecom":
            return robot.url, {"msgtype": "text", "text": {"content": words}}
        case "dingtalk":
            url = httpx.URL(robot.url)
            if robot.secret:
                timestamp = str(int(now * 1000))
                url = url.copy_merge_params(
                    {"timestamp": timestamp, "sign": dingtalk_sign(robot.secret, timestamp)}
                )
            return str(url), {"msgtype": "text", "text": {"content": words}}
        case _:
            content: dict[str, Any] = {"msg_type": "text", "content": {"text": words}}
            if robot.secret:
                timestamp = str(int(now))
                sign = feishu_sign(robot.secret, timestamp)
                content |= {"timestamp": timestamp, "sign": sign}
            return robot.url, content


def dingtalk_sign(secret: str, timestamp: str) -> str:
    """DingTalk's signature: HMAC of "TIMESTAMP\\nSECRET" with the secret; timestamp in ms."""
    return _encode_base64(
        hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256)
    )


def feishu_sign(secret: str, timestamp: str) -> str:
    """Feishu's signature: HMAC of "" with the key "TIMESTAMP\\nSECRET"; timestamp in seconds."""
    return _encode_base64(hmac.new(f"{timestamp}\n{secret}".encode(), b"", hashlib.sha256))


def check_answer(robot: Robot, status: int, answer: bytes) -> None:
    """Raises NoticeFailed unless the response says that the message was accepted."""
    code = _parse_code(answer)
    if code is None:
        too_many = status == httpx.codes.TOO_MANY_REQUESTS
        why = f"answered with status {status} and not as agreed"
        raise NoticeFailed(why, MINUTE if too_many else 0.0)
    if code:
        hint = HINTS.get((robot.kind, code), "")
        why = f"refused it with code {code}" + (f": {hint}" if hint else "")
        raise NoticeFailed(why, PAUSES.get((robot.kind, code), 0.0))
    if status != httpx.codes.OK:
        raise NoticeFailed(f"answered with status {status}")


def _parse_code(answer: bytes) -> int | None:
    try:
        answer_json = json.loads(answer)
    except ValueError:
        return None
    if not isinstance(answer_json, dict):
        return None
    codes = (answer_json.get(name) for name in ("errcode", "code", "StatusCode"))
    return next((code for code in codes if isinstance(code, int)), None)


def _encode_base64(signature: "hmac.HMAC") -> str:
    return base64.b64encode(signature.digest()).decode()
