"""JSON and seeds of the local writer, over a tiny model that writes noise; plain prompts first."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field

from app.inference.json_answers import read_json
from app.inference.local.writer import LocalWriter
from app.inference.ports import Prompt, PromptMessage
from tests import pace
from tests.models import generators
from tests.service import until

HELLO = (PromptMessage("system", "你是客服"), PromptMessage("user", "什么时候发货"))


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid")
    heading: str = Field(min_length=1, max_length=8)
    facts: list[int] = Field(min_length=1, max_length=2)


class OutlineSample(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=2, max_length=12)
    sections: list[Section] = Field(min_length=2, max_length=3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generators.make(tmp_path_factory.mktemp("tiny") / "model", spare=8)


@pytest.fixture
async def writer(folder: Path) -> AsyncIterator[LocalWriter]:
    made = LocalWriter(folder, threads=1)
    yield made
    await made.close()


def prompt(
    tokens: int = 150,
    seconds: float = 30.0,
    temperature: float | None = None,
    seed: int | None = None,
    is_json: bool = True,
) -> Prompt:
    return Prompt(
        messages=HELLO, most_tokens=tokens, deadline=time.monotonic() + seconds,
        temperature=temperature, seed=seed,
        schema=OutlineSample.model_json_schema() if is_json else None,
    )  # fmt: skip


@pytest.mark.parametrize("tokens", [1, 5, 40, 150])
@pytest.mark.parametrize("temperature", [None, 1.5])
async def test_an_answer_fits_its_schema_wherever_it_is_cut(
    writer: LocalWriter, tokens: int, temperature: float | None
) -> None:
    answer = await writer.write(prompt(tokens, temperature=temperature, seed=3))

    assert read_json(answer, OutlineSample).model_dump() == json.loads(answer.text)


async def test_an_answer_fits_its_schema_at_the_deadline(writer: LocalWriter) -> None:
    schema = {"type": "array", "items": {"type": "string"}, "minItems": 10_000}
    endless = Prompt(
        messages=HELLO, most_tokens=100_000, deadline=time.monotonic() + 1.5, schema=schema
    )

    answer = await writer.write(endless)

    assert not answer.finished
    assert answer.text.startswith("[")


async def test_equal_seeds_give_equal_answers_and_other_seeds_others(writer: LocalWriter) -> None:
    texts = [
        (await writer.write(prompt(12, temperature=2.0, seed=seed, is_json=False))).text
        for seed in (1, 2, 1, 3)
    ]

    assert texts[0] == texts[2]
    assert len(set(texts)) == 3


async def test_a_plain_prompt_comes_before_a_steered_one_that_is_being_written(
    writer: LocalWriter,
) -> None:
    steered = asyncio.create_task(writer.write(prompt(100_000, 20, temperature=1.0, is_json=False)))
    await until(lambda: _true(bool(writer._steered)))
    began = time.monotonic()

    plain = await writer.write(
        Prompt(messages=HELLO, most_tokens=4, deadline=time.monotonic() + 10)
    )

    assert (bool(plain.text), steered.done()) == (True, False)
    assert time.monotonic() - began < pace.seconds(3)
    steered.cancel()


async def test_a_steered_prompt_waits_while_the_processor_is_needed(folder: Path) -> None:
    busy = [True]
    writer = LocalWriter(folder, threads=1, is_busy=lambda: busy[0])
    steered = asyncio.create_task(writer.write(prompt(20)))
    await asyncio.sleep(0.3)
    was_done = steered.done()

    busy[0] = False
    answer = await steered

    assert (was_done, read_json(answer, OutlineSample).title != "") == (False, True)
    await writer.close()


async def test_closing_does_not_wait_for_steered_prompts(folder: Path) -> None:
    writer = LocalWriter(folder, threads=1, is_busy=lambda: True)
    steered = asyncio.create_task(writer.write(prompt(100_000, 600.0)))
    await until(lambda: _true(bool(writer._steered)))

    async with asyncio.timeout(pace.seconds(5)):
        await writer.close()

    assert read_json(await steered, OutlineSample).title


async def test_a_schema_that_is_not_understood_is_refused(writer: LocalWriter) -> None:
    wrong = Prompt(
        messages=HELLO, most_tokens=9, deadline=time.monotonic() + 9, schema={"$ref": "#/nowhere"}
    )

    with pytest.raises(ValueError, match="can't be held to"):
        await writer.write(wrong)


async def _true(value: bool) -> bool:
    return value
