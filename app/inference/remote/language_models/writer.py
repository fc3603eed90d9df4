"""The remote writer: asks LLM endpoints in order, skips failing ones, and keeps the deadline."""

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
from app.inference.remote.endpoints.breaker import Breaker
from app.inference.remote.endpoints.faults import EndpointFault
from app.inference.remote.endpoints.retry_budget import RetryBudget
from app.inference.remote.language_models.chat import stream_reply
from app.inference.remote.language_models.servers import LlmServer
from app.inference.remote.language_models.wire_format import extract_json, extract_reply
from app.observability import metrics

log = structlog.get_logger()

UNKNOWN = Rate(wait=1.0, reading=0.0, speed=20.0)  # assumed before the first answer: slow
WAITING = 4  # times `at_once`: requests that may queue; beyond that they are refused
TRIES = 3  # at one endpoint
HURRY = 0.5  # share of the time left for an endpoint while another is available
BLAME_AFTER = 1.0  # seconds of silence that count as the endpoint's failure
CHARACTERS_PER_TOKEN = 8  # on average, at most: a server that sends more ignores max_tokens
TAIL = 0.25  # seconds to read what follows the answer's end, so that the connection is reused


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long an endpoint may be silent, in seconds."""

    connect: float = 2.0
    first_token: float = 40.0  # at most HURRY of the time left while another endpoint is up
    between_tokens: float = 15.0


DEFAULT_TIMEOUTS = Timeouts()


@dataclass(slots=True)
class EndpointState:
    """An endpoint with its breaker, its measured rate and the parameters that it refuses."""

    endpoint: LlmServer
    breaker: Breaker = field(default_factory=Breaker)
    gauge: RateGauge = field(default_factory=lambda: RateGauge(UNKNOWN))
    unsupported: set[str] = field(default_factory=set)  # names of parameters


@dataclass(slots=True, kw_only=True)
class StreamProgress:
    """The state of one streamed request. Times in seconds."""

    began: float  # time.monotonic()
    is_json: bool = False  # whether JSON was asked for
    text: str = ""
    first: float = 0.0  # when the first piece came, after `began`; 0: none came
    last: float = 0.0  # likewise the last piece
    reason: str | None = None
    fault: EndpointFault | None = None

    @property
    def reply(self) -> str:
        """The text without thoughts and template marks."""
        return extract_json(self.text) if self.is_json else extract_reply(self.text)

    def add_piece(self, text: str, now: float) -> None:
        """Append a piece received at `now` (time.monotonic())."""
        self.text += text
        self.last = now - self.began
        self.first = self.first or self.last


class RemoteWriter(Writer):
    """Asks `endpoints` in order, with at most `at_once` requests in flight. Owns `http`."""

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
        """The first endpoint whose breaker isn't open; else the first one."""
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
        """Up to TRIES requests: the last one's progress, with the longest text where that failed;
        None when the breaker admits none.
        """
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
        """Whether to retry within `room` seconds; sleeps for the pause before returning True."""
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
        progress = StreamProgress(began=time.monotonic(), is_json=prompt.schema is not None)
        try:
            await self._read_stream(progress, endpoint_state, prompt, part)
        except EndpointFault as fault:
            if not progress.reason:
                progress.fault = fault
            if not fault.blame:
                progress.text = ""  # an answer stopped by a content filter isn't used in part
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
        """Read the stream into `progress`. Raises EndpointFault, and TimeoutError at the deadline
        or after too long a silence.
        """
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
    """Seconds until the deadline; negative after it."""
    return prompt.deadline - time.monotonic()
