"""An account's word lists as an operator writes them, and the shipped ones below them."""

import functools
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from app.messages.lengths import TEXT_BYTES, size
from app.safety.words.normalise import fold_word

Action = Literal["refuse", "mask", "person", "ignore"]
Direction = Literal["incoming", "outgoing"]
NAME = "words"  # of the account document
SHORTEST = 2  # letters: a single one would be found in half of all sentences
MOST_WORDS = 5_000  # of an account


def _check_findable(word: str) -> str:
    if len(fold_word(word)) < SHORTEST:
        raise ValueError(
            f"{word!r} has fewer than {SHORTEST} letters: it would be found everywhere"
        )
    return word


def _check_sendable(reply: str) -> str:
    if size(reply) > TEXT_BYTES:
        raise ValueError(f"the reply has {size(reply)} bytes; one message takes {TEXT_BYTES}")
    return reply


Word = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=64),
    AfterValidator(_check_findable),
]
Name = Annotated[str, StringConstraints(pattern=r"^[\w-]{1,32}$")]


class Category(BaseModel):
    """Words with one action. An empty `reply` means the standard reply of the action."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str, StringConstraints(max_length=64)] = ""
    action: Action
    directions: tuple[Direction, ...] = ("incoming", "outgoing")
    words: tuple[Word, ...] = ()
    reply: Annotated[str, AfterValidator(_check_sendable)] = ""


class WordLists(BaseModel):
    """An account's categories; one named like a shipped one adds words and sets the action."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shipped: bool = True  # the shipped lists are used too
    categories: Annotated[dict[Name, Category], Field(max_length=50)] = {}
    allow: tuple[Word, ...] = ()

    @model_validator(mode="after")
    def _check_size(self) -> "WordLists":
        words = len(self.allow) + sum(len(each.words) for each in self.categories.values())
        if words > MOST_WORDS:
            raise ValueError(f"{words} words; an account may have {MOST_WORDS}")
        return self

    def with_shipped(self) -> "WordLists":
        """These lists merged with the shipped ones, if `shipped` is set."""
        if not self.shipped:
            return self
        below = shipped_lists()
        merged = dict(below.categories)
        for name, category in self.categories.items():
            merged[name] = _merge_category(below.categories.get(name), category)
        return WordLists.model_construct(
            shipped=False, categories=merged, allow=below.allow + self.allow
        )


def _merge_category(below: Category | None, category: Category) -> Category:
    if below is None:
        return category
    own = {"title": category.title or below.title, "words": below.words + category.words}
    if "directions" not in category.model_fields_set:
        own["directions"] = below.directions
    return category.model_copy(update=own)


@functools.cache
def shipped_lists() -> WordLists:
    """Load the lists of words.toml."""
    tables: Mapping[str, Any] = tomllib.loads(
        files(__package__).joinpath("words.toml").read_text("utf-8")
    )
    categories = {name: table for name, table in tables.items() if name != "allow"}
    return WordLists(shipped=False, categories=categories, allow=tables["allow"])
