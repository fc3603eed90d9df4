"""The playground, a chat with the account: messages go through the real webhook as signed XML."""

import contextlib
import html
import json
import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import httpx
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, StringConstraints
from sqlalchemy.exc import SQLAlchemyError

from app.accounts import Account
from app.api.schemas.knowledge import EntryId, Question, Text, as_message
from app.api.storable_text import refuse_unstorable_text
from app.api.worker_client import call_worker
from app.console.evidence import PlaygroundEvidence, find_evidence
from app.console.headers import HEADERS
from app.db.engines import UNAVAILABLE
from app.deps import AppState, State
from app.errors import Forbidden
from app.jobs import EntryInput, UpsertEntries
from app.knowledge import entry_stream
from app.knowledge.values import make_entry_id as entry_id
from app.messages.texts import STILL_WRITING_MENU
from app.redis import keys
from app.sample import shop
from app.sample import state as sample_state
from app.settings import is_loopback
from app.wechat.callback import crypto, signature


async def _from_this_machine(request: Request) -> None:
    """Raises Forbidden unless Host and Origin are names of this machine: requests by a proxy, by a
    domain that resolves to this machine, and from pages of other sites are refused.
    """
    origin = request.headers.get("origin")
    names = [f"//{request.headers.get('host', '')}", *([origin] if origin else [])]
    if not all(is_loopback(urlsplit(name).hostname or "") for name in names):
        raise Forbidden("the playground is for this machine only: open it at 127.0.0.1")


router = APIRouter(include_in_schema=False, dependencies=[Depends(_from_this_machine)])
PAGE = Path(__file__).with_name("playground.html").read_text("utf-8")
SUGGESTED, LONGEST_SUGGESTION = 6, 20
ANY_SHOP = ("什么时候发货？", "我要退货", "能便宜点吗", "你是机器人吗", "人工客服")
HANGS_UP_AFTER, DELIVERIES = 5.0, 3
INNER = {
    "text": "<MsgType>text</MsgType><Content>{text}</Content>",
    "voice": "<MsgType>voice</MsgType><MediaId>playground</MediaId><Format>amr</Format>"
    "<Recognition>{text}</Recognition>",
    "tap": "<MsgType>text</MsgType><Content>{text}</Content><bizmsgmenuid>{menu}</bizmsgmenuid>",
    "image": "<MsgType>image</MsgType><PicUrl>http://localhost/p.jpg</PicUrl>"
    "<MediaId>playground</MediaId>",
    "subscribe": "<MsgType>event</MsgType><Event>subscribe</Event><EventKey></EventKey>",
}


class PlaygroundMessageRequest(BaseModel):
    """A message or event typed in the playground."""

    openid: Annotated[str, StringConstraints(pattern=r"^[\w-]{1,64}$")]
    kind: Literal["text", "voice", "tap", "image", "subscribe"] = "text"
    text: Annotated[str, StringConstraints(max_length=2000)] = ""
    menu: Annotated[str, StringConstraints(max_length=128)] = ""  # of a link that was tapped


class PlaygroundEntryRequest(BaseModel):
    """An entry written in the playground; with an `id`, that entry is changed."""

    id: EntryId | None = None
    question: Question
    answer: Text


@router.get("/playground")
async def show_page(state: State) -> HTMLResponse:
    """Show the page; it loads nothing from other hosts."""
    name = html.escape(state.get_account("default").brand)
    suggestions = html.escape(json.dumps(await _find_suggestions(state), ensure_ascii=False))
    filled = PAGE.replace("{{suggestions}}", suggestions).replace("{{account}}", name)
    return HTMLResponse(filled, headers=HEADERS)


@router.post("/playground/messages")
async def send_message(
    message: PlaygroundMessageRequest,
    request: Request,
    state: State,
) -> dict[str, Any]:
    """Sign the message, post it to our own webhook, and return the reply with its explanation."""
    account = state.get_account("default")
    msg_id = secrets.randbelow(2**62)
    inner = INNER[message.kind].format(text=escape(message.text), menu=escape(message.menu))
    number = "" if message.kind == "subscribe" else f"<MsgId>{msg_id}</MsgId>"
    xml = (
        f"<xml><ToUserName>gh_playground</ToUserName><FromUserName>{message.openid}</FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime>{inner}{number}</xml>"
    )
    query, body = _sign_delivery(account, xml)
    host, port = request.scope["server"]
    host = f"[{host}]" if ":" in host else host
    started_at = time.perf_counter()
    status, raw = await _deliver_until_answered(f"http://{host}:{port}", query, body)
    if account.aes_key and "<Encrypt>" in raw:
        raw = crypto.decrypt_own_reply(crypto.Cipher(account.aes_key, account.appid), raw.encode())
    spent = round((time.perf_counter() - started_at) * 1000, 1)
    escaped_reply = raw.partition("<Content><![CDATA[")[2].rpartition("]]></Content>")[0]
    reply = escaped_reply.replace("]]]]><![CDATA[>", "]]>")
    explanation_json = await state.redis.hget(keys.delivery(f"{account.appid}:{msg_id}"), "why")
    explanation = json.loads(explanation_json) if explanation_json else None
    evidence = await _try_find_evidence(state, account.name, message, reply, explanation or {})
    return {
        "reply": reply or None,
        "raw": raw,
        "status": status,
        "milliseconds": spent,
        "why": explanation,
        "evidence": evidence.model_dump(),
    }


@router.post("/playground/entries", dependencies=[Depends(refuse_unstorable_text)])
async def save_entry(entry: PlaygroundEntryRequest, state: State) -> dict[str, Any]:
    """Add an entry, or change one; its variants stay."""
    rows = await entry_stream.read_entries(
        state.engine, "default", [entry.id or entry_id(entry.question)]
    )
    variants = [*rows[0].variants] if rows else []
    entry_input = EntryInput(
        id=entry.id or "",
        question=entry.question,
        variants=variants,
        answer=as_message(entry.answer),
    )
    [stored_entry] = await call_worker(
        state, lambda w: UpsertEntries(waiter=w, account="default", facts=[entry_input])
    )
    return {
        "id": stored_entry["id"],
        "alike": [other["question"] for other in stored_entry["alike"]],
    }


async def _try_find_evidence(
    state: AppState,
    account: str,
    message: PlaygroundMessageRequest,
    reply: str,
    explanation: dict[str, Any],
) -> PlaygroundEvidence:
    """The evidence; empty if the database is away, so that the reply is shown all the same."""
    is_asked = message.kind in {"text", "voice", "tap"} and message.menu != STILL_WRITING_MENU
    text = message.text if is_asked else ""
    with contextlib.suppress(SQLAlchemyError, *UNAVAILABLE):
        return await find_evidence(state, account, text, reply, explanation)
    return PlaygroundEvidence()


async def _find_suggestions(state: AppState) -> Sequence[str]:
    """Questions that the account answers: the sample shop's, else those of its newest entries."""
    if (await sample_state.read_state(state.engine)).is_loaded:
        return shop.SUGGESTIONS
    newest = await entry_stream.newest_questions(state.engine, "default", SUGGESTED)
    return [question for question in newest if len(question) <= LONGEST_SUGGESTION] or ANY_SHOP


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


async def _deliver_until_answered(base: str, query: dict[str, str], xml: bytes) -> tuple[int, str]:
    """Deliver up to three times, as WeChat does; returns status and body of the first answer in
    time, or (0, "").
    """
    async with httpx.AsyncClient(base_url=base, timeout=HANGS_UP_AFTER, trust_env=False) as us:
        for _ in range(DELIVERIES):
            with contextlib.suppress(httpx.ReadTimeout):
                response = await us.post("/wechat/default", params=query, content=xml)
                return response.status_code, response.text
    return 0, ""
