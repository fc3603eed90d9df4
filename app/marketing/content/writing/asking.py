"""Asks a writer for JSON in the name of copy, once more where the answer can't be used."""

import time
from dataclasses import dataclass
from typing import Generic

import structlog

from app.inference.json_answers import AnswerModel, UnusableAnswer, ask_json
from app.inference.ports import Prompt, PromptMessage, Writer

log = structlog.get_logger()

TRIES = 2
TOKENS_PER_CHARACTER = 1.5  # of Chinese, generously: an answer isn't cut before its end
TOKENS_OF_JSON = 40  # braces, keys, quotes
SECONDS_PER_ANSWER = 150.0  # a local model pauses for conversations meanwhile
TEMPERATURE = 0.6  # of first texts; what is rewritten is the likeliest


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenAnswer(Generic[AnswerModel]):
    """What was written, and what it cost."""

    value: AnswerModel
    model: str  # the version that wrote it
    seed: int | None
    tokens: int  # of the JSON


async def ask_for_copy(
    writer: Writer,
    messages: tuple[PromptMessage, ...],
    model: type[AnswerModel],
    characters: int,
    seed: int | None,
) -> WrittenAnswer[AnswerModel]:
    """An answer of about `characters`; with a seed drawn by it, without one the likeliest.

    Asks again with the next seed where the answer can't be used, TRIES times in all. Raises
    Unavailable, TimedOut, and UnusableAnswer for the last one.
    """
    for attempt in range(TRIES - 1):
        try:
            return await _ask_once(writer, messages, model, characters, seed)
        except UnusableAnswer as error:
            log.warning("copy_unusable", kind=error.kind, attempt=attempt, why=str(error))
        seed = (seed or 0) + 1
    return await _ask_once(writer, messages, model, characters, seed)


async def _ask_once(
    writer: Writer,
    messages: tuple[PromptMessage, ...],
    model: type[AnswerModel],
    characters: int,
    seed: int | None,
) -> WrittenAnswer[AnswerModel]:
    prompt = Prompt(
        messages=messages,
        most_tokens=int(characters * TOKENS_PER_CHARACTER) + TOKENS_OF_JSON,
        deadline=time.monotonic() + SECONDS_PER_ANSWER,
        schema=model.model_json_schema(),
        temperature=None if seed is None else TEMPERATURE,
        seed=seed,
    )
    result = await ask_json(writer, prompt, model)
    return WrittenAnswer(
        value=result.value,
        model=result.answer.model,
        seed=seed,
        tokens=writer.count(result.answer.text),
    )
