"""Moderation: checks texts against an account's word lists, in both directions."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.messages.phrases import BLANK, Phrase, Phrasebook, choose
from app.safety import texts
from app.safety.words.word_lists import Action, Category, Direction, WordLists
from app.safety.words.wordlist import ALLOWED, WordHit, WordMatcher, build_matcher

Outcome = Literal["pass", "mask", "refuse", "person"]
MASK = "***"
_STRICTEST: tuple[Action, ...] = ("person", "refuse", "mask")


@dataclass(frozen=True, slots=True)
class ModerationVerdict:
    """The result of a check: `text` as it was or masked, and the `reply` to send instead of it (""
    where `text` is used). `hits` are all words found, masked ones included.
    """

    action: Outcome
    text: str
    reply: str = ""
    hits: tuple[WordHit, ...] = ()


@dataclass(frozen=True, slots=True)
class Moderation:
    """One account's compiled word lists. Safe to use from several tasks."""

    categories: dict[str, Category]
    words: WordMatcher = field(repr=False)
    phrases: Phrasebook = BLANK  # replies where a category has none

    def check(self, text: str, direction: Direction) -> ModerationVerdict:
        """Check a follower's message (incoming) or a reply (outgoing).

        Incoming: `refuse` means that no answer is generated, `person` also asks for an agent.
        Outgoing: both replace the text by `reply`, and `person` also asks for an agent.
        """
        hits = tuple(
            hit
            for hit in self.words.find(text)
            if direction in self.categories[hit.category].directions
        )
        if not hits:
            return ModerationVerdict("pass", text)
        masked_text = _mask_hits(text, [hit for hit in hits if self._action_of(hit) == "mask"])
        worst = min(hits, key=lambda hit: _STRICTEST.index(self._action_of(hit)))
        action = self._action_of(worst)
        if action in {"refuse", "person"}:
            return ModerationVerdict(
                action, masked_text, self._choose_reply(text, worst, direction), hits
            )
        return ModerationVerdict("mask", masked_text, "", hits)

    def _action_of(self, hit: WordHit) -> Action:
        return self.categories[hit.category].action

    def _choose_reply(self, text: str, hit: WordHit, direction: Direction) -> str:
        """The reply to send instead, its slots unfilled."""
        own = self.categories[hit.category]
        if direction == "outgoing":
            return self._choose_phrase(texts.SAFE, text)
        standard = texts.CARING if own.action == "person" else texts.REFUSED
        return own.reply or self._choose_phrase(standard, text)

    def _choose_phrase(self, phrase: Phrase, text: str) -> str:
        return choose(self.phrases.variants(phrase), zlib.crc32(text.encode()))


def build_moderation(book: WordLists) -> Moderation:
    """Compile an account's word lists together with the shipped ones, if these are enabled."""
    whole = book.with_shipped()
    active = {n: each.words for n, each in whole.categories.items() if each.action != "ignore"}
    return Moderation(whole.categories, build_matcher({ALLOWED: whole.allow} | active))


def parse_moderation(content: Any) -> Moderation:
    """Build moderation from the account document's JSON. Raises ValueError if it is invalid."""
    return build_moderation(WordLists.model_validate(content))


def _mask_hits(text: str, hits: Sequence[WordHit]) -> str:
    """Replace hits by ***, overlapping ones by a single ***."""
    pieces, at = [], 0
    for hit in hits:
        if hit.start >= at:
            pieces += [text[at : hit.start], MASK]
        at = max(at, hit.end)
    return "".join([*pieces, text[at:]])
