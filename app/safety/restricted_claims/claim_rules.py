"""The kinds of claims that a generated answer may not make, and the rule for one kind."""

from dataclasses import dataclass
from typing import Literal

import regex

Kind = Literal[
    "absolute", "health", "finance", "disparagement", "human", "deed", "contact", "gift", "refund",
    "authority", "price", "prompt",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClaimRule:
    """The pattern of a kind of claim; its group `core`, if any, is what a source has to say."""

    kind: Kind
    pattern: regex.Pattern[str]
    deniable: bool = True  # no claim after 没有…, 如果…
    quotable: bool = True  # allowed where a source says the same


def make_rule(
    kind: Kind, pattern: str, *, deniable: bool = True, quotable: bool = True
) -> ClaimRule:
    """A rule with its pattern compiled; white space in the pattern doesn't count."""
    return ClaimRule(kind, regex.compile(pattern, regex.VERBOSE), deniable, quotable)
