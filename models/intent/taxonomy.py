"""Every intent the bot knows, read from taxonomy.toml and checked. Needs no torch."""

import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args

FILE = Path(__file__).with_name("taxonomy.toml")
OUT_OF_SCOPE = "out_of_scope"
CHITCHAT = "chitchat"

Source = Literal["cic", "account"]
Action = Literal["reply", "knowledge", "generate", "handoff"]


@dataclass(frozen=True)
class Group:
    """A handful of related intents, as an operator sees them."""

    id: str
    title: str


@dataclass(frozen=True)
class Intent:
    """One thing a follower may want; `replies` are templates, `examples` train the head."""

    id: str
    title: str
    description: str
    group: str
    source: Source
    action: Action
    examples: tuple[str, ...]
    replies: tuple[str, ...]


@dataclass(frozen=True)
class Taxonomy:
    """All groups and intents in the order of the file."""

    groups: tuple[Group, ...]
    intents: tuple[Intent, ...]

    @cached_property
    def by_id(self) -> dict[str, Intent]:
        return {intent.id: intent for intent in self.intents}

    @cached_property
    def group_titles(self) -> dict[str, str]:
        return {group.id: group.title for group in self.groups}


def load(path: Path = FILE) -> Taxonomy:
    """Raises ValueError naming the intent that is wrong."""
    return parse(path.read_text(encoding="utf-8"))


def parse(text: str) -> Taxonomy:
    """TOML in, a checked taxonomy out. Raises ValueError."""
    table = tomllib.loads(text)
    taxonomy = Taxonomy(
        groups=tuple(_group(row) for row in table.get("groups", [])),
        intents=tuple(_intent(row) for row in table.get("intents", [])),
    )
    _check(taxonomy)
    return taxonomy


def _group(row: dict[str, Any]) -> Group:
    try:
        return Group(**row)
    except TypeError as error:
        raise ValueError(f"group {row.get('id', '?')}: {error}") from error


def _intent(row: dict[str, Any]) -> Intent:
    lists = {name: tuple(row.get(name, ())) for name in ("examples", "replies")}
    try:
        return Intent(**{**row, **lists})
    except TypeError as error:
        raise ValueError(f"intent {row.get('id', '?')}: {error}") from error


def _check(taxonomy: Taxonomy) -> None:
    if not taxonomy.intents:
        raise ValueError("a taxonomy needs at least one intent")
    _unique("group id", (group.id for group in taxonomy.groups))
    _unique("intent id", (intent.id for intent in taxonomy.intents))
    _unique("intent title", (intent.title for intent in taxonomy.intents))
    for intent in taxonomy.intents:
        _check_intent(intent, taxonomy.group_titles)


def _check_intent(intent: Intent, groups: dict[str, str]) -> None:
    if intent.group not in groups:
        raise ValueError(f"intent {intent.id}: there is no group {intent.group!r}")
    if intent.source not in get_args(Source):
        raise ValueError(f"intent {intent.id}: source {intent.source!r} is not cic or account")
    if intent.action not in get_args(Action):
        raise ValueError(f"intent {intent.id}: unknown action {intent.action!r}")


def _unique(what: str, values: Iterable[str]) -> None:
    twice = [value for value, count in Counter(values).items() if count > 1]
    if twice:
        raise ValueError(f"{what} given twice: {', '.join(twice)}")
