"""What an endpoint is asked for JSON with, and what becomes of each kind of answer."""

import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field

from app.inference.json_answers import JsonAnswer, UnusableAnswer, ask_json
from app.inference.ports import Prompt, PromptMessage, TimedOut, Unavailable
from app.inference.remote.language_models.servers import LlmServer
from app.inference.remote.language_models.writer import RemoteWriter
from app.kit.http_clients import open_async_client
from tests.support.llm import LanguageModel, Plan
from tests.support.raw_http import raw_server, respond, status
from tests.support.serve import serving

TEXT = "春茶到了"
WHOLE = f'{{"title": "{TEXT}"}}'


class TitleAnswer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str = Field(min_length=1, max_length=30)


STRICT_SCHEMA = {
    "type": "object", "title": "TitleAnswer", "additionalProperties": False, "required": ["title"],
    "properties": {"title": {"title": "Title", "type": "string"}},
}  # fmt: skip
BY_SCHEMA = {
    "type": "json_schema",
    "json_schema": {"name": "answer", "strict": True, "schema": STRICT_SCHEMA},
}
ANY_JSON = {"type": "json_object"}


def prompt(seconds: float = 5.0) -> Prompt:
    return Prompt(
        messages=(PromptMessage("user", "写一个标题，输出 JSON"),), most_tokens=200,
        deadline=time.monotonic() + seconds, schema=TitleAnswer.model_json_schema(),
        temperature=0.9, seed=7,
    )  # fmt: skip


@asynccontextmanager
async def writer_at(base: str) -> AsyncIterator[RemoteWriter]:
    writer = RemoteWriter([LlmServer(f"{base}/v1", "m")], open_async_client())
    try:
        yield writer
    finally:
        await writer.close()


async def ask(*plans: Plan, seconds: float = 5.0) -> JsonAnswer[TitleAnswer]:
    model = LanguageModel()
    model.script(*plans)
    async with serving(model.app) as base, writer_at(base) as writer:
        return await ask_json(writer, prompt(seconds), TitleAnswer)


@pytest.mark.parametrize(
    ("refusals", "formats"),
    [
        ([], [BY_SCHEMA]),
        (["This response_format type is unavailable now"], [BY_SCHEMA, ANY_JSON]),
        (["structured output is not supported by this model"], [BY_SCHEMA, ANY_JSON]),
        (["response_format json_schema?", "response_format?"], [BY_SCHEMA, ANY_JSON, None]),
    ],
)
async def test_the_strictest_format_that_the_endpoint_takes_is_asked_for_from_then_on(
    refusals: list[str], formats: list[object]
) -> None:
    left = [status(400, json.dumps({"error": {"message": each}})) for each in refusals]
    stream = f"data: {json.dumps({'choices': [{'message': {'content': WHOLE}}]})}\n\n"

    def answer(_: Any) -> Iterator[bytes]:
        yield left.pop(0) if left else respond(stream)

    async with raw_server(answer) as raw, writer_at(raw.base) as writer:
        answers = [await ask_json(writer, prompt(), TitleAnswer) for _ in range(2)]

    assert [each.value.title for each in answers] == [TEXT, TEXT]
    assert [body.get("response_format") for body in raw.requests] == [*formats, formats[-1]]
    assert [(body["temperature"], body["seed"]) for body in raw.requests][-1] == (0.9, 7)


async def test_what_is_wrong_with_the_request_itself_is_told_as_before() -> None:
    refusal = status(400, '{"error": {"message": "the context is too long"}}')

    async with raw_server(lambda _: [refusal]) as raw, writer_at(raw.base) as writer:
        with pytest.raises(Unavailable, match="answered 400"):
            await ask_json(writer, prompt(), TitleAnswer)
        unsupported = writer.endpoint_states[0].unsupported

    assert (len(raw.requests), unsupported) == (3, set())


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        f"```json\n{WHOLE}\n```",
        f"好的，标题如下：\n{WHOLE}\n希望您喜欢！",
        f"<think>用 {{}} 括起来</think>{WHOLE}",
        f'{{\n  "title": "{TEXT}",\n}}',
        f"{WHOLE}<|im_end|>",
    ],
)
async def test_json_is_read_whatever_stands_around_it(text: str) -> None:
    answer = await ask(Plan(text=text))

    assert answer.value == TitleAnswer(title=TEXT)


@pytest.mark.parametrize(
    ("plan", "kind"),
    [
        (Plan(text="春茶到了，欢迎来喝一杯。"), "prose"),
        (Plan(text="{春茶到了}"), "prose"),
        (Plan(text='{"title": "春茶'), "cut"),
        (Plan(text=f"```json\n{WHOLE[:-1]}"), "cut"),
        (Plan(text=WHOLE, cut_after=5), "cut"),
        (Plan(text='{"headline": "春茶到了"}'), "misfit"),
        (Plan(text='{"title": ""}'), "misfit"),
        (Plan(text='["春茶到了"]'), "prose"),
    ],
)
async def test_an_answer_that_is_not_the_json_asked_for_is_refused_by_its_kind(
    plan: Plan, kind: str
) -> None:
    with pytest.raises(UnusableAnswer) as refusal:
        await ask(*[plan] * 3)

    assert refusal.value.kind == kind


@pytest.mark.parametrize("text", [" ", "<think>想不出来</think>"])
async def test_an_endpoint_that_says_nothing_is_unavailable(text: str) -> None:
    with pytest.raises(Unavailable, match="said nothing"):
        await ask(*[Plan(text=text)] * 3)


async def test_an_answer_that_begins_after_the_deadline_is_timed_out() -> None:
    with pytest.raises(TimedOut):
        await ask(Plan(text=WHOLE, wait=5.0), seconds=0.3)


async def test_half_a_json_at_the_deadline_is_cut() -> None:
    with pytest.raises(UnusableAnswer) as refusal:
        await ask(Plan(text=WHOLE, hang_after=5), seconds=1.0)

    assert refusal.value.kind == "cut"
