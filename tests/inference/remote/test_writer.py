"""Endpoints on real sockets, with their bad days."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import pytest

from app.inference.ports import GeneratedAnswer, Prompt, PromptMessage, TimedOut, Unavailable
from app.inference.remote.endpoints.breaker import Breaker
from app.inference.remote.language_models.servers import LlmServer
from app.inference.remote.language_models.writer import RemoteWriter, Timeouts
from app.kit.http_clients import open_async_client
from tests import pace
from tests.service import until
from tests.support.llm import SMALL_TALK, LanguageModel, Plan
from tests.support.serve import serving

PATIENT = Timeouts()
HASTY = Timeouts(connect=1.0, first_token=0.3, between_tokens=0.2)
HELLO = (PromptMessage("system", "你是客服"), PromptMessage("user", "你好"))


@dataclass
class Clock:
    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Desk:
    """A writer and the servers behind it."""

    writer: RemoteWriter
    models: list[LanguageModel]
    clock: Clock

    def named(self, at: int) -> str:
        return self.writer.endpoint_states[at].endpoint.name

    def states(self) -> list[str]:
        return [api_only.breaker.state for api_only in self.writer.endpoint_states]


@asynccontextmanager
async def desk(
    servers: int = 1, patience: Timeouts = PATIENT, at_once: int = 32, failures: int = 3
) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as stack:
        models = [LanguageModel() for _ in range(servers)]
        bases = [await stack.enter_async_context(serving(model.app)) for model in models]
        endpoints = [
            LlmServer(f"{base}/v1", "sim", key=f"key-{at}", extra={"enable_thinking": False})
            for at, base in enumerate(bases)
        ]
        clock = Clock()
        breakers = [Breaker(failures=failures, clock=clock) for _ in endpoints]
        http = open_async_client()
        writer = RemoteWriter(endpoints, http, patience, at_once, breakers)
        stack.push_async_callback(writer.close)
        yield Desk(writer, models, clock)


def prompt(seconds: float = 5.0, tokens: int = 200) -> Prompt:
    return Prompt(messages=HELLO, most_tokens=tokens, deadline=time.monotonic() + seconds)


async def failed(writer: RemoteWriter, question_prompt: Prompt) -> str:
    with pytest.raises(Unavailable) as refused:
        await writer.write(question_prompt)
    return str(refused.value)


async def test_an_answer_comes_whole_from_the_first_endpoint() -> None:
    async with desk(2) as d:
        answer = await d.writer.write(prompt(tokens=99))

        assert answer == GeneratedAnswer(SMALL_TALK, True, d.named(0))
        assert d.models[0].requests == [
            {
                "model": "sim",
                "messages": [
                    {"role": "system", "content": "你是客服"},
                    {"role": "user", "content": "你好"},
                ],
                "max_tokens": 99,
                "temperature": 0.3,
                "enable_thinking": False,
                "stream": True,
            }
        ]
        assert (d.models[0].keys, d.models[1].requests) == (["Bearer key-0"], [])


async def test_an_answer_of_too_many_tokens_is_not_finished() -> None:
    async with desk() as d:
        answer = await d.writer.write(prompt(tokens=3))

    assert (answer.text, answer.finished) == (SMALL_TALK[:6], False)


async def test_the_deadline_returns_what_is_there() -> None:
    async with desk() as d:
        d.models[0].script(Plan("一二三四五六", hang_after=2))
        began = time.monotonic()

        answer = await d.writer.write(prompt(0.4))

        assert (answer.text, answer.finished, d.states()) == ("一二三四", False, ["closed"])
        assert 0.3 < time.monotonic() - began < pace.seconds(1)


async def test_a_silent_endpoint_is_left_at_the_deadline() -> None:
    async with desk() as d:
        d.models[0].script(Plan(hang_after=0))
        began = time.monotonic()

        with pytest.raises(TimedOut, match=r"sim@127.0.0.1:\d+ was silent for 0.[34]"):
            await d.writer.write(prompt(0.3))

        assert time.monotonic() - began < pace.seconds(1)


async def test_comments_are_no_sign_of_life() -> None:
    async with desk(2, HASTY) as d:
        d.models[0].script(Plan(hang_after=0))

        answer = await d.writer.write(prompt(5))

        assert answer == GeneratedAnswer(SMALL_TALK, True, d.named(1))


async def test_a_silent_endpoint_leaves_the_next_one_half_of_the_time() -> None:
    async with desk(2) as d:
        d.models[0].script(Plan(hang_after=0))

        answer = await d.writer.write(prompt(1))

        assert answer == GeneratedAnswer(SMALL_TALK, True, d.named(1))


async def test_who_stalls_in_the_middle_is_replaced_by_the_next() -> None:
    async with desk(2, HASTY) as d:
        d.models[0].script(Plan("一二三四五六", hang_after=1))

        answer = await d.writer.write(prompt(5))

        assert answer == GeneratedAnswer(SMALL_TALK, True, d.named(1))


async def test_429_is_asked_again_after_the_time_it_names() -> None:
    async with desk() as d:
        d.models[0].script(Plan(status=429, headers={"Retry-After": "1"}))
        began = time.monotonic()

        answer = await d.writer.write(prompt(5))

        assert (answer.finished, len(d.models[0].requests)) == (True, 2)
        assert 1 <= time.monotonic() - began < pace.seconds(2)


async def test_429_for_longer_than_there_is_time_goes_to_the_next() -> None:
    async with desk(2) as d:
        d.models[0].script(Plan(status=429, headers={"Retry-After": "30"}))

        answer = await d.writer.write(prompt(5))

        assert answer == GeneratedAnswer(SMALL_TALK, True, d.named(1))
        assert len(d.models[0].requests) == 1


async def test_500_is_tried_three_times_and_then_elsewhere() -> None:
    async with desk(2, failures=9) as d:
        d.models[0].script(*[Plan(status=500)] * 3)

        answer = await d.writer.write(prompt(5))

        assert answer == GeneratedAnswer(SMALL_TALK, True, d.named(1))
        assert (len(d.models[0].requests), len(d.models[1].requests)) == (3, 1)


@pytest.mark.parametrize("status", [400, 401, 404, 422, 302])
async def test_what_would_fail_again_is_not_tried_again(status: int) -> None:
    async with desk(2) as d:
        d.models[0].script(Plan(status=status))

        answer = await d.writer.write(prompt(5))

        assert answer == GeneratedAnswer(SMALL_TALK, True, d.named(1))
        assert len(d.models[0].requests) == 1


async def test_when_all_fail_it_is_said_why() -> None:
    async with desk(2) as d:
        d.models[0].script(Plan(status=401))
        d.models[1].script(Plan(status=404))

        why = await failed(d.writer, prompt(5))

        assert why == (
            f"{d.named(0)} answered 401 (as planned); "
            f"{d.named(1)} answered 404 at {d.writer.endpoint_states[1].endpoint.url} (as planned)"
        )


async def test_a_server_that_does_not_stream_is_heard_all_the_same() -> None:
    whole = {"choices": [{"message": {"content": "明天发货。"}, "finish_reason": "stop"}]}
    async with desk() as d:
        d.models[0].script(Plan(whole=whole))

        answer = await d.writer.write(prompt(5))

        assert answer == GeneratedAnswer("明天发货。", True, d.named(0))


async def test_a_connection_that_is_cut_is_tried_again() -> None:
    async with desk() as d:
        d.models[0].script(Plan("一二三四五六", cut_after=2))

        answer = await d.writer.write(prompt(5))

        assert answer == GeneratedAnswer(SMALL_TALK, True, d.named(0))


async def test_what_came_before_a_cut_is_better_than_nothing() -> None:
    async with desk(failures=9) as d:
        d.models[0].script(Plan("一二三四五六", cut_after=2), *[Plan(status=500)] * 2)

        answer = await d.writer.write(prompt(5))

        assert answer == GeneratedAnswer("一二三四", False, d.named(0))


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (("{not json",), "sent what is no JSON"),
        (("[1, 2]",), "said nothing"),
        (('{"choices": [{"text": "old"}]}',), "said nothing"),
        (('{"error": {"message": "out of memory"}}',), "broke off with an error (out of memory)"),
        (('{"choices": [{"finish_reason": "content_filter"}]}',), "refused the content"),
        (("[DONE]",), "said nothing"),
    ],
)  # fmt: skip
async def test_what_is_no_answer_is_named(raw: tuple[str, ...], why: str) -> None:
    async with desk() as d:
        d.models[0].script(*[Plan(raw=raw)] * 3)

        assert await failed(d.writer, prompt(5)) == f"{d.named(0)} {why}"


async def test_odd_but_harmless_events_are_passed_over() -> None:
    async with desk() as d:
        d.models[0].script(
            Plan(
                raw=(
                    '{"choices": []}',
                    '{"choices": [{"delta": {"content": null, "reasoning_content": "想"}}]}',
                    '{"choices": [{"delta": {"content": "<think>想一想</think>\\n在的"}}]}',
                    '{"choices": [], "usage": {"total_tokens": 9}}',
                )
            )
        )

        answer = await d.writer.write(prompt(5))

    assert (answer.text, answer.finished) == ("在的", True)


async def test_nobody_there_is_no_crash() -> None:
    http = open_async_client()
    writer = RemoteWriter([LlmServer("http://127.0.0.1:9/v1", "sim")], http)

    why = await failed(writer, prompt(5))
    await writer.close()

    assert why == "sim@127.0.0.1:9 broke off (ConnectError)"


async def test_a_breaker_opens_after_failures_and_one_request_tries_it() -> None:
    async with desk(2) as d:
        d.models[0].script(*[Plan(status=401)] * 3)
        for _ in range(4):
            await d.writer.write(prompt(5))
        opened, request_count = d.states()[0], len(d.models[0].requests)

        d.clock.now += 5
        rested = d.states()[0]
        d.models[0].script(Plan(wait=0.2))
        answers = await asyncio.gather(*(d.writer.write(prompt(5)) for _ in range(3)))

        assert (opened, request_count, rested, d.states()) == (
            "open",
            3,
            "half-open",
            ["closed"] * 2,
        )
        assert sorted(a.model for a in answers) == sorted([d.named(0), d.named(1), d.named(1)])


async def test_a_failed_trial_doubles_the_rest() -> None:
    async with desk(2) as d:
        d.models[0].script(*[Plan(status=401)] * 4)
        for _ in range(3):
            await d.writer.write(prompt(5))

        d.clock.now += 5
        await d.writer.write(prompt(5))
        d.clock.now += 9
        states = [d.states()[0]]
        d.clock.now += 1
        states.append(d.states()[0])

    assert states == ["open", "half-open"]


async def test_an_asker_who_leaves_takes_no_trial_along() -> None:
    async with desk() as d:
        d.models[0].script(*[Plan(status=401)] * 3, Plan(hang_after=0))
        for _ in range(3):
            await failed(d.writer, prompt(5))
        d.clock.now += 5

        trial = asyncio.create_task(d.writer.write(prompt(5)))
        await until(lambda: _async(len(d.models[0].requests) == 4))
        trial.cancel()
        await asyncio.gather(trial, return_exceptions=True)

        assert (await d.writer.write(prompt(5))).text == SMALL_TALK


async def test_an_outage_does_not_double_the_load() -> None:
    async with desk(failures=1_000) as d:
        d.models[0].script(*[Plan(status=500)] * 200)

        await asyncio.gather(*(failed(d.writer, prompt(20)) for _ in range(60)))

        assert 60 + 10 <= len(d.models[0].requests) <= 60 + 16


async def test_requests_in_flight_are_bounded() -> None:
    async with desk(at_once=1) as d:
        d.models[0].script(*[Plan(hang_after=0)] * 6)
        requests = [asyncio.create_task(d.writer.write(prompt(0.5))) for _ in range(6)]

        results = await asyncio.gather(*requests, return_exceptions=True)

        assert len(d.models[0].requests) == 1
        assert sorted(type(r).__name__ for r in results) == ["TimedOut"] * 5 + ["Unavailable"]


async def test_the_length_follows_the_measured_speed() -> None:
    async with desk() as d:
        before = d.writer.tokens_within(4, 300)
        d.models[0].script(*[Plan(pause=0.05)] * 8)
        await asyncio.gather(*(d.writer.write(prompt(9)) for _ in range(8)))
        after = d.writer.tokens_within(4, 300)

    # 2 characters each .05 s are 40 a second; the wait was nothing where 1 s was expected.
    assert before == 44
    assert 60 < after < 120


async def test_an_endpoint_that_floods_is_cut() -> None:
    async with desk() as d:
        flood = json.dumps({"choices": [{"delta": {"content": "啊" * 1_000}}]})
        d.models[0].script(Plan(raw=(flood,) * 50))

        answer = await d.writer.write(prompt(5, tokens=10))

    assert (len(answer.text), answer.finished) == (80, False)


async def _async(value: bool) -> bool:
    return value
