"""Bodies of answers, as servers and gateways send them, cut into chunks of any size."""

import json
import tracemalloc
from collections.abc import AsyncIterator

import pytest

from app.inference.remote.endpoints.faults import EndpointFault
from app.inference.remote.language_models.event_stream import (
    ENDED,
    MAX_LINE,
    JsonObject,
    read_objects,
)

ONE, TWO = '{"choices": [{"delta": {"content": "一"}}]}', '{"choices": []}'
OBJECTS = [json.loads(ONE), json.loads(TWO)]


async def send(body: bytes, size: int) -> AsyncIterator[bytes]:
    for at in range(0, len(body), size):
        yield body[at : at + size]


async def read(body: str | bytes, size: int = 7) -> list[JsonObject]:
    sent = body if isinstance(body, bytes) else body.encode()
    return [value async for value in read_objects(send(sent, size))]


@pytest.mark.parametrize("size", [1, 2, 7, 1_000])
@pytest.mark.parametrize(
    "body",
    [
        f"data: {ONE}\n\ndata: {TWO}\n\ndata: [DONE]\n\n",
        f"data:{ONE}\r\n\r\ndata:{TWO}\r\n\r\ndata:[DONE]\r\n\r\n",
        f"data: {ONE}\r\rdata: {TWO}\r\rdata: [DONE]\r\r",
        f"data: {ONE}\ndata: {TWO}\ndata: [DONE]\n",
        f"\ufeff\n\n: ping\n\ndata: {ONE}\n\n: ping\n\ndata: {TWO}\n\ndata: [DONE]",
        f"data: null\n\ndata:\n\ndata: {ONE}\n\ndata: ping\n\ndata: [1]\n\ndata: {TWO}\n\n[DONE]",
        f"event: chunk\nid: 7\nretry: 9\ndata: {ONE}\n\nevent: chunk\ndata: {TWO}\n\ndata: [DONE]",
        f'data: {{"choices": [{{"delta":\ndata: {{"content": "一"}}}}]}}\n\n{TWO}\n\ndata: [DONE]',
    ],
)  # fmt: skip
async def test_events_are_read_whatever_stands_around_them(body: str, size: int) -> None:
    assert await read(body, size) == [*OBJECTS, ENDED]


@pytest.mark.parametrize(
    ("body", "objects"),
    [
        (ONE, OBJECTS[:1]),
        (f" \n{json.dumps(OBJECTS[0], indent=2)}\n", OBJECTS[:1]),
        (f"[{ONE}]", OBJECTS[:1]),
        (f"{ONE}\n{TWO}\n", OBJECTS),
        ("", []),
        ("<html><p>502</p></html>", []),
        ('event: error\ndata: {"code": "x"}\n\n', [{"error": {"code": "x"}}]),
        ("event: error\ndata: too many\n\n", [{"error": "too many"}]),
    ],
)
async def test_a_json_as_a_whole_a_json_a_line_an_error_and_a_page(
    body: str, objects: list[JsonObject]
) -> None:
    assert await read(body) == objects


async def test_characters_that_end_no_line_of_an_event_stay_in_it() -> None:
    text = {"content": "十\u2028五\u0085天"}

    assert await read(f"data: {json.dumps(text, ensure_ascii=False)}\n\n", 1) == [text]


@pytest.mark.parametrize(
    "body", ["data: {not json}\n\n", "data: {not json", "data: " + '{"a":' * 9_999 + "}\n"]
)
async def test_an_object_that_is_broken_is_a_fault(body: str) -> None:
    with pytest.raises(EndpointFault, match="sent what is no JSON"):
        await read(body, 1_000)


@pytest.mark.parametrize(
    ("begin", "part", "fault"),
    [
        (b"", b"x" * 65_536, "a line of more than"),
        (b'data: {"a": "', b"x" * 65_536, "a line of more than"),
        (b"{", b" " * 65_536, "a JSON of more than"),
        (b"", b" " * 65_536, "more than 16777216 bytes"),
        (b"data: x\n", b"\n" * 65_536, "200000 lines"),
        (b"data: x\n", b":" + b"x" * 65_534 + b"\n", "more than 16777216 bytes"),
    ],
)
async def test_an_answer_without_end_is_cut_in_bounded_memory(
    begin: bytes, part: bytes, fault: str
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield begin
        while True:
            yield part

    tracemalloc.start()
    with pytest.raises(EndpointFault, match=fault) as refused:
        async for _ in read_objects(endless()):
            pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (refused.value.retry, peak < 8 * MAX_LINE) == (False, True)
