"""Has the language model say what editors' habits are that rules don't see."""

import functools
import re
import time
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Any

import structlog

from app.inference.ports import Prompt, PromptMessage, TimedOut, Unavailable, Writer
from app.marketing.content.style.values import StyleNote, TextEdit
from app.safety.injection import detect_injection, fence_text

log = structlog.get_logger()

LEAST_EDITS = 3  # fewer show no habit
MOST_PAIRS = 6  # that the model compares, the latest
MOST_CHARACTERS = 300  # of each text that it is shown
MOST_LINES = 3
LONGEST_LINE = 60
TOKENS = 200
SECONDS = 60.0
_BULLET = re.compile(r"^\s*(?:[-*•·]|\d+[.、)）])\s*")
_SLOT = re.compile(r"<([a-z]+)>")


async def suggest_notes(
    writer: Writer, edits: Sequence[TextEdit], notes: Sequence[StyleNote]
) -> tuple[StyleNote, ...] | None:
    """Up to three notes; () where the model sees no habit, None where it doesn't answer."""
    changed = [edit for edit in edits if edit.generated != edit.approved]
    if len(changed) < LEAST_EDITS:
        return ()
    prompt = Prompt(
        messages=_render(changed[-MOST_PAIRS:], notes),
        most_tokens=TOKENS,
        deadline=time.monotonic() + SECONDS,
    )
    try:
        answer = await writer.write(prompt)
    except (Unavailable, TimedOut) as error:
        log.warning("style_not_suggested", why=str(error))
        return None
    lines = [*dict.fromkeys(_read_lines(answer.text))][:MOST_LINES]
    return tuple(
        StyleNote(key=f"model:{number}", text=line, origin="model")
        for number, line in enumerate(lines, 1)
    )


def _read_lines(answer: str) -> Iterator[str]:
    """Lines that are habits: neither empty, nor long, nor orders to the model."""
    for line in answer.splitlines():
        text = _BULLET.sub("", line).strip().rstrip("。；;")
        if len(text) > 1 and len(text) <= LONGEST_LINE and not detect_injection(text):
            yield text


def _render(edits: Sequence[TextEdit], notes: Sequence[StyleNote]) -> tuple[PromptMessage, ...]:
    texts = _load()
    pairs = "".join(
        _fill(texts["pair"], generated=edit.generated, approved=edit.approved) for edit in edits
    )
    listed = "\n".join(f"- {note.text}" for note in notes) or "- 无"
    user = _fill(texts["user"], most=None, pairs=pairs, notes=listed)
    return PromptMessage("system", texts["system"].strip()), PromptMessage("user", user.strip())


def _fill(template: str, most: int | None = MOST_CHARACTERS, **values: str) -> str:
    return _SLOT.sub(lambda match: fence_text(values[match[1]][:most]), template)


@functools.cache
def _load() -> dict[str, Any]:
    text = files("app.marketing.content").joinpath("prompts/style.toml").read_text("utf-8")
    return tomllib.loads(text)
