"""Regular expressions of operators, compiled with RE2: time linear in the text for each of them."""

from collections.abc import Iterator
from typing import Protocol, cast

import re2


class PatternMatch(Protocol):
    """A match of a pattern in a text."""

    def start(self) -> int:
        """The first matched character's index."""
        ...

    def end(self) -> int:
        """The index behind the last matched character."""
        ...

    def span(self) -> tuple[int, int]:
        """Start and end."""
        ...

    def __getitem__(self, group: int, /) -> str:
        """What a group matched."""
        ...


class LinearPattern(Protocol):
    """A compiled regular expression."""

    def __hash__(self) -> int:
        """Its place in a set."""
        ...

    def search(self, text: str, /) -> PatternMatch | None:
        """The first match anywhere in the text, or None."""
        ...

    def finditer(self, text: str, /) -> Iterator[PatternMatch]:
        """All matches from left to right that don't overlap."""
        ...


def make_options(memory: int, *, case_sensitive: bool = False) -> "re2.Options":
    """RE2's options: nothing is logged, and a pattern takes at most `memory` bytes."""
    options = re2.Options()
    options.case_sensitive = case_sensitive
    options.log_errors = False
    options.max_mem = memory
    return options


def compile_linear(text: str, options: "re2.Options") -> LinearPattern:
    """Compile a pattern. Raises ValueError for an invalid or too large one."""
    try:
        return cast("LinearPattern", re2.compile(text, options))
    except re2.error as error:
        [reason] = error.args
        error_text = reason.decode() if isinstance(reason, bytes) else reason
        raise ValueError(f"{text!r} is no pattern that RE2 knows: {error_text}") from None
