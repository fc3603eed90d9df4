"""An answer to what templates don't answer: written and checked, else extracted, else none."""

import secrets
import time
from dataclasses import dataclass
from typing import Literal

from app.dialogue.generation import prompts
from app.dialogue.generation.extract import extract
from app.dialogue.generation.grounding import Checked, grounded
from app.dialogue.generation.passages import sentences
from app.dialogue.generation.prompts import BOUNDARY, Grounding, Persona, Question
from app.dialogue.language import Language
from app.inference.ports import Prompt, TimedOut, Unavailable, Writer, Written

ROOM = 2_000  # tokens of a prompt
MOST = 400  # tokens of an answer
LEAST = 16  # a shorter one says nothing: then the passages speak for themselves
EXTRACT = 200  # characters
TOO_LONG: dict[Language, int] = {"simplified": 200, "traditional": 200, "english": 480}  # letters
ENDS = tuple("。！？；…”』」）.!?~～")


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What may be said. Only what was written needs the label of AI content."""

    text: str
    how: Literal["written", "extracted", "nothing"]
    cited: tuple[str, ...]  # ids of passages
    model: str = ""  # who wrote it
    declines: bool = False  # it says that it doesn't know
    why: str = ""  # why it wasn't written, or what was written wasn't said


async def compose(
    question: Question,
    persona: Persona,
    writer: Writer | None,
    deadline: float,
    aim: float | None = None,
) -> Composed | None:
    """None when nothing supports an answer: say one of `templates.NOT_SURE` then.

    `deadline` is one of time.monotonic(); the writer keeps it, extraction takes milliseconds. The
    answer is as long as can be written until `aim`; where that is too near, until the deadline.
    """
    if writer is None:
        return _extracted(question, "")
    given, tokens = _planned(question, persona, writer, deadline if aim is None else aim)
    if tokens < LEAST and aim is not None:
        given, tokens = _planned(question, persona, writer, deadline)
    if tokens < LEAST:
        return _extracted(question, "no time to write")
    try:
        written, checked = await _write(writer, given, Prompt(given.messages, tokens, deadline))
        if not checked.supported and question.briefing:
            until = deadline if aim is None else min(aim, deadline)
            messages = prompts.again(given, written.text, checked.why)
            seconds = until - time.monotonic()
            tokens = min(tokens, writer.tokens_within(seconds, given.tokens + tokens))
            if tokens >= LEAST:
                prompt = Prompt(messages, tokens, until)
                written, checked = await _write(writer, given, prompt)
    except (Unavailable, TimedOut) as error:
        return _extracted(question, str(error))
    if not checked.supported:
        return _extracted(question, checked.why)
    return Composed(
        text=checked.text,
        how="written",
        cited=checked.cited,
        model=written.model,
        declines=checked.declines,
    )


async def _write(writer: Writer, given: Grounding, prompt: Prompt) -> tuple[Written, Checked]:
    """One answer, and whether it may be said."""
    written = await writer.write(prompt)
    text = written.text if written.finished else _whole(written.text)
    if given.briefing:
        text = _shortened(text, TOO_LONG[given.language])
    return written, grounded(text, given)


def _planned(
    question: Question, persona: Persona, writer: Writer, aim: float
) -> tuple[Grounding, int]:
    """The prompt, and as many tokens as the writer's speed allows after reading it."""
    boundary = secrets.token_hex(BOUNDARY // 2)
    longest = prompts.letters(MOST)
    draft = prompts.build(question, persona, ROOM, longest, writer.count, boundary)
    left = aim - time.monotonic()
    tokens = min(MOST, writer.tokens_within(left, draft.tokens))
    letters = prompts.letters(tokens)
    return prompts.build(question, persona, ROOM, letters, writer.count, boundary), tokens


def _shortened(text: str, most: int) -> str:
    """The whole sentences that fit, the first one whatever its length."""
    kept: list[str] = []
    for sentence in sentences(text):
        if kept and sum(map(len, kept)) + len(sentence) > most:
            break
        kept.append(sentence)
    return text if len(text) <= most else "".join(kept)


def _whole(text: str) -> str:
    """Without the sentence that was cut."""
    found = sentences(text)
    if found and not found[-1].endswith(ENDS):
        found.pop()
    return "".join(found)


def _extracted(question: Question, why: str) -> Composed | None:
    if not question.quotes:
        return Composed(text="", how="nothing", cited=(), why=why)
    found = extract(question.text, question.passages, EXTRACT)
    return (
        Composed(text=found.text, how="extracted", cited=(found.cited,), why=why) if found else None
    )
