"""Sentences of ours that an operator may word otherwise: declared once, where they are said.

A phrase has an id, a title for the operator, its variants as they are shipped, and the slots that
may stand in it. `{brand}` in a text is a slot: it is filled when the text is said.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import regex
from pydantic import TypeAdapter

from app.messages.lengths import TEXT_BYTES, size

COMMON = ("brand", "hours", "opens")  # of every turn
NAME = "phrases"  # of the book
MOST_VARIANTS = 10
INTENT = "intent."  # begins the id of an intent's own reply

_SLOT = re.compile(r"\{([a-z]+)\}")
_BRACES = re.compile(r"[{}｛｝][^{}｛｝]{0,40}[}｝]?")
_VISIBLE = regex.compile(r"[^\p{Z}\p{C}\p{M}]")  # of the others alone nothing is read


@dataclass(frozen=True, slots=True)
class Phrase:
    """`variants` are as shipped. `needed` slots must stand in each variant."""

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
    """Why a text may not be said, in a sentence that says what to do."""

    code: FaultCode
    message: str


class TextOf(Protocol):
    """Words a phrase for an account, beside a turn."""

    def __call__(self, account: str, phrase: Phrase, /, **values: str) -> str: ...


class Say(Protocol):
    """Words a phrase for one follower, with these values in its slots beside the common ones."""

    def __call__(self, phrase: Phrase, /, **values: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """What one account's operator wrote, by the phrase's id."""

    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def variants(self, phrase: Phrase) -> tuple[str, ...]:
        """The operator's, or those shipped."""
        return self.own.get(phrase.id) or phrase.variants


BLANK = Phrasebook()
_OWN: TypeAdapter[dict[str, tuple[str, ...]]] = TypeAdapter(dict[str, tuple[str, ...]])


def parse(content: Any) -> Phrasebook:
    """From a book's JSON. Raises ValueError."""
    return Phrasebook(_OWN.validate_python(content))


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with its slots filled, once: what a value holds is not looked into."""
    return _SLOT.sub(lambda slot: values.get(slot[1], slot[0]), text)


def choose(texts: Sequence[str], seed: int, last: str | None = None) -> str:
    """One of the filled variants; not one that `last` has in it, where there is another.

    `seed` makes the choice the same for every delivery of a message.
    """
    previous = last or ""
    fresh = [t for t in texts if t not in previous] or [t for t in texts if t != previous] or texts
    return fresh[seed % len(fresh)]


def as_shipped(phrase: Phrase, /, **values: str) -> str:
    """The first variant as shipped: what is said where no account is known."""
    return fill(phrase.first, values)


def faults(texts: Sequence[str], phrase: Phrase) -> list[str]:
    """Why these may not take the place of the phrase's variants; one sentence per fault."""
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
    """Why this may be no variant of the phrase."""
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
    """What stands in braces and is no slot, such as {Brand}, {品牌} or a brace alone."""
    allowed_names = frozenset(allowed)
    rest = _SLOT.sub(lambda slot: "" if slot[1] in allowed_names else slot[0], text)
    return list(dict.fromkeys(_BRACES.findall(rest)))
