"""Words that claim nothing: mood_words.toml."""

import functools
import tomllib
from importlib.resources import files

from app.kit.text import fold_to_letters


@functools.cache
def load_mood_words() -> frozenset[str]:
    """Words that invite, greet or set a mood, and claim nothing."""
    text = files("app.marketing.content.claims").joinpath("mood_words.toml").read_text("utf-8")
    content: dict[str, str] = tomllib.loads(text)
    return frozenset(fold_to_letters(word) for words in content.values() for word in words.split())
