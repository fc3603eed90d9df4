"""What a comment must not be misread about, by signs in its words: harm, a loss, a question."""

import functools
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Literal, get_args

from app.kit.text import fold_width

Sign = Literal[
    "harm", "loss", "sorrow", "self_blame", "laughter", "joy", "price", "mild_price",
    "spared", "good_news", "request",
    "question", "health", "defect", "spoiled", "trouble", "fault", "unanswered", "taken", "weary",
    "doubt", "enquiry", "elsewhere", "anger", "dismay", "cheer", "wordless", "pet_harm", "pet_risk",
    "child", "child_harm", "mishap", "blame", "of_goods", "order", "body",
    "thanks", "small_talk",
]  # fmt: skip


def find_signs(text: str) -> frozenset[Sign]:
    """The signs in a comment. Harm that is only asked about (会吐吗) is a question of health."""
    patterns = _load_patterns()
    whole_text = fold_width(text).strip()
    plain_text = patterns["idioms"].sub(" ", whole_text)
    is_asked = bool(patterns["question"].search(plain_text))
    happened = patterns["supposed"].sub("", plain_text) if is_asked else plain_text
    # 笑死 is an idiom, and laughs
    texts = dict.fromkeys(("laughter", "cheer", "wordless"), whole_text)
    texts |= {"harm": happened, "fault": happened}
    signs: tuple[Sign, ...] = get_args(Sign)
    matching_signs = {sign for sign in signs if patterns[sign].search(texts.get(sign, plain_text))}
    if "harm" not in matching_signs and patterns["harm"].search(plain_text):
        matching_signs.add("health")
    if {"child", "harm"} <= matching_signs:
        matching_signs.add("child_harm")
    return frozenset(matching_signs)


@functools.cache
def _load_patterns() -> Mapping[str, re.Pattern[str]]:
    path = files("app.marketing.content.writing").joinpath("comment_signs.toml")
    content = tomllib.loads(path.read_text("utf-8"))
    words: Mapping[str, str] = content.pop("words")
    return {
        name: re.compile(_fill_words("|".join(lines), words), re.IGNORECASE)
        for name, lines in content.items()
    }


def _fill_words(pattern: str, words: Mapping[str, str]) -> str:
    for name, alternatives in words.items():
        pattern = pattern.replace(f"<{name}>", f"(?:{alternatives})")
    return pattern
