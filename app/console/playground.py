"""The playground, a chat with the account: messages go through the real webhook as signed XML."""

import contextlib
import html
import json
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, StringConstraints
from sqlalchemy.exc import SQLAlchemyError

from app.api.schemas.knowledge import EntryId, Question, Text, as_message
from app.api.storable_text import refuse_unstorable_text
from app.api.turn_client import read_explanation
from app.api.worker_client import call_worker
from app.console.evidence import PlaygroundEvidence, find_evidence
from app.console.headers import HEADERS
from app.console.own_webhook import Kind, deliver_message, write_message
from app.db.engines import UNAVAILABLE
from app.deps import AppState, State
from app.errors import Forbidden
from app.jobs import EntryInput, UpsertEntries
from app.knowledge.entries import entry_stream
from app.knowledge.values import make_entry_id
from app.marketing.events.item_repository import Items
from app.messages.texts import STILL_WRITING_MENU
from app.privacy.pseudonym import TRIAL_OPENID
from app.sample import shop
from app.sample import state as sample_state
from app.settings import is_loopback


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
RECOMMENDS = "有什么推荐"
ANY_SHOP = ("什么时候发货？", "我要退货", "能便宜点吗", "你是机器人吗", "人工客服")


class PlaygroundMessageRequest(BaseModel):
    """A message or event typed in the playground."""

    openid: Annotated[str, StringConstraints(pattern=r"^[\w-]{1,50}$")]
    kind: Kind = "text"
    text: Annotated[str, StringConstraints(max_length=2000)] = ""
    menu: Annotated[str, StringConstraints(max_length=128)] = ""  # of a link that was tapped

    @property
    def follower(self) -> str:
        """The openid as it is stored, by which the visitor is told from followers."""
        return TRIAL_OPENID + self.openid.removeprefix(TRIAL_OPENID)


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
    message: PlaygroundMessageRequest, request: Request, state: State
) -> dict[str, Any]:
    """Sign the message, post it to our own webhook, and return the reply with its explanation."""
    account, msg_id = state.get_account("default"), secrets.randbelow(2**62)
    xml = write_message(message.follower, message.kind, message.text, message.menu, msg_id)
    answer = await deliver_message(account, request.scope["server"], xml)
    explanation = await read_explanation(state, f"{account.appid}:{msg_id}")
    evidence = await _try_find_evidence(state, account.name, message, answer.text, explanation)
    return {
        "reply": answer.text or None,
        "raw": answer.body,
        "status": answer.status,
        "milliseconds": answer.milliseconds,
        "why": explanation or None,
        "evidence": evidence.model_dump(),
    }


@router.post("/playground/entries", dependencies=[Depends(refuse_unstorable_text)])
async def save_entry(entry: PlaygroundEntryRequest, state: State) -> dict[str, Any]:
    """Add an entry, or change one; its variants stay."""
    entry_input = await _build_entry_input(state, entry)
    [stored_entry] = await call_worker(
        state, lambda w: UpsertEntries(waiter=w, account="default", facts=[entry_input])
    )
    near_duplicates = [other["question"] for other in stored_entry["alike"]]
    return {"id": stored_entry["id"], "alike": near_duplicates}


async def _build_entry_input(state: AppState, entry: PlaygroundEntryRequest) -> EntryInput:
    """The entry with the variants that it has so far."""
    stored_id = entry.id or make_entry_id(entry.question)
    rows = await entry_stream.read_entries(state.engine, "default", [stored_id])
    return EntryInput(
        id=entry.id or "",
        question=entry.question,
        variants=[*rows[0].variants] if rows else [],
        answer=as_message(entry.answer),
    )


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
    """Questions that the account answers: also a recommendation, where it has items."""
    questions = await _find_answered_questions(state)
    has_items = bool(await Items(state.engine).list_page("default", limit=1))
    return [RECOMMENDS, *questions][:SUGGESTED] if has_items else questions


async def _find_answered_questions(state: AppState) -> Sequence[str]:
    """The sample shop's questions, else those of the account's newest entries."""
    if (await sample_state.read_state(state.engine)).is_loaded:
        return shop.SUGGESTIONS
    newest = await entry_stream.newest_questions(state.engine, "default", SUGGESTED)
    return [question for question in newest if len(question) <= LONGEST_SUGGESTION] or ANY_SHOP
