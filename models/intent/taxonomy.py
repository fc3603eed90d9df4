"""Reads and checks taxonomies, taxonomy.toml, with all intents of a bot. Needs no torch.

The shipped taxonomy is beside this file. An operator's own is complete, or begins with
`extends = "shipped"` and has only additional intents and groups.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from models.errors import ExpectedFault

NAME = "taxonomy.toml"
FILE = Path(__file__).with_name(NAME)
OUT_OF_SCOPE = "out_of_scope"
CHITCHAT = "chitchat"
NO_SERVICE = frozenset({OUT_OF_SCOPE, CHITCHAT})  # intents that ask for no service

Source = Literal["cic", "account"]
Action = Literal["reply", "knowledge", "generate", "handoff"]


class BadTaxonomy(ExpectedFault, ValueError):
    """The file isn't a valid taxonomy; the message says which intent is wrong and why."""


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True)
class IntentGroup:
    """A group of related intents, for operators."""

    id: str
    title: str


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, kw_only=True)
class IntentDefinition:
    """One intent; `replies` are templates, `examples` are training texts."""

    id: str
    title: str
    group: str
    replies: tuple[str, ...]
    examples: tuple[str, ...] = ()
    description: str = ""
    source: Source = "account"
    action: Action = "reply"


@dataclass(frozen=True)
class Taxonomy:
    """All groups and intents in the order of the file."""

    groups: tuple[IntentGroup, ...]
    intents: tuple[IntentDefinition, ...]

    @cached_property
    def by_id(self) -> dict[str, IntentDefinition]:
        """Intent by its id."""
        return {intent.id: intent for intent in self.intents}

    @cached_property
    def group_titles(self) -> dict[str, str]:
        """Id of a group -> its title."""
        return {group.id: group.title for group in self.groups}


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True)
class _File:
    intents: tuple[IntentDefinition, ...] = ()
    groups: tuple[IntentGroup, ...] = ()
    extends: Literal["shipped"] | None = None


_FILE = TypeAdapter(_File)


def load_taxonomy(path: Path = FILE) -> Taxonomy:
    """Read and check a taxonomy. Raises BadTaxonomy naming the file and the wrong intent."""
    try:
        return parse_taxonomy(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadTaxonomy(f"{path} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadTaxonomy(f"{path} isn't UTF-8: save it as UTF-8") from error
    except BadTaxonomy as error:
        raise BadTaxonomy(f"{path}: {error}") from error


def parse_taxonomy(text: str) -> Taxonomy:
    """Parse and check a taxonomy in TOML; where it extends the shipped one, that is in front.

    Raises BadTaxonomy.
    """
    file = _read_toml(text)
    if not file.intents:
        raise BadTaxonomy("a taxonomy needs at least one intent")
    shipped = load_taxonomy() if file.extends else Taxonomy((), ())
    taxonomy = Taxonomy((*shipped.groups, *file.groups), (*shipped.intents, *file.intents))
    _check_taxonomy(taxonomy)
    return taxonomy


def _read_toml(text: str) -> _File:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadTaxonomy(f"not TOML: {error}") from error
    try:
        return _FILE.validate_python(table)
    except ValidationError as error:
        faults = [_describe_fault(fault["loc"], fault["msg"], table) for fault in error.errors()]
        raise BadTaxonomy("; ".join(faults[:3])) from error


def _describe_fault(path: tuple[int | str, ...], what: str, table: Mapping[str, Any]) -> str:
    """The message of a validation error, like `intent haggle: title: Field required`."""
    where = [str(part) for part in path]
    match path:
        case ("intents" | "groups" as many, int(index), *_):
            row = table[many][index]
            name = row.get("id") if isinstance(row, dict) else None
            where[:2] = [f"{many.removesuffix('s')} {name or index + 1}"]
    return ": ".join([*where, what])


def _check_taxonomy(taxonomy: Taxonomy) -> None:
    _check_unique("group id", (group.id for group in taxonomy.groups))
    _check_unique("intent id", (intent.id for intent in taxonomy.intents))
    _check_unique("intent title", (intent.title for intent in taxonomy.intents))
    for intent in taxonomy.intents:
        _check_intent(intent, taxonomy.group_titles)


def _check_intent(intent: IntentDefinition, groups: Mapping[str, str]) -> None:
    if not intent.title.strip():
        raise BadTaxonomy(f"intent {intent.id}: its title is empty")
    if intent.group not in groups:
        known_groups = ", ".join(groups) or "none"
        raise BadTaxonomy(
            f"intent {intent.id}: there is no group {intent.group!r} (of {known_groups})"
        )
    if not intent.replies or not all(reply.strip() for reply in intent.replies):
        raise BadTaxonomy(f"intent {intent.id}: it needs at least one reply, and no empty ones")


def _check_unique(what: str, values: Iterable[str]) -> None:
    twice = [value for value, count in Counter(values).items() if count > 1]
    if twice:
        raise BadTaxonomy(f"{what} given twice: {', '.join(twice)}")
