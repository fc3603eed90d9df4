"""Renders the prompts of prompts/copy.toml from a brief. No I/O but the file."""

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from app.inference.ports import PromptMessage
from app.marketing.content.brief import Brief
from app.safety.injection import fence_text

# The forms that variants of one brief take in turn, so that they don't open alike.
FORMS = ("fact", "scene", "question", "dialogue", "contrast", "invitation")
_SLOT = re.compile(r"<([a-z_]+)>")


def prompt_version() -> str:
    """The version of the prompts, kept with each generated text."""
    return str(_load()["version"])


def render_prompt(brief: Brief, form: str, style: Sequence[str] = ()) -> tuple[PromptMessage, ...]:
    """The messages that ask for one text of a form; `style` are notes on how editors change texts.

    Texts of the brief and notes can't open a role.
    """
    texts = _load()[brief.language]
    facts = "\n".join(
        f"- {fence_text(fact.name)}：{fence_text(fact.value)}" for fact in brief.facts
    )
    user = _fill(
        texts["user"],
        {
            "product": fence_text(brief.product),
            "facts": facts,
            "audience": fence_text(brief.audience) or "-",
            "tone": fence_text(brief.tone) or "-",
            "voice": _render_optional(texts["voice"], "texts", brief.voice, "\n"),
            "style": _render_optional(
                texts["style"], "notes", [f"- {each}" for each in style], "\n"
            ),
            "must": _render_optional(texts["must"], "words", brief.must, "、"),
            "must_not": _render_optional(texts["must_not"], "words", brief.must_not, "、"),
            "task": texts["tasks"][brief.channel],
            "form": texts["forms"][form],
            "length": str(brief.characters),
        },
    )
    return PromptMessage("system", texts["system"].strip()), PromptMessage("user", user.strip())


def render_rewrite(brief: Brief, text: str, findings: Sequence[str]) -> tuple[PromptMessage, ...]:
    """The messages that ask for a text without its findings."""
    texts = _load()[brief.language]
    listed = "\n".join(f"- {finding}" for finding in findings)
    user = _fill(texts["rewrite"], {"text": fence_text(text), "findings": fence_text(listed)})
    return PromptMessage("system", texts["system"].strip()), PromptMessage("user", user.strip())


def _render_optional(template: str, slot: str, values: Sequence[str], glue: str) -> str:
    return _fill(template, {slot: glue.join(map(fence_text, values))}) if values else ""


def _fill(template: str, values: Mapping[str, str]) -> str:
    return _SLOT.sub(lambda match: values.get(match[1], match[0]), template)


@functools.cache
def _load() -> dict[str, Any]:
    text = files("app.marketing.content").joinpath("prompts/copy.toml").read_text("utf-8")
    return tomllib.loads(text)
