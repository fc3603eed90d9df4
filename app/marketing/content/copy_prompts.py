"""Renders the prompts of prompts/copy.toml from a brief. No I/O but the file."""

import functools
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from app.inference.ports import PromptMessage
from app.marketing.content.brief import Brief, BriefFact, Channel, Language
from app.marketing.content.writing.comments import UnderstoodComment
from app.safety.injection import fence_text

# The forms that variants of one brief take in turn, so that they don't open alike.
FORMS = ("fact", "scene", "question", "dialogue", "contrast", "invitation")
# Of texts whose beginning is decided otherwise: replies by the mood, welcomes by the greeting.
_OWN_FORMS: Mapping[Channel, tuple[str, ...]] = {
    "comment_reply": ("warm", "factual", "brief"),
    "menu": ("product", "action", "category"),
    "welcome": ("fact", "question", "invitation"),
}
_FORM_TABLES: Mapping[Channel, str] = {
    "comment_reply": "reply_forms", "menu": "menu_forms", "welcome": "welcome_forms",
}  # fmt: skip
_SLOT = re.compile(r"<([a-z_]+)>")


def prompt_version() -> str:
    """The version of the prompts, kept with each generated text."""
    return str(load_prompts()["version"])


def list_forms(channel: Channel) -> tuple[str, ...]:
    """The forms of a channel's texts, in the order in which variants take them."""
    return _OWN_FORMS.get(channel, FORMS)


def render_prompt(
    brief: Brief, form: str, style: Sequence[str] = (), comment: UnderstoodComment | None = None
) -> tuple[PromptMessage, ...]:
    """The messages that ask for one text of a form, as JSON, with an answered example before.

    `style` are notes on how editors change texts. `comment` is what is to be answered. Texts of the
    brief, of notes and of comments can't open a role.
    """
    example = _render_example(brief, form, comment)
    return (
        render_system(brief, _find_format(brief)),
        *example,
        _render_user(brief, form, style, comment),
    )


def render_rewrite(brief: Brief, text: str, findings: Sequence[str]) -> tuple[PromptMessage, ...]:
    """The messages that ask for a text without its findings."""
    texts = load_prompts()[brief.language]
    listed = "\n".join(f"- {finding}" for finding in findings)
    facts = render_facts(brief)
    values = {"text": fence_text(text), "findings": fence_text(listed), "facts": facts}
    user = fill_slots(texts["rewrite"], values)
    system = render_system(brief, _find_format(brief))
    return system, PromptMessage("user", user.strip())


def render_facts(brief: Brief) -> str:
    """The facts, a line each."""
    lines = (f"- {fence_text(fact.name)}：{fence_text(fact.value)}" for fact in brief.facts)
    return "\n".join(lines)


def render_system(brief: Brief, answer_format: str) -> PromptMessage:
    """The system message of all prompts of copy; `answer_format` shows the JSON asked for."""
    system = load_prompts()[brief.language]["system"]
    return PromptMessage("system", fill_slots(system, {"format": answer_format}).strip())


def _find_format(brief: Brief) -> str:
    name = "topic_format" if brief.channel == "topic" else "text_format"
    return str(load_prompts()[brief.language][name])


def _render_user(
    brief: Brief, form: str, style: Sequence[str], comment: UnderstoodComment | None
) -> PromptMessage:
    texts = load_prompts()[brief.language]
    forms = texts[_FORM_TABLES.get(brief.channel, "forms")]
    values = list_slots(brief, style) | {
        "comment": _render_comment(brief, comment),
        "task": texts["tasks"][brief.channel],
        "form": forms.get(form, ""),
    }
    return PromptMessage("user", fill_slots(texts["user"], values).strip())


def list_slots(brief: Brief, style: Sequence[str]) -> dict[str, str]:
    """What any prompt may say of a brief, by the name of its slot."""
    texts = load_prompts()[brief.language]
    notes = [f"- {each}" for each in style]
    return {
        "product": fence_text(brief.product),
        "facts": render_facts(brief),
        "audience": fence_text(brief.audience) or "-",
        "tone": fence_text(brief.tone) or "-",
        "voice": _render_optional(texts["voice"], "texts", brief.voice, "\n"),
        "style": _render_optional(texts["style"], "notes", notes, "\n"),
        "must": _render_optional(texts["must"], "words", brief.must, "、"),
        "must_not": _render_optional(texts["must_not"], "words", brief.must_not, "、"),
        "length": str(brief.characters),
    }


def _render_comment(brief: Brief, comment: UnderstoodComment | None) -> str:
    if comment is None or brief.channel != "comment_reply":
        return ""
    texts = load_prompts()[brief.language]
    mood = texts["moods"][comment.mood]
    return fill_slots(texts["comment"], {"comment": fence_text(comment.text), "mood": mood})


def _render_example(
    brief: Brief, form: str, comment: UnderstoodComment | None
) -> tuple[PromptMessage, ...]:
    """The sample brief in the same channel with its answer; () where the channel has none."""
    texts = load_prompts()[brief.language]
    answer, sample_comment = texts["examples"].get(brief.channel), None
    if brief.channel == "comment_reply":
        mood = comment.mood if comment else "calm"
        question, reply = texts["reply_examples"][mood]
        sample_comment = UnderstoodComment(text=question, mood=mood)
        answer = json.dumps({"text": reply}, ensure_ascii=False)
    if answer is None:
        return ()
    sample = _sample_brief(brief.channel, brief.language)
    user = _render_user(sample, form, (), sample_comment)
    return user, PromptMessage("assistant", answer)


@functools.cache
def _sample_brief(channel: Channel, language: Language) -> Brief:
    sample = load_prompts()[language]["sample"]
    facts = tuple(BriefFact(name=name, value=value, source="-") for name, value in sample["facts"])
    return Brief(
        product=sample["product"],
        facts=facts,
        audience=sample["audience"],
        tone=sample["tone"],
        channel=channel,
        language=language,
    )


def _render_optional(template: str, slot: str, values: Sequence[str], glue: str) -> str:
    return fill_slots(template, {slot: glue.join(map(fence_text, values))}) if values else ""


def fill_slots(template: str, values: Mapping[str, str]) -> str:
    """Fill <name> by `values`; other names stay."""
    return _SLOT.sub(lambda match: values.get(match[1], match[0]), template)


@functools.cache
def load_prompts() -> dict[str, Any]:
    """The prompts of short texts."""
    text = files("app.marketing.content").joinpath("prompts/copy.toml").read_text("utf-8")
    return tomllib.loads(text)
