"""Phrases: sentences of the product that operators can reword. Each is declared where it is used.

A phrase has an id, a title for the operator, its shipped variants, and the slots that its texts
may contain. `{brand}` in a text is a slot, filled when the text is used.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import regex
from pydantic import TypeAdapter

from app.messages.lengths import TEXT_BYTES, size

COMMON = ("brand", "hours", "opens")  # slots available in every turn
NAME = "phrases"  # of the account document
MOST_VARIANTS = 10
INTENT = "intent."  # prefix of the ids of intents' replies

_SLOT = re.compile(r"\{([a-z]+)\}")
_BRACES = re.compile(r"[{}｛｝][^{}｛｝]{0,40}[}｝]?")
_VISIBLE = regex.compile(r"[^\p{Z}\p{C}\p{M}]")  # a text without any of these looks empty


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase with its shipped variants. Each variant must contain the `needed` slots."""

    id: str
    title: str
    variants: tuple[str, ...]
    slots: tuple[str, ...] = COMMON
    needed: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[str]:
        return iter(self.variants)

    @property
    def first(self) -> str:
        """The first variant as shipped, its slots unfilled."""
        return self.variants[0]


FaultCode = Literal["empty", "unknown_slot", "needed_slot", "too_long"]


@dataclass(frozen=True, slots=True)
class PhraseFault:
    """A fault of a variant; the message is for the operator and says what to change."""

    code: FaultCode
    message: str


class TextOf(Protocol):
    """Fills a phrase's text for an account, outside a turn."""

    def __call__(self, account: str, phrase: Phrase, /, **values: str) -> str: ...


class Say(Protocol):
    """Fills a phrase's text for one follower, with `values` in addition to the common slots."""

    def __call__(self, phrase: Phrase, /, **values: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """One account's reworded phrases: variants by phrase id."""

    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def variants(self, phrase: Phrase) -> tuple[str, ...]:
        """The operator's variants, else the shipped ones."""
        return self.own.get(phrase.id) or phrase.variants


BLANK = Phrasebook()
_OWN: TypeAdapter[dict[str, tuple[str, ...]]] = TypeAdapter(dict[str, tuple[str, ...]])


def parse(content: Any) -> Phrasebook:
    """Parse the content of an account document. Raises ValueError."""
    return Phrasebook(_OWN.validate_python(content))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Fill the text's slots. Unknown slots stay; slots inside values aren't filled."""
    return _SLOT.sub(lambda slot: values.get(slot[1], slot[0]), text)


def choose(texts: Sequence[str], seed: int, last: str | None = None) -> str:
    """Choose one of the filled variants, if possible one not contained in the `last` reply.

    The same `seed` gives the same choice, so that all retries of a message get the same text.
    """
    previous = last or ""
    fresh = [t for t in texts if t not in previous] or [t for t in texts if t != previous] or texts
    return fresh[seed % len(fresh)]


def as_shipped(phrase: Phrase, /, **values: str) -> str:
    """The first shipped variant, filled: used where no account is known."""
    return fill(phrase.first, values)


def faults(texts: Sequence[str], phrase: Phrase) -> list[str]:
    """The faults of `texts` as variants of the phrase, one sentence each; [] if valid."""
    if not texts:
        return ["write at least one variant; DELETE brings back what is shipped"]
    if len(texts) > MOST_VARIANTS:
        return [f"{len(texts)} variants; a phrase may have {MOST_VARIANTS}"]
    return [
        f"variant {number}: {fault.message}"
        for number, text in enumerate(texts, 1)
        for fault in faults_of(text, phrase)
    ]


def faults_of(text: str, phrase: Phrase) -> Iterator[PhraseFault]:
    """Yield the faults of one text as a variant of the phrase."""
    if not _VISIBLE.search(text):
        yield PhraseFault("empty", "it is empty; DELETE brings back what is shipped")
        return
    for slot in _unknown_slots(text, phrase.slots):
        allowed = ", ".join(f"{{{name}}}" for name in phrase.slots)
        yield PhraseFault("unknown_slot", f"{slot} is no slot of this phrase; it has {allowed}")
    for name in phrase.needed:
        if f"{{{name}}}" not in text:
            yield PhraseFault("needed_slot", f"the slot {{{name}}} has to stand in it")
    if size(text) > TEXT_BYTES:
        yield PhraseFault("too_long", f"it has {size(text)} bytes; one message takes {TEXT_BYTES}")


def _unknown_slots(text: str, allowed: Iterable[str]) -> list[str]:
    """The texts in braces that are no slot, such as {Brand}, {品牌} or a brace alone."""
    allowed_names = frozenset(allowed)
    rest = _SLOT.sub(lambda slot: "" if slot[1] in allowed_names else slot[0], text)
    return list(dict.fromkeys(_BRACES.findall(rest)))
