"""Generation: answers written from passages within the time left, and quotes where that fails."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog

from app.account_rights.values import AccountRight
from app.accounts import Account
from app.dialogue.context import Context
from app.dialogue.fallbacks import apologies
from app.dialogue.generation.compose import ComposedAnswer, compose_answer
from app.dialogue.generation.passages import Passage
from app.dialogue.generation.values import PromptPersona, Question
from app.dialogue.language import in_script
from app.dialogue.policy import Source
from app.dialogue.wording import answer_texts
from app.inference.ports import Writer
from app.knowledge.values import Hit
from app.messages import ai_label
from app.messages.lengths import clip
from app.messages.markdown import plain
from app.messages.values import as_plain_text
from app.privacy import pii
from app.privacy.pii import Masked
from app.safety.injection import fence_text
from app.sessions.store import SessionTurn
from app.settings import Timing

if TYPE_CHECKING:
    from app.dialogue.turn import Draft

log = structlog.get_logger()

Typing = Callable[[Account, str], Awaitable[None]]  # shows 对方正在输入 to the openid
HasPassages = Callable[[str, Sequence[str]], bool]  # whether an account still has these passages
MayGenerate = Callable[
    [str, str], Awaitable[bool]
]  # account, openid: whether the follower may have one more generated answer

WITHIN = 60.0  # seconds from receipt to the end of the answer, however it is sent
IN_TIME = 1.0  # seconds between the answer and the end of the last copy
TYPING_AFTER, TYPING_AGAIN = 1.0, 14.0  # seconds; the platform shows the state for 15


@dataclass(frozen=True, slots=True)
class GenerateAnswer:
    """Action: generate an answer to the question; `fallback` is said where that fails."""

    question: Question
    fallback: "Draft"


@dataclass(frozen=True, slots=True)
class AnswerGenerator:
    """Generates answers; without a writer, quotes passages."""

    writer: Writer | None
    timing: Timing
    typing: Typing
    has_passages: HasPassages
    may_generate: MayGenerate

    async def generate(self, context: Context, request: GenerateAnswer) -> "Draft":
        """The draft of the generated answer, of a quote, or the request's fallback."""
        question, hidden = _mask_question(request.question)
        now, age = time.monotonic(), time.time() - context.message.received
        last = self.timing.last_delivery_after + self.timing.reply_within - IN_TIME
        deadline, soft_deadline = now + max(1.0, WITHIN - age), now + last - age
        writer = self.writer
        if writer and not await self.may_generate(context.account.name, context.message.openid):
            log.info("written_enough_today", delivery=context.message.id)
            writer = None
        async with self._seen_typing(context):
            answer = await compose_answer(
                question, _build_persona(context), writer, deadline, soft_deadline
            )
        if answer and not self.has_passages(context.account.name, answer.citations):
            return request.fallback  # a cited passage was erased meanwhile
        if answer is None or answer.how != "written":
            return _quote_passages(context, request, answer)
        return _label_generated(context, request, answer, hidden)

    @contextlib.asynccontextmanager
    async def _seen_typing(self, context: Context) -> AsyncIterator[None]:
        showing = asyncio.create_task(self._show_typing(context))
        try:
            yield
        finally:
            showing.cancel()

    async def _show_typing(self, context: Context) -> None:
        if not context.account.may(AccountRight.CUSTOMER_MESSAGES):
            return
        await asyncio.sleep(TYPING_AFTER)
        for _ in range(2):  # the platform takes it within 30 s of the follower's message
            await self.typing(context.account, context.message.openid)
            await asyncio.sleep(TYPING_AGAIN)


def _quote_passages(
    context: Context, request: GenerateAnswer, answer: ComposedAnswer | None
) -> "Draft":
    """A draft that quotes passages; says that nothing is certain where `answer` is None."""
    if answer is None:
        return _say_unsure(context, request)
    if answer.why:
        log.info("not_written", delivery=context.message.id, why=answer.why)
    if answer.how == "nothing":
        return request.fallback
    apology = apologies.word_apology(context)
    quoted = _in_place_of(request.fallback, clip(apology + answer.text), "extract", answer)
    return replace(quoted, apology=apology)


def _say_unsure(context: Context, request: GenerateAnswer) -> "Draft":
    if not request.question.passages:
        return request.fallback
    return replace(request.fallback, text=context.say(answer_texts.NOT_SURE), source="unsure")


def _label_generated(
    context: Context, request: GenerateAnswer, answer: ComposedAnswer, hidden: Masked
) -> "Draft":
    """The draft of a generated answer: restored, moderated and marked for the AI label."""
    own_script = in_script(answer.text, request.question.language)
    text = clip(plain(hidden.restore(own_script)))
    verdict = context.moderation.check(text, "outgoing") if context.moderation else None
    if verdict and verdict.action in {"refuse", "person"}:
        return replace(request.fallback, text=context.filled(verdict.reply), source="refused")
    source: Source = "unsure" if answer.declines else "generated"
    text = ai_label.remove(verdict.text if verdict else text)
    draft = _in_place_of(request.fallback, text, source, answer)
    return replace(draft, ai_generated=True)


def _in_place_of(fallback: "Draft", text: str, source: Source, answer: ComposedAnswer) -> "Draft":
    """The fallback with the answer's text, without choices; its slot stays pending only where the
    text asks a question.
    """
    asks_back = "？" in text or "?" in text
    return replace(
        fallback,
        text=text,
        source=source,
        citations=answer.citations,
        made_by=answer.model,
        choices=(),
        pending=fallback.pending if asks_back else None,
        waiting=fallback.waiting if asks_back else "",
        apology="",
    )


def _build_persona(context: Context) -> PromptPersona:
    own, plain_one = context.rulebook.persona, PromptPersona(context.account.brand)
    return replace(
        plain_one,
        name=own.name or plain_one.name,
        tone=own.tone or plain_one.tone,
        about=own.about,
        decline=own.decline,
    )


def _mask_question(question: Question) -> tuple[Question, Masked]:
    """The question for a model: personal data masked, chat roles and injections fenced; and the
    masked values.
    """
    turns = [text for turn in question.turns for text in (turn.text, ai_label.remove(turn.answer))]
    hidden = pii.hide_personal_data([question.text, *turns])
    own, *turn_texts = (fence_text(text) for text in hidden.texts)
    masked_turns = tuple(
        SessionTurn(text=text, answer=answer)
        for text, answer in zip(turn_texts[::2], turn_texts[1::2], strict=True)
    )
    return replace(question, text=own, turns=masked_turns), hidden


def make_drafter(writer: Writer) -> Callable[[str, Sequence[Hit]], Awaitable[str]]:
    """A function that drafts the answer of a suggestion, for an operator to review."""

    async def draft(question: str, near: Sequence[Hit]) -> str:
        passages = tuple(Passage(hit.id, as_plain_text(hit.answer), hit.question) for hit in near)
        masked, hidden = _mask_question(Question(text=question, passages=passages))
        answer = await compose_answer(
            masked, PromptPersona(""), writer, time.monotonic() + WITHIN / 2
        )
        return plain(hidden.restore(answer.text)) if answer else ""

    return draft
