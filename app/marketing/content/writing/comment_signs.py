"""What a comment is about, by signs in its words: harm, a loss, a fault, a question, a joke."""

import functools
import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Literal, get_args

from app.kit.text import fold_width

Sign = Literal["harm", "loss", "fault", "loneliness", "delight", "joke", "question", "health"]
_WITH_IDIOMS: frozenset[Sign] = frozenset({"delight", "joke"})


def find_signs(text: str) -> frozenset[Sign]:
    """The signs in a comment. A fault that is only asked about (会漏水吗) is none, and such a harm
    (会拉肚子吗) is a question of health.
    """
    text = fold_width(text).strip()
    patterns, plain_text = _load_patterns(), drop_idioms(text)
    is_asked = bool(patterns["question"].search(plain_text))
    happened = patterns["supposed"].sub("", plain_text) if is_asked else plain_text

    def choose_text(sign: Sign) -> str:
        if sign in _WITH_IDIOMS:
            return text
        return happened if sign in {"harm", "fault"} else plain_text

    signs: tuple[Sign, ...] = get_args(Sign)
    matching_signs = {sign for sign in signs if patterns[sign].search(choose_text(sign))}
    is_feared = "harm" not in matching_signs and bool(patterns["harm"].search(plain_text))
    return frozenset(matching_signs | ({"health"} if is_feared else set()))


def drop_idioms(text: str) -> str:
    """The comment without idioms that only look like a fault or a sorrow: 好吃哭了, 没踩过雷."""
    return _load_patterns()["idioms"].sub(" ", fold_width(text))


def asks_in_words(text: str) -> bool:
    """Whether a comment asks by more than its question mark: 谁懂啊？ does not."""
    return bool(_load_patterns()["question"].search(re.sub("[?？]", "", drop_idioms(text))))


@functools.cache
def _load_patterns() -> Mapping[str, re.Pattern[str]]:
    path = files("app.marketing.content.writing").joinpath("comment_signs.toml")
    content = tomllib.loads(path.read_text("utf-8"))
    person: str = content.pop("person")
    return {
        name: re.compile("|".join(lines).replace("<person>", person), re.IGNORECASE)
        for name, lines in content.items()
    }
