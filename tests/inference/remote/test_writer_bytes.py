"""What endpoints send, byte for byte, and what becomes of it."""

import gzip
import json
import resource
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.inference import writers
from app.inference.ports import Prompt, PromptMessage, Unavailable
from app.inference.remote.language_models.writer import RemoteWriter
from app.settings import Settings
from tests import pace
from tests.support.raw_http import RawServer, raw_server, respond, status

REPLY = "签收后十五天内可以换货，运费由我们承担。"
QUESTION = "签收多久之内能换货"
Chunk = dict[str, Any]


def chunk(delta: object, reason: object = None, **more: object) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return f"data: {json.dumps({'choices': [choice], **more})}\n\n"


def whole(message: object, **more: object) -> str:
    return json.dumps({"choices": [{"message": message, **more}]})


TEXT, STOP, DONE = chunk({"content": REPLY}), chunk({}, "stop"), "data: [DONE]\n\n"


@asynccontextmanager
async def writer_at(raw: RawServer, path: str = "/v1", **more: Any) -> AsyncIterator[RemoteWriter]:
    base = raw.base + path
    settings = Settings(_env_file=None, llm_base_url=base, llm_model="m", llm_api_key="k1", **more)
    writer = await writers.open_writer(settings)
    assert isinstance(writer, RemoteWriter)
    yield writer
    await writer.close()


def prompt(seconds: float = 5.0) -> Prompt:
    return Prompt(
        messages=(PromptMessage("user", QUESTION),),
        most_tokens=200,
        deadline=time.monotonic() + seconds,
    )


async def write_from(*responses: bytes) -> tuple[str, bool, int, str]:
    """The text, whether it is finished, after how many requests, and the breaker's state."""
    left = [*responses]
    async with raw_server(lambda _: [left.pop(0)]) as raw, writer_at(raw) as writer:
        completion = await writer.write(prompt())
        state = writer.endpoint_states[0].breaker.state
        return completion.text, completion.finished, len(raw.requests), state


async def fail_from(response: bytes, path: str = "/v1") -> tuple[str, int, int]:
    """What it says, after how many requests, and how many failures the breaker counts."""
    async with raw_server(lambda _: [response]) as raw, writer_at(raw, path) as writer:
        with pytest.raises(Unavailable) as fault:
            await writer.write(prompt())
        why = str(fault.value).replace(raw.base, "http://host").split(" ", 1)[1]
        return why, len(raw.requests), writer.endpoint_states[0].breaker._failure_count


@pytest.mark.parametrize(
    "stream",
    [
        TEXT + STOP + DONE, TEXT + STOP, TEXT + DONE, chunk({"content": REPLY}, "stop"),
        TEXT + "data: null\n\n" + STOP, TEXT + "event: ping\ndata: {}\n\n" + STOP + DONE,
        chunk(None) + TEXT + chunk(None, "stop"), chunk({"role": "assistant"}) + TEXT + STOP,
        'data: {"choices": [{"index": 0}]}\n\n' + TEXT + STOP,
        'data: {"choices": null}\n\ndata: {"id": 1}\n\ndata: {"usage": {}}\n\n' + TEXT + STOP,
        chunk({"content": REPLY}, error=None) + STOP, TEXT + chunk({}, "end_turn") + DONE,
        chunk({"content": REPLY}, "null") + STOP, TEXT + chunk({}, "stop", usage={}) + DONE,
        chunk({"content": None, "reasoning_content": "想"}) + TEXT + STOP,
        chunk({"reasoning": "想", "thinking": "想", "content": ""}) + TEXT + STOP,
        chunk({"content": [{"type": "thinking", "thinking": "想"}]}) + TEXT + STOP,
        chunk({"content": [{"type": "text", "text": REPLY}, {"type": "image_url"}]}) + STOP,
        chunk({"content": [REPLY[:5], {"type": "output_text", "text": REPLY[5:]}]}) + STOP,
        "".join(chunk({"content": letter}) for letter in f"<think>想想</think>{REPLY}") + STOP,
        TEXT.replace("\n\n", "\n") + STOP.replace("\n\n", "\n") + "data: [DONE]\n",
        TEXT + STOP + "data: {broken\n\n", TEXT + STOP + 'data: {"error": "late"}\n\n',
        TEXT.replace("delta", "message") + STOP + DONE,
    ],
)  # fmt: skip
async def test_a_stream_is_an_answer(stream: str) -> None:
    assert await write_from(respond(stream)) == (REPLY, True, 1, "closed")


@pytest.mark.parametrize(
    "kind",
    ["text/event-stream", "text/plain; charset=utf-8", "application/json", "text/html", "x",
     "application/octet-stream", "application/x-ndjson"],
)  # fmt: skip
@pytest.mark.parametrize(
    "body",
    [TEXT + STOP + DONE, whole({"content": REPLY}, finish_reason="stop"), whole({"content": REPLY}),
     "\n " + whole({"content": REPLY, "reasoning_content": "想"})],
)  # fmt: skip
async def test_the_content_type_does_not_matter(kind: str, body: str) -> None:
    assert await write_from(respond(body, kind)) == (REPLY, True, 1, "closed")


async def test_without_a_content_type_too() -> None:
    assert await write_from(status(200, TEXT + STOP)) == (REPLY, True, 1, "closed")


async def test_a_stream_that_just_ends_is_an_answer_that_may_be_cut() -> None:
    assert await write_from(respond(TEXT)) == (REPLY, False, 1, "closed")


@pytest.mark.parametrize("end", [STOP, DONE])
async def test_an_answer_is_not_kept_waiting_by_a_connection_that_stays_open(end: str) -> None:
    async with (
        raw_server(lambda _: [respond(TEXT + end)], hold=True) as raw,
        writer_at(raw) as writer,
    ):
        began = time.monotonic()
        completion = await writer.write(prompt(9))
        took = time.monotonic() - began

    assert (completion.text, completion.finished, took < pace.seconds(4)) == (REPLY, True, True)


@pytest.mark.parametrize("pack", ["gzip", "x-gzip"])
async def test_an_answer_that_was_packed_unasked_is_unpacked(pack: str) -> None:
    packed = gzip.compress((TEXT + STOP).encode())

    answer = await write_from(respond(packed, "text/event-stream", f"Content-Encoding: {pack}"))

    assert answer == (REPLY, True, 1, "closed")


@pytest.mark.parametrize(
    ("response", "why", "requests", "failures"),
    [
        (respond("<html>好</html>", "text/html"),
         "sent nothing of OpenAI's protocol at http://host/v1/chat/completions", 1, 1),
        (respond(""), "sent nothing of OpenAI's protocol at http://host/v1/chat/completions", 1, 1),
        (status(404, ""), "answered 404 at http://host/v1/chat/completions", 1, 1),
        (status(308, "", "Location: https://host/v1?code=1"),
         "answered 308 at http://host/v1/chat/completions (https://host/v1)", 1, 1),
        (status(400, '{"error": {"message": "bad role"}}'), "answered 400 (bad role)", 1, 0),
        (status(400, json.dumps({"detail": f"no: {QUESTION}\n!"}, ensure_ascii=False)),
         "answered 400 (no: … !)", 1, 0),
        (status(401, '{"error": {"message": "wrong key k1"}}'), "answered 401 (wrong key …)", 1, 1),
        (respond(whole({"content": "好"}, finish_reason="content_filter")),
         "refused the content", 1, 0),
        (respond(TEXT + chunk({}, "content_filter")), "refused the content", 1, 0),
        (respond(whole({"content": None, "tool_calls": [{}]}, finish_reason="tool_calls")),
         "said nothing", 1, 0),
        (respond(whole({"content": '{"name": "search"}'}, finish_reason="stop")),
         "said nothing", 1, 0),
        (respond('data: {"code": "Throttling", "message": "slow down"}\n\n'),
         "broke off before the end (slow down (Throttling))", 3, 3),
        (respond("x", "text/plain", "Content-Encoding: br"),
         "answered packed ('br'), unasked", 1, 1),
        (respond(b"no gzip", "text/plain", "Content-Encoding: gzip"),
         "answered packed, and it can't be unpacked", 3, 3),
    ],
)  # fmt: skip
async def test_what_is_no_answer_is_told_and_blamed_on_whoever_it_is(
    response: bytes, why: str, requests: int, failures: int
) -> None:
    assert await fail_from(response) == (why, requests, failures)


@pytest.mark.parametrize(
    "base",
    [
        "/v1",
        "/v1/",
        "/v1//",
        "/v1/chat/completions",
        "/v1/chat/completions/",
        "/v1/Chat/Completions",
    ],
)
async def test_a_base_url_may_end_with_the_path(base: str) -> None:
    async with raw_server(lambda _: [respond(TEXT + STOP)]) as raw, writer_at(raw, base) as writer:
        await writer.write(prompt())

    assert raw.targets == ["/v1/chat/completions"]


async def test_a_query_of_the_base_url_stays_at_its_end_and_out_of_sight() -> None:
    async with (
        raw_server(lambda _: [status(404, "")]) as raw,
        writer_at(raw, "/deployments/d?api-version=2&code=s3") as writer,
    ):
        with pytest.raises(Unavailable) as fault:
            await writer.write(prompt())

    assert raw.targets == ["/deployments/d/chat/completions?api-version=2&code=s3"]
    assert str(fault.value).endswith(
        "answered 404 at " + raw.base + "/deployments/d/chat/completions"
    )


REFUSALS = {
    "max_tokens": "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
    "'max_completion_tokens' instead.",
    "temperature": "Unsupported value: 'temperature' does not support 0.3 with this model.",
    "stream": "stream is not supported",
    "max_completion_tokens": "Extra inputs are not permitted: max_completion_tokens",
}


@pytest.mark.parametrize(
    ("refuses", "sends"),
    [
        (["max_tokens"], {"max_completion_tokens": 200, "temperature": 0.3, "stream": True}),
        (["temperature"], {"max_tokens": 200, "stream": True}),
        (["max_tokens", "temperature"], {"max_completion_tokens": 200, "stream": True}),
        (["max_tokens", "max_completion_tokens"], {"temperature": 0.3, "stream": True}),
        (["stream"], {"max_tokens": 200, "temperature": 0.3}),
    ],
)
@pytest.mark.parametrize("code", [400, 422])
async def test_a_parameter_that_is_refused_is_left_out_from_then_on(
    refuses: list[str], sends: dict[str, object], code: int
) -> None:
    def answer(body: Chunk) -> Iterator[bytes]:
        name = next((name for name in refuses if name in body), None)
        if name:
            yield status(code, json.dumps({"error": {"message": REFUSALS[name]}}))
        yield respond(TEXT + STOP)

    async with raw_server(answer) as raw, writer_at(raw) as writer:
        answers = [await writer.write(prompt()) for _ in range(2)]
        failures = writer.endpoint_states[0].breaker._failure_count

    last = {
        name: value for name, value in raw.requests[-1].items() if name not in {"model", "messages"}
    }
    assert [a.text for a in answers] == [REPLY, REPLY]
    assert (len(raw.requests), failures, last) == (len(refuses) + 2, 0, sends)


async def test_a_parameter_is_not_blamed_for_another_fault() -> None:
    wrong = status(400, '{"error": {"message": "max_tokens and temperature: prompt too long"}}')
    async with raw_server(lambda _: [wrong]) as raw, writer_at(raw) as writer:
        for _ in range(2):
            with pytest.raises(Unavailable, match=r"answered 400 \(max_tokens"):
                await writer.write(prompt())

    assert ["max_tokens" in body for body in raw.requests] == [True, False, False] * 2
    assert writer.endpoint_states[0].unsupported == set()


@pytest.mark.parametrize("parts", [(b"x",), (b'data: {"a": "', b"x"), (b'{"choices": [{"', b" ")])
async def test_a_line_without_end_is_cut_at_once_and_takes_no_memory(
    parts: tuple[bytes, ...],
) -> None:
    def endless(_: Chunk) -> Iterator[bytes]:
        yield respond(parts[0])
        while True:
            yield parts[-1] * 65_536

    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with raw_server(endless) as raw, writer_at(raw) as writer:
        with pytest.raises(Unavailable, match=r"of more than 1048576 bytes"):
            await writer.write(prompt(9))

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # KiB
    assert (len(raw.requests), raw.sent < 16 * 2**20, grown < 50 * 1024) == (1, True, True)
    assert time.monotonic() - began < pace.seconds(5)


@pytest.mark.parametrize("letter", [b"x", b" ", b"\n"])
async def test_a_gzip_bomb_is_cut_at_once_and_takes_no_memory(letter: bytes) -> None:
    bomb = gzip.compress(b"data: " + letter * 200 * 2**20, 9)
    response = respond(bomb, "text/event-stream", "Content-Encoding: gzip")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    why, requests, _ = await fail_from(response)

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before  # KiB
    assert ("more than" in why, requests, grown < 50 * 1024) == (True, 1, True)
