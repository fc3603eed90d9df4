"""Answers that a language model writes, from what the account knows, in the time that is left."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from app.accounts import Account
from app.dialogue import prompts, templates
from app.dialogue.context import Context
from app.dialogue.extract import extract
from app.dialogue.grounding import NOT_SURE, Checked, grounded
from app.dialogue.passages import Passage
from app.dialogue.policy import Source
from app.dialogue.prompts import Grounding, Persona, Question
from app.inference.ports import Prompt, TimedOut, Unavailable, Writer, Written
from app.kit.lengths import clip
from app.kit.markup import plain
from app.knowledge import cards
from app.knowledge.values import Hit
from app.safety import label, personal
from app.safety.injection import fenced
from app.safety.personal import Masked
from app.sessions.store import Said
from app.settings import Timing

if TYPE_CHECKING:
    from app.dialogue.service import Draft

log = structlog.get_logger()

Typing = Callable[[Account, str], Awaitable[None]]  # shows 对方正在输入 to this openid

ROOM = 1_600  # tokens of a prompt: the rules have 300, three passages a thousand
LEAST, MOST = 40, 400  # tokens of an answer
WITHIN = 60.0  # seconds from the message to the end of its answer, whichever way it goes out
IN_TIME = 1.0  # second before the last delivery is answered
EXTRACT = 300  # characters
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

    async def write(self, context: Context, asked: Write) -> "Draft":
        """The answer, or what is said instead. Never raises what a writer does."""
        if self.writer is None:
            return self._extracted(asked)
        question, hidden = _masked(asked.question)
        try:
            given, written = await self._written(self.writer, context, question)
        except (Unavailable, TimedOut) as error:
            log.warning("not_written", delivery=context.said.id, why=str(error))
            return self._extracted(asked)
        return _judged(context, asked, grounded(_whole(written), given), hidden, written.model)

    def _extracted(self, asked: Write) -> "Draft":
        question = asked.question
        found = extract(question.text, question.passages, EXTRACT) if question.passages else None
        if found is None:
            return asked.otherwise
        soothe = templates.SOOTHE if question.mood == "negative" else ""
        text = clip(soothe + found.text)
        return replace(asked.otherwise, text=text, source="extract", cited=(found.cited,))

    async def _written(
        self, writer: Writer, context: Context, question: Question
    ) -> tuple[Grounding, Written]:
        age = time.time() - context.said.received
        last = self.timing.last_delivery_after + self.timing.reply_within - IN_TIME
        tokens = writer.tokens_within(max(0.0, last - age), ROOM)
        planned = tokens if tokens >= LEAST else MOST  # too late for a delivery: it goes out later
        planned = min(planned, MOST)
        given = prompts.build(
            question, _persona(context), ROOM, prompts.letters(planned), writer.count,
            secrets.token_hex(prompts.BOUNDARY),
        )  # fmt: skip
        prompt = Prompt(given.messages, planned, time.monotonic() + max(1.0, WITHIN - age))
        async with self._seen_typing(context):
            return given, await writer.write(prompt)

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


def _judged(context: Context, asked: Write, found: Checked, hidden: Masked, model: str) -> "Draft":
    """What may be said of what was written, with its label."""
    if not found.supported:
        log.info("unsupported", delivery=context.said.id, why=found.why)
        return _unsure(context, asked)
    text = clip(plain(cards.defused(hidden.restore(found.text))))
    verdict = context.words.check(text, "outgoing") if context.words else None
    if verdict and verdict.action in {"refuse", "person"}:
        return replace(asked.otherwise, text=verdict.reply, source="refused")
    text = label.ai(verdict.text if verdict else text)
    source = _source(asked, found)
    return replace(asked.otherwise, text=text, source=source, cited=found.cited, made_by=model)


def _source(asked: Write, found: Checked) -> Source:
    if not asked.question.passages:
        return "small_talk"
    return "unsure" if found.declines else "generated"


def _unsure(context: Context, asked: Write) -> "Draft":
    if not asked.question.passages:
        return asked.otherwise
    account = context.account
    hours = context.book.hours(account.service_hours)
    text = templates.choose(NOT_SURE, account.brand, hours, context.seed, None)
    return replace(asked.otherwise, text=text, source="unsure")


def _whole(written: Written) -> str:
    """Without the sentence that it was cut in."""
    if written.finished:
        return written.text
    end = max(written.text.rfind(mark) for mark in "。！？\n")
    return written.text[: end + 1] or written.text


def _persona(context: Context) -> Persona:
    own = context.book.persona
    plain_one = Persona(context.account.brand)
    return Persona(context.account.brand, own.name or plain_one.name, own.tone or plain_one.tone)


def _masked(question: Question) -> tuple[Question, Masked]:
    """What goes to a model names nobody, and nothing in it changes a role."""
    turns = [text for turn in question.turns for text in (turn.text, label.bare(turn.answer))]
    hidden = personal.hide([question.text, *(cards.spoken(text) for text in turns)])
    own, *said = (fenced(text) for text in hidden.texts)
    passages = tuple(replace(each, text=fenced(each.text)) for each in question.passages)
    shown = tuple(
        Said(text=text, answer=answer) for text, answer in zip(said[::2], said[1::2], strict=True)
    )
    return replace(question, text=own, passages=passages, turns=shown), hidden


def drafting(writer: Writer) -> Callable[[str, Sequence[Hit]], Awaitable[str]]:
    """Answers to questions that nothing answers yet, for a person to judge."""

    async def draft(question: str, near: Sequence[Hit]) -> str:
        passages = tuple(Passage(hit.id, hit.answer, hit.question) for hit in near)
        masked, hidden = _masked(Question(question, passages))
        given = prompts.build(
            masked, Persona(""), ROOM, prompts.letters(MOST), writer.count,
            secrets.token_hex(prompts.BOUNDARY),
        )  # fmt: skip
        written = await writer.write(Prompt(given.messages, MOST, time.monotonic() + WITHIN / 2))
        return plain(hidden.restore(grounded(_whole(written), given).text))

    return draft
