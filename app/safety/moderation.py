"""What becomes of a text, by the account's word lists."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.messages.phrases import BLANK, Phrase, Phrasebook, choose
from app.safety import texts
from app.safety.word_lists import Action, Category, Direction, WordLists
from app.safety.wordlist import ALLOWED, WordHit, WordMatcher, build_matcher

Outcome = Literal["pass", "mask", "refuse", "person"]
MASK = "***"
_STRICTEST: tuple[Action, ...] = ("person", "refuse", "mask")


@dataclass(frozen=True, slots=True)
class ModerationVerdict:
    """`text` may go on: as it was, or masked. `reply` is said in its place, "" where it goes on.

    `hits` are the reasons, those that were only masked among them.
    """

    action: Outcome
    text: str
    reply: str = ""
    hits: tuple[WordHit, ...] = ()


@dataclass(frozen=True, slots=True)
class Moderation:
    """One account's lists, ready to look with. Safe to ask from several tasks."""

    categories: dict[str, Category]
    words: WordMatcher = field(repr=False)
    phrases: Phrasebook = BLANK  # what is said where the lists have no reply

    def check(self, text: str, direction: Direction) -> ModerationVerdict:
        """What becomes of what a follower says, or of what we would say.

        Incoming, `refuse` means that nothing is generated, and `person` that a person is called.
        Outgoing, both mean that `reply` takes the text's place; `person` calls one, too.
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
        """With its slots unfilled."""
        own = self.categories[hit.category]
        if direction == "outgoing":
            return self._choose_phrase(texts.SAFE, text)
        standard = texts.CARING if own.action == "person" else texts.REFUSED
        return own.reply or self._choose_phrase(standard, text)

    def _choose_phrase(self, phrase: Phrase, text: str) -> str:
        return choose(self.phrases.variants(phrase), zlib.crc32(text.encode()))


def build_moderation(book: WordLists) -> Moderation:
    """The lists of a book, and those shipped where it counts them."""
    whole = book.with_shipped()
    active = {n: each.words for n, each in whole.categories.items() if each.action != "ignore"}
    return Moderation(whole.categories, build_matcher({ALLOWED: whole.allow} | active))


def parse_moderation(content: Any) -> Moderation:
    """From a book's JSON, for a `Shelf`. Raises ValueError on what is no book."""
    return build_moderation(WordLists.model_validate(content))


def _mask_hits(text: str, hits: Sequence[WordHit]) -> str:
    """Each stretch of hits as one ***."""
    pieces, at = [], 0
    for hit in hits:
        if hit.start >= at:
            pieces += [text[at : hit.start], MASK]
        at = max(at, hit.end)
    return "".join([*pieces, text[at:]])
