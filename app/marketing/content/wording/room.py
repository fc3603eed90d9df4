"""How much room a text of a channel has, with the words that it must have. No I/O."""

from collections.abc import Callable
from dataclasses import dataclass

from app.marketing.content.brief import LENGTHS, Brief, Channel

_BOUNDED: frozenset[Channel] = frozenset({"title", "ad"})  # the length asked for is the most
_WITHOUT_MUST: frozenset[Channel] = frozenset({"menu", "comment_reply"})
_ON_OWN_LINE: frozenset[Channel] = frozenset({"moments", "broadcast", "welcome", "topic"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRoom:
    """`most` by `measure`, beside the words of `must`, which `joint` joins to a text.

    is_strict: a text that would be too long with them stays without.
    """

    most: float
    measure: Callable[[str], float]
    must: tuple[str, ...]
    joint: str
    is_strict: bool

    @classmethod
    def of(cls, brief: Brief, measure: Callable[[str], float]) -> "TextRoom":
        """The room of the brief's channel, or of the length that it asks for."""
        must = () if brief.channel in _WITHOUT_MUST else brief.must
        bound = brief.length if brief.channel in _BOUNDED else None
        return cls(
            most=bound or LENGTHS[brief.channel][1],
            measure=measure,
            must=tuple(word for word in must if word not in brief.product),
            joint=_choose_joint(brief),
            is_strict=brief.channel == "title",
        )

    def holds(self, text: str) -> bool:
        """Whether a text has room, with the words that it lacks where all may stand in one."""
        needed = sum(self.measure(f"{word}{self.joint}") for word in self.must)
        most = self.most - needed if needed < self.most / 2 else self.most
        return self.measure(text) <= most

    def add_must(self, text: str) -> str:
        """The text with the words that it must have and lacks."""
        whole = self.joint.join([text, *(word for word in self.must if word not in text)])
        return text if self.is_strict and self.measure(whole) > self.most else whole


def _choose_joint(brief: Brief) -> str:
    if brief.channel in {"title", "poster"}:
        return "｜" if brief.language in {"zh", "ja"} else " | "
    return "\n" if brief.channel in _ON_OWN_LINE else " "
