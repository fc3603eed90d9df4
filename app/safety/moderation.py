"""What becomes of a text, by the account's word lists."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from app.messages.phrases import BLANK, Phrase, Phrasebook, choose
from app.safety import texts
from app.safety.word_lists import Action, Book, Category, Direction
from app.safety.wordlist import ALLOWED, Hit, Wordlist, build

Outcome = Literal["pass", "mask", "refuse", "person"]
MASK = "***"
_STRICTEST: tuple[Action, ...] = ("person", "refuse", "mask")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`text` may go on: as it was, or masked. `reply` is said in its place, "" where it goes on.

    `hits` are the reasons, those that were only masked among them.
    """

    action: Outcome
    text: str
    reply: str = ""
    hits: tuple[Hit, ...] = ()


@dataclass(frozen=True, slots=True)
class Moderation:
    """One account's lists, ready to look with. Safe to ask from several tasks."""

    categories: dict[str, Category]
    words: Wordlist = field(repr=False)
    phrases: Phrasebook = BLANK  # what is said where the lists have no reply

    def check(self, text: str, direction: Direction) -> Verdict:
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
            return Verdict("pass", text)
        shown = _masked(text, [hit for hit in hits if self._action(hit) == "mask"])
        worst = min(hits, key=lambda hit: _STRICTEST.index(self._action(hit)))
        action = self._action(worst)
        if action in {"refuse", "person"}:
            return Verdict(action, shown, self._reply(text, worst, direction), hits)
        return Verdict("mask", shown, "", hits)

    def _action(self, hit: Hit) -> Action:
        return self.categories[hit.category].action

    def _reply(self, text: str, hit: Hit, direction: Direction) -> str:
        """With its slots unfilled."""
        own = self.categories[hit.category]
        if direction == "outgoing":
            return self._said(texts.SAFE, text)
        standard = texts.CARING if own.action == "person" else texts.REFUSED
        return own.reply or self._said(standard, text)

    def _said(self, phrase: Phrase, text: str) -> str:
        return choose(self.phrases.variants(phrase), zlib.crc32(text.encode()))


def moderation(book: Book) -> Moderation:
    """The lists of a book, and those shipped where it counts them."""
    whole = book.whole()
    active = {n: each.words for n, each in whole.categories.items() if each.action != "ignore"}
    return Moderation(whole.categories, build({ALLOWED: whole.allow} | active))


def parse(content: Any) -> Moderation:
    """From a book's JSON, for a `Shelf`. Raises ValueError on what is no book."""
    return moderation(Book.model_validate(content))


def _masked(text: str, hits: Sequence[Hit]) -> str:
    """Each stretch of hits as one ***."""
    shown, at = [], 0
    for hit in hits:
        if hit.start >= at:
            shown += [text[at : hit.start], MASK]
        at = max(at, hit.end)
    return "".join([*shown, text[at:]])
