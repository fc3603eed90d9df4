"""How much of the local model's JSON parses and fits its schema: held to it, and written freely."""

import functools
import json
import time
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ValidationError

from app.inference.ports import Prompt, TimedOut, Writer
from app.marketing.content.brief import Brief, Channel
from app.marketing.content.copy_prompts import list_forms, render_prompt
from app.marketing.content.writing.copy_answers import (
    OutlineAnswer,
    SectionAnswer,
    choose_answer_model,
)
from tests.bench.marketing.copy_briefs import read_briefs, run_with_writer
from tests.bench.marketing.figures import Figure

GENERATIONS, FREE = 100, 10
CHANNELS: tuple[Channel, ...] = ("ad", "topic", "article", "title", "moments")
TOKENS, SECONDS = 80, 300.0  # cut answers count, too


def measure(data: Path) -> list[Figure]:
    """Shares of answers that json.loads reads as they are, and that fit the model's schema."""
    briefs = read_briefs(data, GENERATIONS)
    return run_with_writer(functools.partial(measure_writer, briefs=briefs, free=FREE))


async def measure_writer(writer: Writer, briefs: Sequence[Brief], free: int) -> list[Figure]:
    """One generation a brief, by turns of all channels; the first `free` once more freely."""
    strict_fits = [await _fits(writer, brief, at, is_held=True) for at, brief in enumerate(briefs)]
    loose = [
        await _fits(writer, brief, at, is_held=False) for at, brief in enumerate(briefs[:free])
    ]
    return [
        Figure(
            what="copy, JSON that parses and fits its schema, local model, held by its grammar",
            baseline=f"{sum(loose)} of {len(loose)} written freely",
            measured=f"{sum(strict_fits)} of {len(strict_fits)}",
            target="all",
            is_reached=all(strict_fits),
        )
    ]


async def _fits(writer: Writer, brief: Brief, at: int, *, is_held: bool) -> bool:
    channel = CHANNELS[at % len(CHANNELS)]
    model = _choose_model(channel, at)
    asked_brief = brief.model_copy(update={"channel": channel})
    form = list_forms(channel)[at % len(list_forms(channel))]
    prompt = Prompt(
        messages=render_prompt(asked_brief, form), most_tokens=TOKENS,
        deadline=time.monotonic() + SECONDS, temperature=0.8, seed=at,
        schema=model.model_json_schema() if is_held else None,
    )  # fmt: skip
    try:
        answer = await writer.write(prompt)
        model.model_validate(json.loads(answer.text))
    except (TimedOut, ValidationError, ValueError):
        return False
    return True


def _choose_model(channel: Channel, at: int) -> type[BaseModel]:
    if channel == "article":
        return OutlineAnswer if at % 2 else SectionAnswer
    return choose_answer_model(channel)
