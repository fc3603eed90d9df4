"""Texts filled from a brief without any language model: usable, plain, and marked as such."""

import functools
import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files

from app.marketing.content.brief import Brief, BriefFact, Language
from app.marketing.content.notices import add_notices

MODEL_PREFIX = "template-"
MODEL = f"{MODEL_PREFIX}2"  # kept with the text in place of a model's version

_COLON: dict[Language, str] = {"zh": "：", "en": ": ", "ja": "：", "ko": ": "}


def fill_templates(brief: Brief, kinds: Sequence[str] = ()) -> tuple[str, ...]:
    """Texts for the brief's channel, each within the length and different in form.

    kinds: of replies to comments, by mood; the first for which the language has lines is taken.
    Notices that the law asks for stand at the end.
    """
    of_language = _load_lines()[brief.language]
    keys = (*(f"{brief.channel}_{kind}" for kind in kinds), brief.channel, "ad")
    lines = next(of_language[key] for key in keys if key in of_language)
    brief = _prefer_audience(brief)
    texts = [_fill(line, brief) for line in lines]
    must = [word for word in brief.must if not any(word in text for text in texts)]
    suffix = (
        "".join(f" {word}" for word in must)
        if brief.channel not in {"title", "menu", "comment_reply"}
        else ""
    )
    whole_texts = (add_notices(f"{text}{suffix}", brief) for text in texts if text)
    return tuple(dict.fromkeys(whole_texts))


def _prefer_audience(brief: Brief) -> Brief:
    """The brief with facts first that share words with its audience, as 送礼的人 with 送礼."""
    pairs = _list_pairs(brief.audience)

    def count(fact: BriefFact) -> int:
        return len(pairs & _list_pairs(f"{fact.name} {fact.value}"))

    facts = tuple(sorted(brief.facts, key=count, reverse=True))
    return brief.model_copy(update={"facts": facts})


def _list_pairs(text: str) -> set[str]:
    """Pairs of Chinese, Japanese or Korean characters that stand together, and other words."""
    pairs = {text[at : at + 2] for at in range(len(text) - 1)}
    words = re.findall(r"[a-z]{3,}", text.lower())
    return {pair for pair in pairs if not pair.isascii() and pair.isalpha()} | {*words}


def _fill(line: str, brief: Brief) -> str:
    """Fill a template; parts that name a missing fact are left out."""
    parts = [_fill_part(part, brief) for part in line.split("\n")]
    return "\n".join(part for part in parts if part is not None)


def _fill_part(part: str, brief: Brief) -> str | None:
    text = part.replace("<product>", brief.product)
    for at, name in enumerate(("first", "second", "third")):
        if f"<{name}" not in text:
            continue
        if at >= len(brief.facts):
            return None
        text = _fill_fact(text, name, brief.facts[at], _COLON[brief.language])
    return text


def _fill_fact(text: str, name: str, fact: BriefFact, colon: str) -> str:
    value = fact.value.rstrip("。.；;")
    return (
        text.replace(f"<{name}_name>", fact.name)
        .replace(f"<{name}_value>", value)
        .replace(f"<{name}>", f"{fact.name}{colon}{value}")
    )


@functools.cache
def _load_lines() -> Mapping[str, Mapping[str, list[str]]]:
    text = files("app.marketing.content").joinpath("templates.toml").read_text("utf-8")
    return tomllib.loads(text)
