"""Answers written elsewhere: endpoints in order, none asked while it is down, never too late."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

import httpx
import structlog

from app.inference import rates
from app.inference.ports import Prompt, TimedOut, Unavailable, Writer, Written
from app.inference.rates import Gauge, Rate
from app.inference.remote.breaker import Breaker
from app.inference.remote.chat import stream_reply
from app.inference.remote.faults import EndpointFault
from app.inference.remote.retry_budget import RetryBudget
from app.inference.remote.servers import Endpoint
from app.inference.remote.wire_format import extract_reply
from app.observability import metrics

log = structlog.get_logger()

UNKNOWN = Rate(wait=1.0, reading=0.0, speed=20.0)  # until the first answer; a slow server's
WAITING = 4  # times `at_once`: more than that wait for a place in vain
TRIES = 3  # at one endpoint
HURRY = 0.5  # of the time left: then the next endpoint must get its chance
BLAME_AFTER = 1.0  # seconds of silence that are the endpoint's fault
LETTERS = 8  # a token at most, on average; who sends more doesn't obey max_tokens
TAIL = 0.25  # seconds for what may follow the end of an answer: then the connection is kept


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an endpoint may be silent, in seconds."""

    connect: float = 2.0
    first_token: float = 40.0  # while another endpoint is up, half the time that is left at most
    between_tokens: float = 15.0


PATIENT = Patience()


@dataclass(slots=True)
class Door:
    """An endpoint and what we know of it."""

    endpoint: Endpoint
    breaker: Breaker = field(default_factory=Breaker)
    gauge: Gauge = field(default_factory=lambda: Gauge(UNKNOWN))
    unsupported: set[str] = field(default_factory=set)  # parameters that it doesn't take


@dataclass(slots=True, kw_only=True)
class Heard:
    """What came of one request."""

    began: float
    text: str = ""
    first: float = 0.0  # seconds after `began`; 0: nothing came
    last: float = 0.0
    reason: str | None = None
    fault: EndpointFault | None = None

    @property
    def reply(self) -> str:
        """Without thoughts and other marks."""
        return extract_reply(self.text)

    def take(self, text: str, now: float) -> None:
        """One more piece."""
        self.text += text
        self.last = now - self.began
        self.first = self.first or self.last


class RemoteWriter(Writer):
    """Any number of endpoints; at most `at_once` requests in flight. Owns `http`."""

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        http: httpx.AsyncClient,
        patience: Patience = PATIENT,
        at_once: int = 32,
        breakers: Sequence[Breaker] = (),
    ) -> None:
        made = breakers or [Breaker() for _ in endpoints]
        self.doors = [Door(e, b) for e, b in zip(endpoints, made, strict=True)]
        self._http = http
        self._patience = patience
        self._budget = RetryBudget()
        self._places = asyncio.Semaphore(at_once)
        self._in_flight = 0
        self._most = at_once * (1 + WAITING)

    @property
    def version(self) -> str:
        return self._likely().endpoint.name

    def count(self, text: str) -> int:
        return rates.about(text)

    def tokens_within(self, seconds: float, prompt_tokens: int) -> int:
        return self._likely().gauge.rate.tokens(seconds, prompt_tokens)

    async def write(self, prompt: Prompt) -> Written:
        if _left(prompt) <= 0:
            raise TimedOut("no time was left")
        if self._in_flight >= self._most:
            raise Unavailable("too many answers are being written already")
        self._in_flight += 1
        try:
            async with self._place(prompt):
                return await self._write(prompt)
        finally:
            self._in_flight -= 1

    @asynccontextmanager
    async def _place(self, prompt: Prompt) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(_left(prompt)):
                await self._places.acquire()
        except TimeoutError:
            raise TimedOut("no place was free before the deadline") from None
        try:
            yield
        finally:
            self._places.release()

    async def close(self) -> None:
        await self._http.aclose()

    def _likely(self) -> Door:
        """The door that will be asked, as far as is known now."""
        return next((d for d in self.doors if d.breaker.state != "open"), self.doors[0])

    async def _write(self, prompt: Prompt) -> Written:
        self._budget.request()
        best, whys = Written("", False, ""), []
        for at, door in enumerate(self.doors):
            heard = await self._heard(door, prompt, self.doors[at + 1 :])
            if heard is None:
                whys.append(f"{door.endpoint.name} rests after failures")
                continue
            found = Written(heard.reply, heard.reason == "stop", door.endpoint.name)
            best = max(best, found, key=lambda w: len(w.text))
            if not heard.fault and found.text:
                return found
            whys.append(f"{door.endpoint.name} {heard.fault or 'said nothing'}")
            if _left(prompt) <= 0:
                break
        if best.text:
            return best
        if _left(prompt) <= 0:
            raise TimedOut("; ".join(whys) or "no time was left")
        raise Unavailable("; ".join(whys))

    async def _heard(self, door: Door, prompt: Prompt, others: Sequence[Door]) -> Heard | None:
        """The last of a few tries, with the most that was said; None when the door is shut."""
        heard: Heard | None = None
        for attempt in range(TRIES):
            if not door.breaker.admits():
                break
            part = HURRY if any(other.breaker.state != "open" for other in others) else 1.0
            before, heard = heard, await self._try(door, prompt, part)
            if heard.fault and before and len(before.text) > len(heard.text):
                heard.text = before.text
            if not await self._again(heard, attempt, _left(prompt) * part):
                break
        return heard

    async def _again(self, heard: Heard, attempt: int, room: float) -> bool:
        """Whether to ask once more; true after the pause that is due."""
        if not (heard.fault and heard.fault.retry) or attempt == TRIES - 1:
            return False
        pause = heard.fault.rest or random.uniform(0.5, 1) * 0.1 * 2**attempt  # noqa: S311
        if pause >= room or not self._budget.retry():
            return False
        await asyncio.sleep(pause)
        return True

    async def _try(self, door: Door, prompt: Prompt, part: float) -> Heard:
        heard = Heard(began=time.monotonic())
        try:
            await self._listen(heard, door, prompt, part)
        except EndpointFault as fault:
            if not heard.reason:
                heard.fault = fault
            if not fault.blame:
                heard.text = ""  # what a filter broke off isn't said in part
        except TimeoutError:
            silent = time.monotonic() - heard.began - heard.last
            if not (heard.reason or (heard.reply and _left(prompt) <= 0)):
                heard.fault = EndpointFault(
                    f"was silent for {silent:.1f} s", retry=False, blame=silent >= BLAME_AFTER
                )
        except BaseException:
            door.breaker.gave_up()
            raise
        self._learn(door, heard)
        return heard

    async def _listen(self, heard: Heard, door: Door, prompt: Prompt, part: float) -> None:
        """Raises TimeoutError at the deadline, or earlier when nothing comes for too long."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _left(prompt)
        first = min(self._patience.first_token, _left(prompt) * part)
        streamed = stream_reply(
            self._http, door.endpoint, prompt, self._patience.connect, door.unsupported
        )
        longest = LETTERS * prompt.most_tokens
        async with asyncio.timeout(first) as watch, aclosing(streamed) as pieces:
            async for text, reason in pieces:
                heard.reason = reason or heard.reason
                if text:
                    heard.take(text[: longest - len(heard.text)], time.monotonic())
                if text or reason:
                    pause = TAIL if heard.reason else self._patience.between_tokens
                    watch.reschedule(min(deadline, loop.time() + pause))
                if len(heard.text) >= longest:
                    return

    def _learn(self, door: Door, heard: Heard) -> None:
        outcome = "failed" if heard.fault else "answered"
        metrics.WRITES.labels(door.endpoint.name, outcome).inc()
        if heard.fault is None:
            door.breaker.worked()
            tokens = rates.about(heard.text)
            rate = door.gauge.rate.after(0, heard.first, tokens, heard.last - heard.first)
            door.gauge.show(rate)
            return
        log.warning("writer_failed", endpoint=door.endpoint.name, why=str(heard.fault))
        if not heard.first:
            door.gauge.show(door.gauge.rate.slower(time.monotonic() - heard.began))
        if heard.fault.blame:
            door.breaker.failed(heard.fault.rest)
        else:
            door.breaker.gave_up()


def _left(prompt: Prompt) -> float:
    """Seconds until the deadline."""
    return prompt.deadline - time.monotonic()
