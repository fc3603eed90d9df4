"""Answers that a language model writes, from what the account knows, in the time that is left."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from app.accounts import Account
from app.dialogue import templates
from app.dialogue.context import Context
from app.dialogue.fallbacks import apologies
from app.dialogue.generation.compose import Composed, compose
from app.dialogue.generation.passages import Passage
from app.dialogue.generation.prompts import Persona, Question
from app.dialogue.language import in_script
from app.dialogue.policy import Source
from app.inference.ports import Writer
from app.knowledge.values import Hit
from app.messages import ai_label
from app.messages.lengths import clip
from app.messages.markdown import plain
from app.messages.values import as_plain_text
from app.privacy import pii
from app.privacy.pii import Masked
from app.safety.injection import fenced
from app.sessions.store import Said
from app.settings import Timing

if TYPE_CHECKING:
    from app.dialogue.turn import Draft

log = structlog.get_logger()

Typing = Callable[[Account, str], Awaitable[None]]  # shows 对方正在输入 to this openid
Knows = Callable[[str, Sequence[str]], bool]  # whether an account still has these passages
Takes = Callable[[str, str], Awaitable[bool]]  # whether one more may be written for this openid

WITHIN = 60.0  # seconds from the message to the end of its answer, whichever way it goes out
IN_TIME = 1.0  # second before the last delivery is answered
TYPING_AFTER, TYPING_AGAIN = 1.0, 14.0  # seconds; the platform shows it for 15


@dataclass(frozen=True, slots=True)
class Write:
    """What a model is asked; `otherwise` is said where it can't answer."""

    question: Question
    otherwise: "Draft"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where answers are written. Without a writer they are taken from the passages."""

    writer: Writer | None
    timing: Timing
    typing: Typing
    knows: Knows
    takes: Takes

    async def write(self, context: Context, asked: Write) -> "Draft":
        """The answer, or what is said instead."""
        question, hidden = _masked(asked.question)
        now, age = time.monotonic(), time.time() - context.said.received
        last = self.timing.last_delivery_after + self.timing.reply_within - IN_TIME
        deadline, aim = now + max(1.0, WITHIN - age), now + last - age
        writer = self.writer
        if writer and not await self.takes(context.account.name, context.said.openid):
            log.info("written_enough_today", delivery=context.said.id)
            writer = None
        async with self._seen_typing(context):
            found = await compose(question, _persona(context), writer, deadline, aim)
        if found and not self.knows(context.account.name, found.cited):
            return asked.otherwise  # what it rests on was erased meanwhile
        if found is None or found.how != "written":
            return _extracted(context, asked, found)
        return _written(context, asked, found, hidden)

    @contextlib.asynccontextmanager
    async def _seen_typing(self, context: Context) -> AsyncIterator[None]:
        showing = asyncio.create_task(self._show_typing(context))
        try:
            yield
        finally:
            showing.cancel()

    async def _show_typing(self, context: Context) -> None:
        if not context.account.verified:
            return
        await asyncio.sleep(TYPING_AFTER)
        for _ in range(2):  # the platform takes it within 30 s of what they did
            await self.typing(context.account, context.said.openid)
            await asyncio.sleep(TYPING_AGAIN)


def _extracted(context: Context, asked: Write, found: Composed | None) -> "Draft":
    """The passages speak for themselves; where they don't, it is said that nothing is sure."""
    if found is None:
        return _unsure(context, asked)
    if found.why:
        log.info("not_written", delivery=context.said.id, why=found.why)
    if found.how == "nothing":
        return asked.otherwise
    apology = apologies.sentence(context)
    quoted = _in_place_of(asked.otherwise, clip(apology + found.text), "extract", found)
    return replace(quoted, apology=apology)


def _unsure(context: Context, asked: Write) -> "Draft":
    if not asked.question.passages:
        return asked.otherwise
    return replace(asked.otherwise, text=context.say(templates.NOT_SURE), source="unsure")


def _written(context: Context, asked: Write, found: Composed, hidden: Masked) -> "Draft":
    """What may be said of what was written, with its label."""
    own_script = in_script(found.text, asked.question.language)
    text = clip(plain(hidden.restore(own_script)))
    verdict = context.words.check(text, "outgoing") if context.words else None
    if verdict and verdict.action in {"refuse", "person"}:
        return replace(asked.otherwise, text=context.filled(verdict.reply), source="refused")
    source: Source = "unsure" if found.declines else "generated"
    text = ai_label.remove(verdict.text if verdict else text)
    written = _in_place_of(asked.otherwise, text, source, found)
    return replace(written, ai_generated=True)


def _in_place_of(otherwise: "Draft", text: str, source: Source, found: Composed) -> "Draft":
    """What waits for an answer of theirs goes on waiting only where they are asked again.

    What they could have chosen from is not shown.
    """
    asks = "？" in text or "?" in text
    return replace(
        otherwise,
        text=text,
        source=source,
        cited=found.cited,
        made_by=found.model,
        choices=(),
        pending=otherwise.pending if asks else None,
        waiting=otherwise.waiting if asks else "",
        apology="",
    )


def _persona(context: Context) -> Persona:
    own, plain_one = context.book.persona, Persona(context.account.brand)
    return replace(
        plain_one,
        name=own.name or plain_one.name,
        tone=own.tone or plain_one.tone,
        about=own.about,
        decline=own.decline,
    )


def _masked(question: Question) -> tuple[Question, Masked]:
    """What a follower said names nobody and changes no role, when a model reads it."""
    turns = [text for turn in question.turns for text in (turn.text, ai_label.remove(turn.answer))]
    hidden = pii.hide([question.text, *turns])
    own, *said = (fenced(text) for text in hidden.texts)
    shown = tuple(
        Said(text=text, answer=answer) for text, answer in zip(said[::2], said[1::2], strict=True)
    )
    return replace(question, text=own, turns=shown), hidden


def drafting(writer: Writer) -> Callable[[str, Sequence[Hit]], Awaitable[str]]:
    """Answers to questions that nothing answers yet, for a person to judge."""

    async def draft(question: str, near: Sequence[Hit]) -> str:
        passages = tuple(Passage(hit.id, as_plain_text(hit.answer), hit.question) for hit in near)
        masked, hidden = _masked(Question(text=question, passages=passages))
        found = await compose(masked, Persona(""), writer, time.monotonic() + WITHIN / 2)
        return plain(hidden.restore(found.text)) if found else ""

    return draft
