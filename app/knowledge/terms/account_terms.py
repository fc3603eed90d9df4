"""Rewrites questions in the words of an account's texts: homophones and narrow terms."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field

from app.knowledge.documents.values import Chunk
from app.knowledge.terms import word_classes
from app.knowledge.terms.homophones import Homophones
from app.knowledge.terms.narrow_terms import NarrowTerms
from app.knowledge.values import Entry

MOST_TEXTS = 3_000  # entries and chunks of an account; above it questions stay as they are


@dataclass(slots=True)
class AccountTerms:
    """The words of each account's texts."""

    _homophones: dict[str, Homophones] = field(default_factory=dict)
    _narrow_terms: dict[str, NarrowTerms] = field(default_factory=dict)
    _revisions: dict[str, tuple[int, int]] = field(default_factory=dict)  # entries', chunks'

    def is_current(self, account: str, revisions: tuple[int, int]) -> bool:
        """Whether the words are those of the account's texts at these revisions."""
        return self._revisions.get(account) == revisions

    async def update(
        self,
        account: str,
        revisions: tuple[int, int],
        entries: Collection[Entry],
        chunks: Collection[Chunk],
    ) -> None:
        """Replace the account's texts, processing only those that changed."""
        await asyncio.to_thread(word_classes.prepare)
        texts = {}
        if len(entries) + len(chunks) <= MOST_TEXTS:
            texts = {entry.id: entry.full_text for entry in entries}
            texts |= {chunk.id: chunk.full_text for chunk in chunks}
        await self._homophones.setdefault(account, Homophones()).update(texts)
        await self._narrow_terms.setdefault(account, NarrowTerms()).update(texts)
        self._revisions[account] = revisions

    def rewrite(self, account: str, text: str) -> str:
        """Correct homophones of the account's words, and put wider words beside narrow ones."""
        homophones, narrow_terms = self._homophones.get(account), self._narrow_terms.get(account)
        text = homophones.correct(text) if homophones else text
        return narrow_terms.widen(text) if narrow_terms else text
