"""The int8 writer over a tiny model with random weights: what it says is noise, when is not."""

import asyncio
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.inference.local.writer import LocalWriter
from app.inference.ports import Prompt, PromptMessage, TimedOut, Unavailable
from models.generator import int8
from tests import pace
from tests.models import generators
from tests.service import until

HELLO = (PromptMessage("system", "你是客服"), PromptMessage("user", "什么时候发货"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generators.make(tmp_path_factory.mktemp("tiny") / "model", spare=8)


@pytest.fixture
async def writer(folder: Path) -> AsyncIterator[LocalWriter]:
    made = LocalWriter(folder, threads=1)
    yield made
    await made.close()


def prompt(seconds: float = 20.0, tokens: int = 8) -> Prompt:
    return Prompt(messages=HELLO, most_tokens=tokens, deadline=time.monotonic() + seconds)


async def test_an_answer_has_no_more_tokens_than_asked_for(writer: LocalWriter) -> None:
    short, long = await writer.write(prompt(tokens=4)), await writer.write(prompt(tokens=40))

    assert (short.finished, short.model) == (False, "tiny-int8")
    assert 0 < len(short.text) < len(long.text)
    assert long.text.startswith(short.text.rstrip("\ufffd"))


async def test_chats_in_one_batch_say_what_they_say_alone(writer: LocalWriter) -> None:
    alone = await writer.write(prompt())

    together = await asyncio.gather(*(writer.write(prompt()) for _ in range(6)))

    assert together == [alone] * 6


async def test_the_deadline_returns_what_is_there(writer: LocalWriter) -> None:
    began = time.monotonic()

    answer = await writer.write(prompt(pace.seconds(1.5), 100_000))

    assert (answer.finished, bool(answer.text)) == (False, True)
    assert time.monotonic() - began < pace.seconds(15)  # all tokens would take minutes


async def test_who_comes_too_late_is_told_so(writer: LocalWriter) -> None:
    with pytest.raises(TimedOut):
        await writer.write(prompt(seconds=-1))


async def test_a_short_deadline_does_not_wait_for_a_long_one_in_its_batch(
    writer: LocalWriter,
) -> None:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))  # queued in this order
    first = asyncio.create_task(writer.write(prompt(60, 100_000)))
    await until(lambda: _true(writer.tokens_within(3, 100) == 0))
    long = asyncio.create_task(writer.write(prompt(60, 100_000)))
    short = asyncio.create_task(writer.write(prompt(pace.seconds(3), 100_000)))
    await asyncio.sleep(0)
    await asyncio.to_thread(time.monotonic)  # both are queued now: one batch follows the first
    first.cancel()

    answer = await short

    assert (answer.finished, long.done()) == (False, False)
    long.cancel()


async def test_who_leaves_makes_room(writer: LocalWriter) -> None:
    left = asyncio.create_task(writer.write(prompt(20, 100_000)))
    await asyncio.sleep(0)
    left.cancel()

    answer = await writer.write(prompt(10, 4))

    assert len(answer.text) > 0


async def test_a_full_queue_refuses_at_the_door(writer: LocalWriter) -> None:
    requests = [asyncio.create_task(writer.write(prompt(1.0, 100_000))) for _ in range(40)]

    results = await asyncio.gather(*requests, return_exceptions=True)

    assert sum(isinstance(r, Unavailable) for r in results) == 40 - 20


async def test_the_speed_is_known_before_the_first_answer(writer: LocalWriter) -> None:
    assert writer.tokens_within(4, 100) > 100


async def test_what_is_being_written_takes_from_the_time(writer: LocalWriter) -> None:
    long = asyncio.create_task(writer.write(prompt(pace.seconds(3), 100_000)))
    before = writer.tokens_within(3, 100)
    await until(lambda: _true(writer.tokens_within(3, 100) < before / 2))

    await long

    assert writer.tokens_within(3, 100) >= 0


async def test_tokens_are_those_of_the_model(writer: LocalWriter) -> None:
    assert [writer.count(text) for text in ("", "什么时候发货")] == [0, 5]


def test_the_int8_weights_are_made_once(folder: Path) -> None:
    made = int8.convert_to_int8(folder)
    weights_time = (made / int8.WEIGHTS).stat().st_mtime_ns

    again = int8.convert_to_int8(folder)

    assert (again, (made / int8.WEIGHTS).stat().st_mtime_ns) == (made, weights_time)
    assert not (folder / "int8.part").exists()


async def _true(value: bool) -> bool:
    return value
