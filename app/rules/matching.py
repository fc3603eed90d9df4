"""Matches messages against prepared keyword rules."""

from dataclasses import dataclass
from typing import Self, assert_never
from zoneinfo import ZoneInfo

from app.kit.patterns import LinearPattern
from app.rules import fields
from app.rules.normalise import MAX_COMPARED, MAX_SEARCHED, fold, fold_without_punctuation
from app.rules.values import Keyword


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A message in the forms that rules compare."""

    text: str
    folded: str
    without_punctuation: str

    @classmethod
    def read(cls, text: str) -> Self:
        """Fold the first MAX_COMPARED characters of a message."""
        beginning = text.strip()[:MAX_COMPARED]
        return cls(beginning, fold(beginning), fold_without_punctuation(beginning))


@dataclass(frozen=True, slots=True)
class Trigger:
    """A rule with folded words and compiled patterns; `since`, `until` in seconds since 1970."""

    rule: Keyword
    words: tuple[str, ...]
    patterns: tuple[LinearPattern, ...]
    since: float
    until: float

    @classmethod
    def read(cls, rule: Keyword, zone: ZoneInfo) -> Self:
        """Prepare a rule, whose times are local to `zone`."""
        form = fold_without_punctuation if rule.match == "exact" else fold
        since = (
            fields.parse_moment(rule.since).replace(tzinfo=zone).timestamp() if rule.since else 0
        )
        until = (
            fields.parse_moment(rule.until, end=True).replace(tzinfo=zone).timestamp()
            if rule.until
            else float("inf")
        )
        words = rule.words if rule.match == "pattern" else ()
        return cls(
            rule,
            tuple(form(word) for word in rule.words),
            tuple(fields.compile_pattern(word) for word in words),
            since,
            until,
        )

    def matched_words(self, message: FoldedText, now: float) -> str | None:
        """The matching words as the operator wrote them, joined by 、; None without a match."""
        if not (self.rule.enabled and self.since <= now < self.until):
            return None
        matches = self._find_matches(message)
        every = self.rule.match == "all"
        if every and len(matches) < len(self.words):
            return None
        return "、".join(matches if every else matches[:1]) or None

    def _find_matches(self, message: FoldedText) -> list[str]:
        match self.rule.match:
            case "exact":
                fits = [word == message.without_punctuation for word in self.words]
            case "contains" | "all":
                fits = [word in message.folded for word in self.words]
            case "pattern":
                fits = [_matches_anywhere(pattern, message) for pattern in self.patterns]
            case _:
                assert_never(self.rule.match)
        return [word for word, fit in zip(self.rule.words, fits, strict=True) if fit]


def _matches_anywhere(pattern: LinearPattern, message: FoldedText) -> bool:
    """Whether the pattern is in the message as written or folded: patterns can't be folded."""
    texts = {message.text[:MAX_SEARCHED], message.folded[:MAX_SEARCHED]}
    return any(pattern.search(text) for text in texts)
