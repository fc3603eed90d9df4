"""A phone chat with the account: what is typed goes through the real webhook as signed XML."""

import contextlib
import html
import json
import secrets
import time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import httpx
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, StringConstraints

from app import accounts
from app.accounts import Account
from app.console.headers import HEADERS
from app.deps import Door, door
from app.errors import Forbidden
from app.sessions import keys
from app.settings import is_loopback
from app.wechat import crypto, signature


async def _from_this_machine(request: Request) -> None:
    """Raises Forbidden under a name of the network: a proxy's, or a page's that points it here."""
    if not is_loopback(urlsplit(f"//{request.headers.get('host', '')}").hostname or ""):
        raise Forbidden("the playground is for this machine only: open it at 127.0.0.1")


router = APIRouter(include_in_schema=False, dependencies=[Depends(_from_this_machine)])
PAGE = Path(__file__).with_name("playground.html").read_text("utf-8")
HANGS_UP_AFTER, DELIVERIES = 5.0, 3
INNER = {
    "text": "<MsgType>text</MsgType><Content>{text}</Content>",
    "voice": "<MsgType>voice</MsgType><MediaId>playground</MediaId><Format>amr</Format>"
    "<Recognition>{text}</Recognition>",
    "image": "<MsgType>image</MsgType><PicUrl>http://localhost/p.jpg</PicUrl>"
    "<MediaId>playground</MediaId>",
    "subscribe": "<MsgType>event</MsgType><Event>subscribe</Event><EventKey></EventKey>",
}


class Typed(BaseModel):
    """What the person at the playground did."""

    openid: Annotated[str, StringConstraints(pattern=r"^[\w-]{1,64}$")]
    kind: Literal["text", "voice", "image", "subscribe"] = "text"
    text: Annotated[str, StringConstraints(max_length=2000)] = ""


@router.get("/playground")
async def page(at: Annotated[Door, Depends(door)]) -> HTMLResponse:
    """The page; needs nothing from outside."""
    name = html.escape(accounts.get(at.accounts, "default").brand)
    return HTMLResponse(PAGE.replace("{{account}}", name), headers=HEADERS)


@router.post("/playground/messages")
async def send(
    typed: Typed, request: Request, at: Annotated[Door, Depends(door)]
) -> dict[str, Any]:
    """Sign, post to our own webhook over HTTP, and show what came back and why."""
    account = accounts.get(at.accounts, "default")
    msg_id = secrets.randbelow(2**62)
    inner = INNER[typed.kind].format(text=escape(typed.text))
    number = "" if typed.kind == "subscribe" else f"<MsgId>{msg_id}</MsgId>"
    xml = (
        f"<xml><ToUserName>gh_playground</ToUserName><FromUserName>{typed.openid}</FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime>{inner}{number}</xml>"
    )
    query, body = _sign(account, xml)
    host, port = request.scope["server"]
    host = f"[{host}]" if ":" in host else host
    started = time.perf_counter()
    status, raw = await _delivered(f"http://{host}:{port}", query, body)
    if account.aes_key and "<Encrypt>" in raw:
        raw = crypto.unseal(crypto.Cipher(account.aes_key, account.appid), raw.encode())
    spent = round((time.perf_counter() - started) * 1000, 1)
    said = raw.partition("<Content><![CDATA[")[2].rpartition("]]></Content>")[0]
    why = await at.redis.hget(keys.delivery(f"{account.appid}:{msg_id}"), "why")
    return {
        "reply": said.replace("]]]]><![CDATA[>", "]]>") or None,
        "raw": raw,
        "status": status,
        "milliseconds": spent,
        "why": json.loads(why) if why else None,
    }


def _sign(account: Account, xml: str) -> tuple[dict[str, str], bytes]:
    """Query and body of a delivery, as the platform makes them: encrypted where there is a key."""
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


async def _delivered(base: str, query: dict[str, str], xml: bytes) -> tuple[int, str]:
    """Status and body of the first delivery that is answered in time; up to three, as WeChat's."""
    async with httpx.AsyncClient(base_url=base, timeout=HANGS_UP_AFTER, trust_env=False) as us:
        for _ in range(DELIVERIES):
            with contextlib.suppress(httpx.ReadTimeout):
                answered = await us.post("/wechat/default", params=query, content=xml)
                return answered.status_code, answered.text
    return 0, ""
