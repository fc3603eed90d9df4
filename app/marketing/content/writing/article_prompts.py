"""Renders the prompts of prompts/article.toml: an outline, and each of its sections."""

import functools
import tomllib
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from app.inference.ports import PromptMessage
from app.marketing.content.brief import Brief
from app.marketing.content.copy_prompts import fill_slots, list_slots, render_system
from app.safety.injection import fence_text


def article_prompt_version() -> str:
    """The version of these prompts, kept with each article."""
    return str(_load()["version"])


def render_outline(brief: Brief, sections: int, style: Sequence[str]) -> tuple[PromptMessage, ...]:
    """The messages that ask for an outline of `sections` sections; facts are numbered from 1 on."""
    texts = _load()[brief.language]
    facts = "\n".join(
        f"{number}. {fence_text(fact.name)}：{fence_text(fact.value)}"
        for number, fact in enumerate(brief.facts, 1)
    )
    values = list_slots(brief, style) | {"facts": facts, "sections": str(sections)}
    user = fill_slots(texts["outline"], values)
    return render_system(brief, texts["outline_format"]), PromptMessage("user", user.strip())


def render_section(
    brief: Brief, title: str, heading: str, style: Sequence[str]
) -> tuple[PromptMessage, ...]:
    """The messages that ask for one section; `brief` has its facts and its length alone."""
    texts = _load()[brief.language]
    values = list_slots(brief, style) | {
        "title": fence_text(title),
        "heading": fence_text(heading),
    }
    user = fill_slots(texts["section"], values)
    return render_system(brief, texts["section_format"]), PromptMessage("user", user.strip())


@functools.cache
def _load() -> dict[str, Any]:
    text = files("app.marketing.content").joinpath("prompts/article.toml").read_text("utf-8")
    return tomllib.loads(text)
