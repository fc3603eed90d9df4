"""Adds an account's wider word to a narrow word that its texts don't have: 布偶 becomes 布偶猫.

The search model doesn't know, for one, that 百合对猫有毒 answers a question about a 布偶.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from app.knowledge.terms import word_classes
from app.knowledge.terms.vocabulary import Match, Vocabulary
from app.knowledge.terms.word_classes import PLACES

AT_ONCE = 50  # texts processed before other tasks run


class Narrow(NamedTuple):
    """A word's class, and its wider words, the most natural first."""

    name: str
    wide: tuple[str, ...]


@dataclass(slots=True)
class NarrowTerms:
    """The words for kinds of things and places in one account's texts."""

    _words: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)  # text, its words

    async def update(self, texts: Mapping[str, str]) -> None:
        """Replace the known texts (by id of entry or chunk), processing only those that changed."""
        for key in self._words.keys() - texts.keys():
            del self._words[key]
        for place, (key, text) in enumerate(texts.items()):
            if self._words.get(key, ("", frozenset()))[0] != text:
                words = frozenset(match.word for match in _build_vocabulary().find(text))
                self._words[key] = text, words
            if place % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)

    def widen(self, text: str) -> str:
        """Put the wider word before places and after other narrow words that need it."""
        matches = [*_build_vocabulary().find(text)]
        text_words = {match.word for match in matches}
        for match in reversed(matches):
            wide = self._wide_for(text, match, text_words)
            if wide:
                at = match.start if match.meaning.name == PLACES else match.end
                text = text[:at] + wide + text[at:]
        return text

    def _wide_for(self, text: str, match: Match[Narrow], text_words: set[str]) -> str:
        """The account's wider word for a match; "" if it isn't needed or doesn't exist."""
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
    """The vocabulary of all narrow and wide words."""
    meanings = dict.fromkeys(word_classes.not_meant(), Narrow("", ()))
    for name, each in word_classes.all_classes().items():
        for word, wide in each.kinds.items():
            meanings |= {other: meanings.get(other, Narrow(name, ())) for other in wide}
            meanings[word] = Narrow(name, wide)
    return Vocabulary(meanings)
