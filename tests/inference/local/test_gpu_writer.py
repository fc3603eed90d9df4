"""Continuous batching, over a tiny model with random weights on a CPU."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from pydantic import BaseModel, ConfigDict, Field

from app.inference.local.gpu_writer import GpuWriter
from app.inference.ports import Prompt, PromptMessage, TimedOut
from tests.models import generators


@pytest.fixture(scope="module")
async def writer(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[GpuWriter]:
    folder = generators.make(tmp_path_factory.mktemp("tiny") / "model", spare=8)
    # Half a gigabyte is what a batch needs at all, and this process may have taken a few.
    there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    made = GpuWriter(folder, "cpu", memory=min(0.5, 1.25 * 2**30 / there))
    yield made
    await made.close()


def prompt(seconds: float = 25.0, tokens: int = 8) -> Prompt:
    messages = (PromptMessage("system", "你是客服"), PromptMessage("user", "什么时候发货"))
    return Prompt(messages=messages, most_tokens=tokens, deadline=time.monotonic() + seconds)


async def test_chats_in_one_batch_say_what_they_say_alone(writer: GpuWriter) -> None:
    alone = await writer.write(prompt())

    together = await asyncio.gather(*(writer.write(prompt()) for _ in range(3)))

    assert (together, alone.model, alone.finished) == ([alone] * 3, "tiny-cpu", False)
    assert alone.text


async def test_the_deadline_returns_what_is_there(writer: GpuWriter) -> None:
    answer = await writer.write(prompt(1.0, 200))

    assert (bool(answer.text), answer.finished) == (True, False)
    assert writer.tokens_within(4, 100) > 0


async def test_who_comes_too_late_is_told_so(writer: GpuWriter) -> None:
    with pytest.raises(TimedOut):
        await writer.write(prompt(-1))


class Outline(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=2, max_length=12)
    facts: list[int] = Field(min_length=1, max_length=3)


async def test_json_fits_its_schema_wherever_it_is_cut(writer: GpuWriter) -> None:
    schema = Outline.model_json_schema()
    question = replace(prompt(), schema=schema, temperature=1.0)

    answers = await asyncio.gather(
        *(writer.write(replace(question, seed=tokens, most_tokens=tokens)) for tokens in (2, 9, 40))
    )

    assert len([Outline.model_validate_json(answer.text) for answer in answers]) == 3
    assert not answers[0].finished


async def test_equal_seeds_give_equal_answers(writer: GpuWriter) -> None:
    question = replace(prompt(tokens=12), temperature=1.0)

    first, second, other = [
        (await writer.write(replace(question, seed=seed))).text for seed in (1, 1, 2)
    ]

    assert (first == second, first == other) == (True, False)
