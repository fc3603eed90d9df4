"""Keyword rules, made ready to be held against messages."""

from dataclasses import dataclass
from typing import Self, assert_never
from zoneinfo import ZoneInfo

from app.rules import fields
from app.rules.normalise import HEARD, SEARCHED, bare, plain
from app.rules.values import Keyword


@dataclass(frozen=True, slots=True)
class Heard:
    """A message in the forms that are compared."""

    written: str
    plain: str
    bare: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Of a very long one the beginning."""
        written = text.strip()[:HEARD]
        return cls(written, plain(written), bare(written))


@dataclass(frozen=True, slots=True)
class Trigger:
    """A rule with its words as they are compared; `since` and `until` in seconds since 1970."""

    rule: Keyword
    words: tuple[str, ...]
    patterns: tuple[fields.Pattern, ...]
    since: float
    until: float

    @classmethod
    def read(cls, rule: Keyword, zone: ZoneInfo) -> Self:
        """The rule's times are local to `zone`."""
        form = bare if rule.match == "exact" else plain
        since = fields.moment(rule.since).replace(tzinfo=zone).timestamp() if rule.since else 0
        until = (
            fields.moment(rule.until, end=True).replace(tzinfo=zone).timestamp()
            if rule.until
            else float("inf")
        )
        words = rule.words if rule.match == "pattern" else ()
        return cls(
            rule,
            tuple(form(word) for word in rule.words),
            tuple(fields.pattern(word) for word in words),
            since,
            until,
        )

    def matched(self, heard: Heard, now: float) -> str | None:
        """The words that the message fits, as the operator wrote them; None when it doesn't."""
        if not (self.rule.enabled and self.since <= now < self.until):
            return None
        found = self._found(heard)
        every = self.rule.match == "all"
        if every and len(found) < len(self.words):
            return None
        return "、".join(found if every else found[:1]) or None

    def _found(self, heard: Heard) -> list[str]:
        match self.rule.match:
            case "exact":
                fits = [word == heard.bare for word in self.words]
            case "contains" | "all":
                fits = [word in heard.plain for word in self.words]
            case "pattern":
                fits = [_anywhere(pattern, heard) for pattern in self.patterns]
            case _:
                assert_never(self.rule.match)
        return [word for word, fit in zip(self.rule.words, fits, strict=True) if fit]


def _anywhere(pattern: fields.Pattern, heard: Heard) -> bool:
    """In the message as it was written, or plain: a pattern can't be made plain itself."""
    texts = {heard.written[:SEARCHED], heard.plain[:SEARCHED]}
    return any(pattern.search(text) for text in texts)
