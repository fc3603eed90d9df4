"""The second door to models/: a language model in this process, off the event loop."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import structlog
import torch

from app.errors import BadSettings
from app.inference.ports import Prompt, TimedOut, Unavailable, Writer, Written
from app.inference.rates import Gauge, Rate
from app.inference.remote.wire_format import extract_reply
from app.observability import metrics
from models.generator.int8 import Chat, Int8Writer
from models.hub.errors import BaseModelError
from models.hub.fetch import ensure
from models.hub.sources import QWEN_CODER

log = structlog.get_logger()

AT_ONCE = 4  # chats a batch: a step of four costs little more than one of a single chat
WAITING = 16  # prompts; more than that would wait longer than anybody listens
REHEARSAL = "您好，请问有什么可以帮您？" * 12


@dataclass(slots=True)
class _Asked:
    chat: Chat
    ended: asyncio.Future[None]


class LocalWriter(Writer):
    """One batch at a time, of what waits when the one before it ends. For CPUs."""

    def __init__(self, folder: Path, threads: int) -> None:
        self._model = Int8Writer(folder, threads)
        self._pool = ThreadPoolExecutor(1, "writing")
        self._waiting: deque[_Asked] = deque()
        self._working: asyncio.Task[None] | None = None
        self._busy_until = 0.0  # of time.monotonic(): when the running batch ends at the latest
        self._gauge = Gauge(self._rehearsed())
        self._in_flight = 0

    @property
    def version(self) -> str:
        return f"{self._model.name}-int8"

    def count(self, text: str) -> int:
        return self._model.chats.count(text)

    def tokens_within(self, seconds: float, prompt_tokens: int) -> int:
        queued = max(0.0, self._busy_until - time.monotonic())
        return self._gauge.rate.tokens(seconds - queued, prompt_tokens)

    async def write(self, prompt: Prompt) -> Written:
        if self._in_flight >= AT_ONCE + WAITING:
            raise Unavailable("too many answers are being written already")
        self._in_flight += 1
        try:
            chat = await self._written(prompt)
        finally:
            self._in_flight -= 1
        outcome = "answered" if chat.written else "failed"
        metrics.WRITES.labels(self.version, outcome).inc()
        if not chat.written:
            raise TimedOut("not a token was written before the deadline")
        reply = extract_reply(self._model.chats.text(chat.written))
        return Written(reply, chat.finished, self.version)

    async def close(self) -> None:
        """Let the running batch finish: its deadlines end it."""
        if self._working:
            await asyncio.wait([self._working])
        self._pool.shutdown(wait=True)

    async def _written(self, prompt: Prompt) -> Chat:
        """As far as it is at the deadline."""
        messages = [{"role": m.role, "content": m.text} for m in prompt.messages]
        ids = tuple(await asyncio.to_thread(self._model.chats.ids, messages))
        chat = Chat(ids=ids, most=prompt.most_tokens, deadline=prompt.deadline)
        asked = _Asked(chat, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        with contextlib.suppress(TimeoutError):
            try:
                async with asyncio.timeout(prompt.deadline - time.monotonic()):
                    await asked.ended
            finally:
                chat.deadline = 0.0  # nobody listens any more
        return chat

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while batch := self._taken():
            by_chat = {id(asked.chat): asked for asked in batch}
            chats = [asked.chat for asked in batch]
            self._busy_until = time.monotonic() + self._expected(chats)

            def ended(chat: Chat, of: dict[int, _Asked] = by_chat) -> None:
                loop.call_soon_threadsafe(_end, of[id(chat)], None)

            try:
                await loop.run_in_executor(self._pool, self._model.write, chats, ended)
            except Exception as error:  # noqa: BLE001 - whoever asked hears of it, the next goes on
                log.warning("writing_failed", chats=len(batch), error=repr(error))
                for asked in batch:
                    _end(asked, Unavailable(f"the model failed: {error!r}"))
            else:
                self._learn(chats)
            self._busy_until = 0.0

    def _rehearsed(self) -> Rate:
        """Measured before anybody waits: who is thought too slow is never asked."""
        ids = tuple(self._model.chats.ids([{"role": "user", "content": REHEARSAL}]))
        fastest = Rate(0.0, 1.0, 1.0)
        for _ in range(2):  # the first one also touches all weights
            chat = Chat(ids=ids, most=12, deadline=time.monotonic() + 60)
            self._model.write([chat], lambda _: None)
            speed = max(1, len(chat.written) - 1) / max(chat.last - chat.first, 0.001)
            measured = Rate(0.0, chat.first / len(ids), speed)
            fastest = measured.hopeful(fastest)
        return fastest

    def _taken(self) -> list[_Asked]:
        """Those who still listen and whose time isn't over."""
        batch: list[_Asked] = []
        while self._waiting and len(batch) < AT_ONCE:
            asked = self._waiting.popleft()
            if asked.chat.deadline > time.monotonic():
                batch.append(asked)
        return batch

    def _expected(self, chats: Sequence[Chat]) -> float:
        """Seconds that a batch takes; its last deadline ends it."""
        rate = self._gauge.rate
        reading = rate.reading * sum(len(chat.ids) for chat in chats)
        writing = max(chat.most for chat in chats) / rate.speed
        return min(reading + writing, max(c.deadline for c in chats) - time.monotonic())

    def _learn(self, chats: Sequence[Chat]) -> None:
        read = sum(len(chat.ids) for chat in chats)
        for chat in chats:
            if chat.written:
                spent = chat.last - chat.first
                rate = self._gauge.rate
                self._gauge.show(rate.after(read, chat.first, len(chat.written), spent))


def _end(asked: _Asked, error: Exception | None) -> None:
    if asked.ended.done():
        return
    if error:
        asked.ended.set_exception(error)
    else:
        asked.ended.set_result(None)


def open_local(device: str, threads: int) -> Writer:
    """The embedded default, fetched on first call. Raises BadSettings when it can't be had."""
    try:
        folder = ensure(QWEN_CODER)
        if device != "cpu" and torch.cuda.is_available():
            from app.inference.local.gpu_writer import GpuWriter

            return GpuWriter(folder, "cuda" if device == "auto" else device)
        return LocalWriter(folder, threads)
    except BaseModelError as error:
        raise BadSettings([f"GENERATOR is local, but {error}."]) from error
