"""Composes an answer: written by the model and checked, else extracted from passages, else none."""

import secrets
import time
from dataclasses import dataclass
from typing import Literal

from app.dialogue.generation import prompts
from app.dialogue.generation.extract import extract_sentences
from app.dialogue.generation.grounding import CheckedAnswer, check_answer
from app.dialogue.generation.prompts import BOUNDARY
from app.dialogue.generation.values import Grounding, PromptPersona, Question
from app.dialogue.language import Language
from app.inference.ports import GeneratedAnswer, Prompt, TimedOut, Unavailable, Writer
from app.messages.sentences import split_sentences

MAX_PROMPT_TOKENS = 2_000
MAX_ANSWER_TOKENS = 400
MIN_ANSWER_TOKENS = 16  # with less, an answer is extracted from the passages
EXTRACT = 200  # characters of an extracted answer at most
TOO_LONG: dict[Language, int] = {"simplified": 200, "traditional": 200, "english": 480}  # letters
ENDS = tuple("。！？；…”』」）.!?~～")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposedAnswer:
    """An answer that may be sent. Only a written one needs the AI label."""

    text: str
    how: Literal["written", "extracted", "nothing"]
    citations: tuple[str, ...]  # ids of passages
    model: str = ""  # that wrote the answer
    declines: bool = False  # whether the answer says that it doesn't know
    why: str = ""  # why no written answer is used


async def compose_answer(
    question: Question,
    persona: PromptPersona,
    writer: Writer | None,
    deadline: float,
    soft_deadline: float | None = None,
) -> ComposedAnswer | None:
    """Write and check an answer, retrying once for a briefing; else extract one. None if no passage
    supports an answer.

    Deadlines are times of time.monotonic(). The answer's length is planned for `soft_deadline`,
    or for `deadline` if the former is too near. Extraction takes milliseconds.
    """
    if writer is None:
        return _extract_answer(question, "")
    soonest = deadline if soft_deadline is None else soft_deadline
    grounding, tokens = _plan_prompt(question, persona, writer, soonest)
    if tokens < MIN_ANSWER_TOKENS and soft_deadline is not None:
        grounding, tokens = _plan_prompt(question, persona, writer, deadline)
    if tokens < MIN_ANSWER_TOKENS:
        return _extract_answer(question, "no time to write")
    prompt = Prompt(messages=grounding.messages, most_tokens=tokens, deadline=deadline)
    try:
        completion, checked = await _write_with_retry(
            writer, grounding, prompt, min(soonest, deadline)
        )
    except (Unavailable, TimedOut) as error:
        return _extract_answer(question, str(error))
    if not checked.supported:
        return _extract_answer(question, checked.why)
    return ComposedAnswer(
        text=checked.text,
        how="written",
        citations=checked.citations,
        model=completion.model,
        declines=checked.declines,
    )


async def _write_with_retry(
    writer: Writer, grounding: Grounding, prompt: Prompt, retry_until: float
) -> tuple[GeneratedAnswer, CheckedAnswer]:
    """An answer and its check. One that isn't supported is rewritten once for a briefing, where
    there is time for it until `retry_until`.
    """
    completion, checked = await _write_answer(writer, grounding, prompt)
    if checked.supported or not grounding.briefing:
        return completion, checked
    seconds = retry_until - time.monotonic()
    within = writer.tokens_within(seconds, grounding.tokens + prompt.most_tokens)
    tokens = min(prompt.most_tokens, within)
    if tokens < MIN_ANSWER_TOKENS:
        return completion, checked
    messages = prompts.build_retry(grounding, completion.text, checked.why)
    return await _write_answer(
        writer, grounding, Prompt(messages=messages, most_tokens=tokens, deadline=retry_until)
    )


async def _write_answer(
    writer: Writer, grounding: Grounding, prompt: Prompt
) -> tuple[GeneratedAnswer, CheckedAnswer]:
    """Let the model write one answer, shorten it, and check it."""
    completion = await writer.write(prompt)
    text = completion.text if completion.finished else _drop_cut_sentence(completion.text)
    if grounding.briefing:
        text = _shorten_text(text, TOO_LONG[grounding.language])
    return completion, check_answer(text, grounding)


def _plan_prompt(
    question: Question, persona: PromptPersona, writer: Writer, soft_deadline: float
) -> tuple[Grounding, int]:
    """The prompt, and how many tokens the writer can write until `soft_deadline`."""
    boundary = secrets.token_hex(BOUNDARY // 2)
    longest = prompts.estimate_characters(MAX_ANSWER_TOKENS)
    draft = prompts.build_prompt(
        question, persona, MAX_PROMPT_TOKENS, longest, writer.count, boundary
    )
    seconds_left = soft_deadline - time.monotonic()
    tokens = min(MAX_ANSWER_TOKENS, writer.tokens_within(seconds_left, draft.tokens))
    characters = prompts.estimate_characters(tokens)
    return prompts.build_prompt(
        question, persona, MAX_PROMPT_TOKENS, characters, writer.count, boundary
    ), tokens


def _shorten_text(text: str, most: int) -> str:
    """The first whole sentences within `most` characters, at least one."""
    first_sentences: list[str] = []
    for sentence in split_sentences(text):
        if first_sentences and sum(map(len, first_sentences)) + len(sentence) > most:
            break
        first_sentences.append(sentence)
    return text if len(text) <= most else "".join(first_sentences)


def _drop_cut_sentence(text: str) -> str:
    """Remove the last sentence if it is incomplete."""
    whole_sentences = split_sentences(text)
    if whole_sentences and not whole_sentences[-1].endswith(ENDS):
        whole_sentences.pop()
    return "".join(whole_sentences)


def _extract_answer(question: Question, why: str) -> ComposedAnswer | None:
    if not question.quotes:
        return ComposedAnswer(text="", how="nothing", citations=(), why=why)
    excerpt = extract_sentences(question.text, question.passages, EXTRACT)
    return (
        ComposedAnswer(text=excerpt.text, how="extracted", citations=(excerpt.passage_id,), why=why)
        if excerpt
        else None
    )
