"""Narrow words that an account doesn't have, with the wider word that it has: 布偶猫 for 布偶.

The search knows little of the world: that 百合对猫有毒 answers for a 布偶, it can't tell.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from app.knowledge.terms import word_classes
from app.knowledge.terms.vocabulary import Match, Vocabulary
from app.knowledge.terms.word_classes import PLACES

AT_ONCE = 50  # texts read before anything else gets a turn


class Narrow(NamedTuple):
    """A word's class, and what it is a kind of: the most natural word first."""

    name: str
    wide: tuple[str, ...]


@dataclass(slots=True)
class NarrowTerms:
    """The words of one account for kinds of things and places, kept up with its texts."""

    _words: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)  # text, its words

    async def update(self, texts: Mapping[str, str]) -> None:
        """Know the words of these texts, by the ids of what they belong to, and no others."""
        for key in self._words.keys() - texts.keys():
            del self._words[key]
        for place, (key, text) in enumerate(texts.items()):
            if self._words.get(key, ("", frozenset()))[0] != text:
                words = frozenset(match.word for match in _build_vocabulary().find(text))
                self._words[key] = text, words
            if place % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)

    def widen(self, text: str) -> str:
        """The text as it is searched for; the same where no word needs a wider one."""
        matches = [*_build_vocabulary().find(text)]
        text_words = {match.word for match in matches}
        for match in reversed(matches):
            wide = self._wide_for(text, match, text_words)
            if wide:
                at = match.start if match.meaning.name == PLACES else match.end
                text = text[:at] + wide + text[at:]
        return text

    def _wide_for(self, text: str, match: Match[Narrow], text_words: set[str]) -> str:
        """The account's word, "" where none is needed or it has none."""
        narrow = match.meaning
        if not narrow.wide or self._has_word(match.word) or not text_words.isdisjoint(narrow.wide):
            return ""
        if not word_classes.is_meant(text, match, narrow.name):
            return ""
        return next(filter(self._has_word, narrow.wide), "")

    def _has_word(self, word: str) -> bool:
        return any(word in words for _, words in self._words.values())


@cache
def _build_vocabulary() -> Vocabulary[Narrow]:
    """Narrow words and wide ones."""
    meanings = dict.fromkeys(word_classes.not_meant(), Narrow("", ()))
    for name, each in word_classes.all_classes().items():
        for word, wide in each.kinds.items():
            meanings |= {other: meanings.get(other, Narrow(name, ())) for other in wide}
            meanings[word] = Narrow(name, wide)
    return Vocabulary(meanings)
