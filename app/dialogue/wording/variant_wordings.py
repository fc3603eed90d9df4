"""Wordings that experiments compare: what one follower reads in place of a reply's usual words."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from app.jobs import MessageJob

ENTRY = "entry."  # prefix of the targets that are entries; those of intents are ids of phrases


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantWording:
    """A follower's variant of an experiment on a reply.

    target: `intent.ID` or `entry.ID`, the reply that is worded. text: may have slots where the
    target is an intent. assigned: when, in seconds since 1970.
    """

    target: str
    text: str
    experiment: str
    variant: str
    assigned: float


# The wordings of each message's follower. Never raises for an unavailable database.
FindWordings = Callable[[Sequence[MessageJob]], Awaitable[Sequence[tuple[VariantWording, ...]]]]


async def find_no_wordings(messages: Sequence[MessageJob]) -> Sequence[tuple[VariantWording, ...]]:
    """The wordings of a service without experiments."""
    return [()] * len(messages)
