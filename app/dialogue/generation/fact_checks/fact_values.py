"""A checkable fact of a text, in normal form."""

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["amount", "date", "time", "link", "name", "promise"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact in normal form. Facts are equal if they say the same, whatever the quote."""

    kind: Kind
    what: str
    unit: str = ""
    quote: str = field(default="", compare=False)  # its wording in the text

    @property
    def binding(self) -> bool:
        """Whether only the brand can state it: money, discounts, links and promises."""
        return self.kind in {"promise", "link"} or self.unit in {"元", "折", "%", "倍"}
