"""The local writer on CPUs: runs the int8 language model of models/ in a thread.

Plain prompts are written in batches. Steered ones (JSON, copy) are written one at a time while no
plain prompt waits, and pause as soon as one does.
"""

import asyncio
import contextlib
import functools
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import structlog
import torch

from app.errors import BadSettings
from app.inference.ports import GeneratedAnswer, Prompt, TimedOut, Unavailable, Writer
from app.inference.rates import Rate, RateGauge
from app.inference.remote.language_models.wire_format import extract_reply
from app.observability import metrics
from models.generator.int8 import ChatGeneration, Int8Writer, Sampling
from models.generator.json_grammar import JsonGrammars
from models.generator.steering import SteeredGeneration, write_steered
from models.hub.errors import BaseModelError
from models.hub.fetch import ensure_base
from models.hub.sources import QWEN_CODER

log = structlog.get_logger()

AT_ONCE = 4  # prompts a batch: a step of four costs little more than a step of one
WAITING = 16  # prompts that may queue; further ones would miss their deadlines
CLOSING = 1.0  # seconds before its deadline in which a JSON answer is closed
PAUSE = 0.05  # seconds between looks whether the processor is free again
WARM_UP_TEXT = "您好，请问有什么可以帮您？" * 12


@dataclass(slots=True)
class _PendingChat:
    chat: ChatGeneration
    ended: asyncio.Future[None]


class LocalWriter(Writer):
    """Writes one batch at a time, made of the prompts that wait when the last batch ends."""

    def __init__(
        self, folder: Path, threads: int, is_busy: Callable[[], bool] = lambda: False
    ) -> None:
        """`is_busy`: whether others need the processor now, so that steered prompts pause."""
        self._model = Int8Writer(folder, threads)
        self._pool = ThreadPoolExecutor(1, "writing")
        self._waiting: deque[_PendingChat] = deque()
        self._steered: deque[_PendingChat] = deque()
        self._is_busy = is_busy
        self._working: asyncio.Task[None] | None = None
        self._busy_until = 0.0  # of time.monotonic(): when the running batch ends at the latest
        self._gauge = RateGauge(self._measure_rate())
        self._in_flight = 0

    @property
    def version(self) -> str:
        return f"{self._model.name}-int8"

    def count(self, text: str) -> int:
        return self._model.chats.count(text)

    def tokens_within(self, seconds: float, prompt_tokens: int) -> int:
        queued = max(0.0, self._busy_until - time.monotonic())
        return self._gauge.rate.tokens(seconds - queued, prompt_tokens)

    async def write(self, prompt: Prompt) -> GeneratedAnswer:
        if self._in_flight >= AT_ONCE + WAITING:
            raise Unavailable("too many answers are being written already")
        self._in_flight += 1
        try:
            chat = await self._generate(prompt)
        finally:
            self._in_flight -= 1
        outcome = "answered" if chat.token_ids else "failed"
        metrics.WRITES.labels(self.version, outcome).inc()
        if not chat.token_ids:
            raise TimedOut("not a token was written before the deadline")
        text = self._model.chats.text(chat.token_ids)
        reply = text if prompt.schema is not None else extract_reply(text)
        return GeneratedAnswer(reply, chat.finished, self.version)

    async def close(self) -> None:
        """Wait for the running batches; their prompts' deadlines end them, steered ones end now."""
        for pending_chat in self._steered:
            pending_chat.chat.deadline = 0.0
        if self._working:
            await asyncio.wait([self._working])
        self._pool.shutdown(wait=True)

    async def _generate(self, prompt: Prompt) -> ChatGeneration:
        """Queue the prompt and wait; returns what is written by the deadline."""
        chat = await asyncio.to_thread(self._begin_chat, prompt)
        pending_chat = _PendingChat(chat, asyncio.get_running_loop().create_future())
        (self._steered if prompt.is_steered else self._waiting).append(pending_chat)
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._run_batches())
        with contextlib.suppress(TimeoutError):
            try:
                async with asyncio.timeout(prompt.deadline - time.monotonic()):
                    await pending_chat.ended
            finally:
                chat.deadline = 0.0  # the model stops writing it
        return chat

    def _begin_chat(self, prompt: Prompt) -> ChatGeneration:
        messages = [{"role": m.role, "content": m.text} for m in prompt.messages]
        ids = tuple(self._model.chats.ids(messages))
        if not prompt.is_steered:
            return ChatGeneration(ids=ids, most=prompt.most_tokens, deadline=prompt.deadline)
        return SteeredGeneration(
            ids=ids,
            most=prompt.most_tokens,
            deadline=prompt.deadline - CLOSING,
            constraint=None if prompt.schema is None else self._grammars.begin(prompt.schema),
            sampling=Sampling(prompt.temperature, prompt.seed or 0) if prompt.temperature else None,
        )

    @functools.cached_property
    def _grammars(self) -> JsonGrammars:
        return JsonGrammars(self._model.chats)

    async def _run_batches(self) -> None:
        while self._waiting or self._steered:
            await self._run_plain()
            await self._run_steered()

    async def _run_steered(self) -> None:
        """Go on with the first steered prompt, until it ends or others need the processor."""
        if self._waiting or not self._steered:
            return
        pending_chat = self._steered[0]
        chat = pending_chat.chat
        assert isinstance(chat, SteeredGeneration)
        if self._is_busy() and chat.deadline > time.monotonic():
            await asyncio.sleep(PAUSE)
            return
        try:
            has_ended = await asyncio.get_running_loop().run_in_executor(
                self._pool, write_steered, self._model, chat, self._is_needed
            )
        except Exception as error:  # noqa: BLE001 - callers get Unavailable, the loop goes on
            log.warning("writing_failed", chats=1, error=repr(error))
            _finish_chat(pending_chat, Unavailable(f"the model failed: {error!r}"))
            has_ended = True
        if has_ended:
            _finish_chat(pending_chat, None)
            self._steered.popleft()
            if chat.sampling:
                chat.sampling.close()

    def _is_needed(self) -> bool:
        return bool(self._waiting) or self._is_busy()

    async def _run_plain(self) -> None:
        """Write all plain prompts that wait."""
        loop = asyncio.get_running_loop()
        while batch := self._take_batch():
            by_chat = {id(pending_chat.chat): pending_chat for pending_chat in batch}
            chats = [pending_chat.chat for pending_chat in batch]
            self._busy_until = time.monotonic() + self._expected_seconds(chats)

            def ended(chat: ChatGeneration, of: dict[int, _PendingChat] = by_chat) -> None:
                loop.call_soon_threadsafe(_finish_chat, of[id(chat)], None)

            try:
                await loop.run_in_executor(self._pool, self._model.write, chats, ended)
            except Exception as error:  # noqa: BLE001 - callers get Unavailable, the loop goes on
                log.warning("writing_failed", chats=len(batch), error=repr(error))
                for pending_chat in batch:
                    _finish_chat(pending_chat, Unavailable(f"the model failed: {error!r}"))
            else:
                self._record_rates(chats)
            self._busy_until = 0.0

    def _measure_rate(self) -> Rate:
        """Measure the speed before the first prompt: a writer thought too slow is never asked."""
        ids = tuple(self._model.chats.ids([{"role": "user", "content": WARM_UP_TEXT}]))
        fastest = Rate(0.0, 1.0, 1.0)
        for _ in range(2):  # the first one also touches all weights
            chat = ChatGeneration(ids=ids, most=12, deadline=time.monotonic() + 60)
            self._model.write([chat], lambda _: None)
            speed = max(1, len(chat.token_ids) - 1) / max(chat.last - chat.first, 0.001)
            rate = Rate(0.0, chat.first / len(ids), speed)
            fastest = rate.hopeful(fastest)
        return fastest

    def _take_batch(self) -> list[_PendingChat]:
        """Take up to AT_ONCE waiting prompts; drops those past their deadline."""
        batch: list[_PendingChat] = []
        while self._waiting and len(batch) < AT_ONCE:
            pending_chat = self._waiting.popleft()
            if pending_chat.chat.deadline > time.monotonic():
                batch.append(pending_chat)
        return batch

    def _expected_seconds(self, chats: Sequence[ChatGeneration]) -> float:
        """Seconds that a batch takes, at most until its last deadline."""
        rate = self._gauge.rate
        reading = rate.reading * sum(len(chat.ids) for chat in chats)
        writing = max(chat.most for chat in chats) / rate.speed
        return min(reading + writing, max(c.deadline for c in chats) - time.monotonic())

    def _record_rates(self, chats: Sequence[ChatGeneration]) -> None:
        read = sum(len(chat.ids) for chat in chats)
        for chat in chats:
            if chat.token_ids:
                spent = chat.last - chat.first
                rate = self._gauge.rate
                self._gauge.show(rate.after(read, chat.first, len(chat.token_ids), spent))


def _finish_chat(pending_chat: _PendingChat, error: Exception | None) -> None:
    if pending_chat.ended.done():
        return
    if error:
        pending_chat.ended.set_exception(error)
    else:
        pending_chat.ended.set_result(None)


def open_local(device: str, threads: int, is_busy: Callable[[], bool] = lambda: False) -> Writer:
    """Open the default local model, fetched on first call. Raises BadSettings when that fails."""
    try:
        folder = ensure_base(QWEN_CODER)
        if device != "cpu" and torch.cuda.is_available():
            from app.inference.local.gpu_writer import GpuWriter

            return GpuWriter(folder, "cuda" if device == "auto" else device)
        return LocalWriter(folder, threads, is_busy)
    except BaseModelError as error:
        raise BadSettings([f"GENERATOR is local, but {error}."]) from error
