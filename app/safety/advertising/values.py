"""What a check is asked and what it answers: industries and findings."""

from dataclasses import dataclass
from typing import Literal

Industry = Literal[
    "general", "food", "health", "cosmetics", "finance", "education", "realestate"
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvertisingFinding:
    """A place in a text that a rule forbids: `text` is the checked text from start to end."""

    rule: str  # the rule's id, such as absolute.superlative
    title: str
    law: str
    start: int
    end: int
    text: str
    suggestion: str = ""  # a wording for the place that itself passes; "": remove the place
