"""The local writer on a GPU: continuous batching, where new prompts join the running batch.

Tested with a tiny model on a CPU only; never measured on a GPU. All prompts of a batch are written
alike: schema, temperature and seed are left out, so JSON is only asked for by the prompt's words.
"""

import asyncio
import contextlib
import time
from pathlib import Path

import structlog

from app.inference.ports import GeneratedAnswer, Prompt, TimedOut, Unavailable, Writer
from app.inference.rates import Rate, RateGauge
from app.inference.remote.language_models.wire_format import extract_json, extract_reply
from app.observability import metrics
from models.generator.continuous import ContinuousWriter

log = structlog.get_logger()

AT_ONCE = 256  # prompts in flight, running or queued by the model's own scheduler
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
        reply = extract_reply(text) if prompt.schema is None else extract_json(text)
        return GeneratedAnswer(reply, finished, self.version)
