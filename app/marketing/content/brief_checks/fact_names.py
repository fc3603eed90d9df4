"""Names of facts that mean the same, and values that state nothing: fact_names.toml."""

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import regex

from app.kit.text import fold_to_letters

_SIGNS_ONLY = regex.compile(r"[\p{P}\s~+=|]*")


def find_topic(name: str) -> str:
    """What a fact is about, where other names say the same: 价格 for 售价; "" for other names."""
    return _load_topics().get(fold_to_letters(name), "")


def is_placeholder(value: str) -> bool:
    """Whether a value states nothing, such as -, 暂无 or TBD."""
    letters = fold_to_letters(value)
    return letters in _load_placeholders() or bool(_SIGNS_ONLY.fullmatch(value))


@functools.cache
def _load_topics() -> Mapping[str, str]:
    topics: list[list[str]] = _load()["topics"]
    return {fold_to_letters(name): names[0] for names in topics for name in names}


@functools.cache
def _load_placeholders() -> frozenset[str]:
    words: list[str] = _load()["placeholders"]
    return frozenset(map(fold_to_letters, words))


@functools.cache
def _load() -> Mapping[str, Any]:
    folder = files("app.marketing.content.brief_checks")
    return tomllib.loads(folder.joinpath("fact_names.toml").read_text("utf-8"))
