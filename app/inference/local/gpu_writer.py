"""The local writer on a GPU: continuous batching, where new prompts join the running batch.

Tested with a tiny model on a CPU only; never run on a GPU. Plain prompts share a batch. Steered
ones (JSON, a temperature, a seed) are written one at a time beside it, by the same weights.
"""

import asyncio
import contextlib
import functools
import time
from pathlib import Path

import structlog

from app.inference.ports import GeneratedAnswer, Prompt, TimedOut, Unavailable, Writer
from app.inference.rates import Rate, RateGauge
from app.inference.remote.language_models.wire_format import extract_reply
from app.observability import metrics
from models.generator.continuous import ContinuousWriter
from models.generator.json_grammar import JsonGrammars
from models.generator.steered_torch import TorchChat

log = structlog.get_logger()

AT_ONCE = 256  # prompts in flight, running or queued by the model's own scheduler
CLOSING = 1.0  # seconds before its deadline in which a JSON answer is closed
UNKNOWN = Rate(wait=0.2, reading=0.0, speed=40.0)


class GpuWriter(Writer):
    """Runs as many prompts at once as the GPU's memory holds; the others wait in the queue."""

    def __init__(self, folder: Path, device: str, memory: float | None = None) -> None:
        self._model = ContinuousWriter(folder, device, memory)
        self._device = device
        self._gauge = RateGauge(UNKNOWN)
        self._in_flight = 0

    @property
    def version(self) -> str:
        return f"{self._model.name}-{self._device}"

    def count(self, text: str) -> int:
        return self._model.chats.count(text)

    def tokens_within(self, seconds: float, prompt_tokens: int) -> int:
        return self._gauge.rate.tokens(seconds, prompt_tokens)

    async def write(self, prompt: Prompt) -> GeneratedAnswer:
        if self._in_flight >= AT_ONCE:
            raise Unavailable("too many answers are being written already")
        self._in_flight += 1
        try:
            return await self._generate(prompt)
        except RuntimeError as error:
            log.warning("writing_failed", error=repr(error))
            raise Unavailable(f"the model failed: {error!r}") from error
        finally:
            self._in_flight -= 1

    async def close(self) -> None:
        await asyncio.to_thread(self._model.close)

    async def _generate(self, prompt: Prompt) -> GeneratedAnswer:
        began = time.monotonic()
        messages = [{"role": m.role, "content": m.text} for m in prompt.messages]
        ids = await asyncio.to_thread(self._model.chats.ids, messages)
        if prompt.is_steered:
            return await self._write_steered(prompt, ids)
        token_ids: list[int] = []
        finished = False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(prompt.deadline - time.monotonic()):
                finished = await self._model.write(ids, prompt.most_tokens, token_ids)
        metrics.WRITES.labels(self.version, "answered" if token_ids else "failed").inc()
        if not token_ids:
            self._gauge.show(self._gauge.rate.slower(time.monotonic() - began))
            raise TimedOut("not a token was written before the deadline")
        rate = self._gauge.rate
        spent = time.monotonic() - began - rate.wait
        self._gauge.show(rate.after(0, rate.wait, len(token_ids), max(spent, 0.001)))
        text = self._model.chats.text(token_ids)
        return GeneratedAnswer(extract_reply(text), finished, self.version)

    async def _write_steered(self, prompt: Prompt, ids: list[int]) -> GeneratedAnswer:
        """An answer that is held to the schema and drawn by the seed; its deadline ends it."""
        chat = TorchChat(
            ids=ids,
            most=prompt.most_tokens,
            deadline=prompt.deadline - (0.0 if prompt.schema is None else CLOSING),
            constraint=None if prompt.schema is None else self._grammars.begin(prompt.schema),
            temperature=prompt.temperature,
            seed=prompt.seed or 0,
        )
        answer = await asyncio.to_thread(self._model.steered.write, chat)
        metrics.WRITES.labels(self.version, "answered" if answer.token_ids else "failed").inc()
        if not answer.token_ids:
            raise TimedOut("not a token was written before the deadline")
        text = self._model.chats.text(answer.token_ids)
        reply = text if prompt.schema is not None else extract_reply(text)
        return GeneratedAnswer(reply, answer.finished, self.version)

    @functools.cached_property
    def _grammars(self) -> JsonGrammars:
        return JsonGrammars(self._model.chats)
