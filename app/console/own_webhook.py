"""Sends a message to our own webhook as WeChat would: signed XML, up to three deliveries."""

import contextlib
import secrets
import time
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

import httpx

from app.accounts import Account
from app.wechat.callback import crypto, signature

Kind = Literal["text", "voice", "tap", "image", "subscribe"]

HANGS_UP_AFTER, DELIVERIES = 5.0, 3  # seconds; WeChat's own
CONTENT: dict[Kind, str] = {
    "text": "<MsgType>text</MsgType><Content>{text}</Content>",
    "voice": "<MsgType>voice</MsgType><MediaId>playground</MediaId><Format>amr</Format>"
    "<Recognition>{text}</Recognition>",
    "tap": "<MsgType>text</MsgType><Content>{text}</Content><bizmsgmenuid>{menu}</bizmsgmenuid>",
    "image": "<MsgType>image</MsgType><PicUrl>http://localhost/p.jpg</PicUrl>"
    "<MediaId>playground</MediaId>",
    "subscribe": "<MsgType>event</MsgType><Event>subscribe</Event><EventKey></EventKey>",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAnswer:
    """What the webhook answered: `status` 0 and an empty `body` if it never did."""

    status: int
    body: str  # decrypted
    milliseconds: float

    @property
    def text(self) -> str:
        """The text of the reply; "" where there is none."""
        content = self.body.partition("<Content><![CDATA[")[2].rpartition("]]></Content>")[0]
        return content.replace("]]]]><![CDATA[>", "]]>")


def write_message(openid: str, kind: Kind, text: str, menu: str, msg_id: int) -> str:
    """The XML of a message or event; `menu` is that of a link that was tapped."""
    content = CONTENT[kind].format(text=escape(text), menu=escape(menu))
    number = "" if kind == "subscribe" else f"<MsgId>{msg_id}</MsgId>"
    return (
        f"<xml><ToUserName>gh_playground</ToUserName><FromUserName>{openid}</FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime>{content}{number}</xml>"
    )


async def deliver_message(account: Account, server: tuple[str, int], xml: str) -> WebhookAnswer:
    """Deliver the message to the webhook of this process, which listens on `server`."""
    host = f"[{server[0]}]" if ":" in server[0] else server[0]
    query, content = _sign_delivery(account, xml)
    started_at = time.perf_counter()
    status, body = await _deliver_until_answered(f"http://{host}:{server[1]}", query, content)
    if account.aes_key and "<Encrypt>" in body:
        cipher = crypto.Cipher(account.aes_key, account.appid)
        body = crypto.decrypt_own_reply(cipher, body.encode())
    milliseconds = round((time.perf_counter() - started_at) * 1000, 1)
    return WebhookAnswer(status=status, body=body, milliseconds=milliseconds)


def _sign_delivery(account: Account, xml: str) -> tuple[dict[str, str], bytes]:
    """Query and body of a delivery as the platform sends it; encrypted if there is an AES key."""
    now, nonce = str(int(time.time())), secrets.token_hex(4)
    query = {
        "timestamp": now,
        "nonce": nonce,
        "signature": signature.sign(account.token, now, nonce),
    }
    if not account.aes_key:
        return query, xml.encode()
    encrypted = crypto.Cipher(account.aes_key, account.appid).encrypt(xml)
    query["encrypt_type"] = "aes"
    query["msg_signature"] = signature.sign(account.token, now, nonce, encrypted)
    return query, f"<xml><Encrypt>{encrypted}</Encrypt></xml>".encode()


async def _deliver_until_answered(
    base: str, query: dict[str, str], content: bytes
) -> tuple[int, str]:
    """Deliver up to three times, as WeChat does; returns status and body of the first answer in
    time, or (0, "").
    """
    async with httpx.AsyncClient(base_url=base, timeout=HANGS_UP_AFTER, trust_env=False) as http:
        for _ in range(DELIVERIES):
            with contextlib.suppress(httpx.ReadTimeout):
                response = await http.post("/wechat/default", params=query, content=content)
                return response.status_code, response.text
    return 0, ""
