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
from app.inference.ports import GeneratedAnswer, Prompt, TimedOut, Unavailable, Writer
from app.inference.rates import Rate, RateGauge
from app.inference.remote.breaker import Breaker
from app.inference.remote.chat import stream_reply
from app.inference.remote.faults import EndpointFault
from app.inference.remote.retry_budget import RetryBudget
from app.inference.remote.servers import LlmServer
from app.inference.remote.wire_format import extract_reply
from app.observability import metrics

log = structlog.get_logger()

UNKNOWN = Rate(wait=1.0, reading=0.0, speed=20.0)  # until the first answer; a slow server's
WAITING = 4  # times `at_once`: more than that wait for a place in vain
TRIES = 3  # at one endpoint
HURRY = 0.5  # of the time left: then the next endpoint must get its chance
BLAME_AFTER = 1.0  # seconds of silence that are the endpoint's fault
CHARACTERS_PER_TOKEN = 8  # a token at most, on average; who sends more doesn't obey max_tokens
TAIL = 0.25  # seconds for what may follow the end of an answer: then the connection is kept


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long an endpoint may be silent, in seconds."""

    connect: float = 2.0
    first_token: float = 40.0  # while another endpoint is up, half the time that is left at most
    between_tokens: float = 15.0


DEFAULT_TIMEOUTS = Timeouts()


@dataclass(slots=True)
class EndpointState:
    """An endpoint and what we know of it."""

    endpoint: LlmServer
    breaker: Breaker = field(default_factory=Breaker)
    gauge: RateGauge = field(default_factory=lambda: RateGauge(UNKNOWN))
    unsupported: set[str] = field(default_factory=set)  # parameters that it doesn't take


@dataclass(slots=True, kw_only=True)
class StreamProgress:
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

    def add_piece(self, text: str, now: float) -> None:
        """One more piece."""
        self.text += text
        self.last = now - self.began
        self.first = self.first or self.last


class RemoteWriter(Writer):
    """Any number of endpoints; at most `at_once` requests in flight. Owns `http`."""

    def __init__(
        self,
        endpoints: Sequence[LlmServer],
        http: httpx.AsyncClient,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        at_once: int = 32,
        breakers: Sequence[Breaker] = (),
    ) -> None:
        endpoint_breakers = breakers or [Breaker() for _ in endpoints]
        self.endpoint_states = [
            EndpointState(e, b) for e, b in zip(endpoints, endpoint_breakers, strict=True)
        ]
        self._http = http
        self._timeouts = timeouts
        self._budget = RetryBudget()
        self._places = asyncio.Semaphore(at_once)
        self._in_flight = 0
        self._most = at_once * (1 + WAITING)

    @property
    def version(self) -> str:
        return self._likely_endpoint().endpoint.name

    def count(self, text: str) -> int:
        return rates.estimate_tokens(text)

    def tokens_within(self, seconds: float, prompt_tokens: int) -> int:
        return self._likely_endpoint().gauge.rate.tokens(seconds, prompt_tokens)

    async def write(self, prompt: Prompt) -> GeneratedAnswer:
        if _seconds_left(prompt) <= 0:
            raise TimedOut("no time was left")
        if self._in_flight >= self._most:
            raise Unavailable("too many answers are being written already")
        self._in_flight += 1
        try:
            async with self._wait_for_place(prompt):
                return await self._write_answer(prompt)
        finally:
            self._in_flight -= 1

    @asynccontextmanager
    async def _wait_for_place(self, prompt: Prompt) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(_seconds_left(prompt)):
                await self._places.acquire()
        except TimeoutError:
            raise TimedOut("no place was free before the deadline") from None
        try:
            yield
        finally:
            self._places.release()

    async def close(self) -> None:
        await self._http.aclose()

    def _likely_endpoint(self) -> EndpointState:
        """The door that will be asked, as far as is known now."""
        return next(
            (d for d in self.endpoint_states if d.breaker.state != "open"), self.endpoint_states[0]
        )

    async def _write_answer(self, prompt: Prompt) -> GeneratedAnswer:
        self._budget.record_request()
        best, whys = GeneratedAnswer("", False, ""), []
        for at, endpoint_state in enumerate(self.endpoint_states):
            progress = await self._ask_endpoint(
                endpoint_state, prompt, self.endpoint_states[at + 1 :]
            )
            if progress is None:
                whys.append(f"{endpoint_state.endpoint.name} rests after failures")
                continue
            answer = GeneratedAnswer(
                progress.reply, progress.reason == "stop", endpoint_state.endpoint.name
            )
            best = max(best, answer, key=lambda w: len(w.text))
            if not progress.fault and answer.text:
                return answer
            whys.append(f"{endpoint_state.endpoint.name} {progress.fault or 'said nothing'}")
            if _seconds_left(prompt) <= 0:
                break
        if best.text:
            return best
        if _seconds_left(prompt) <= 0:
            raise TimedOut("; ".join(whys) or "no time was left")
        raise Unavailable("; ".join(whys))

    async def _ask_endpoint(
        self, endpoint_state: EndpointState, prompt: Prompt, others: Sequence[EndpointState]
    ) -> StreamProgress | None:
        """The last of a few tries, with the most that was said; None when the door is shut."""
        progress: StreamProgress | None = None
        for attempt in range(TRIES):
            if not endpoint_state.breaker.admits():
                break
            part = HURRY if any(other.breaker.state != "open" for other in others) else 1.0
            before, progress = progress, await self._try_once(endpoint_state, prompt, part)
            if progress.fault and before and len(before.text) > len(progress.text):
                progress.text = before.text
            if not await self._may_retry(progress, attempt, _seconds_left(prompt) * part):
                break
        return progress

    async def _may_retry(self, progress: StreamProgress, attempt: int, room: float) -> bool:
        """Whether to ask once more; true after the pause that is due."""
        if not (progress.fault and progress.fault.retry) or attempt == TRIES - 1:
            return False
        pause = progress.fault.rest or random.uniform(0.5, 1) * 0.1 * 2**attempt  # noqa: S311
        if pause >= room or not self._budget.take_retry():
            return False
        await asyncio.sleep(pause)
        return True

    async def _try_once(
        self, endpoint_state: EndpointState, prompt: Prompt, part: float
    ) -> StreamProgress:
        progress = StreamProgress(began=time.monotonic())
        try:
            await self._read_stream(progress, endpoint_state, prompt, part)
        except EndpointFault as fault:
            if not progress.reason:
                progress.fault = fault
            if not fault.blame:
                progress.text = ""  # what a filter broke off isn't said in part
        except TimeoutError:
            silent = time.monotonic() - progress.began - progress.last
            if not (progress.reason or (progress.reply and _seconds_left(prompt) <= 0)):
                progress.fault = EndpointFault(
                    f"was silent for {silent:.1f} s", retry=False, blame=silent >= BLAME_AFTER
                )
        except BaseException:
            endpoint_state.breaker.record_abandoned()
            raise
        self._record_outcome(endpoint_state, progress)
        return progress

    async def _read_stream(
        self, progress: StreamProgress, endpoint_state: EndpointState, prompt: Prompt, part: float
    ) -> None:
        """Raises TimeoutError at the deadline, or earlier when nothing comes for too long."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _seconds_left(prompt)
        first = min(self._timeouts.first_token, _seconds_left(prompt) * part)
        streamed = stream_reply(
            self._http,
            endpoint_state.endpoint,
            prompt,
            self._timeouts.connect,
            endpoint_state.unsupported,
        )
        longest = CHARACTERS_PER_TOKEN * prompt.most_tokens
        async with asyncio.timeout(first) as watch, aclosing(streamed) as pieces:
            async for text, reason in pieces:
                progress.reason = reason or progress.reason
                if text:
                    progress.add_piece(text[: longest - len(progress.text)], time.monotonic())
                if text or reason:
                    pause = TAIL if progress.reason else self._timeouts.between_tokens
                    watch.reschedule(min(deadline, loop.time() + pause))
                if len(progress.text) >= longest:
                    return

    def _record_outcome(self, endpoint_state: EndpointState, progress: StreamProgress) -> None:
        outcome = "failed" if progress.fault else "answered"
        metrics.WRITES.labels(endpoint_state.endpoint.name, outcome).inc()
        if progress.fault is None:
            endpoint_state.breaker.record_success()
            tokens = rates.estimate_tokens(progress.text)
            rate = endpoint_state.gauge.rate.after(
                0, progress.first, tokens, progress.last - progress.first
            )
            endpoint_state.gauge.show(rate)
            return
        log.warning("writer_failed", endpoint=endpoint_state.endpoint.name, why=str(progress.fault))
        if not progress.first:
            endpoint_state.gauge.show(
                endpoint_state.gauge.rate.slower(time.monotonic() - progress.began)
            )
        if progress.fault.blame:
            endpoint_state.breaker.record_failure(progress.fault.rest)
        else:
            endpoint_state.breaker.record_abandoned()


def _seconds_left(prompt: Prompt) -> float:
    """Seconds until the deadline."""
    return prompt.deadline - time.monotonic()
