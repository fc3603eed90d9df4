"""Finds words in the titles, tags and texts of an account's items, without a segmenter."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from app.dialogue.language import simplify_characters
from app.kit.text import fold
from app.marketing.events.items import Item, ItemKind

LONGEST_TEXT = 200  # characters of an item's text that are searched
LEAST_LETTERS = 4  # of a title with tags and text; below, it says nothing that an encoder can read
_SEPARATOR = "\n"
_WORD_END = r"(?=[^\w\u4e00-\u9fff]|\d|$)"
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True, eq=False)
class SearchedTexts:
    """All texts in one string, and where each begins (items,)."""

    text: str
    starts: np.ndarray

    def find_items(self, word: str) -> list[int]:
        """The numbers of the items with the word, rising, each once."""
        return self._find(re.escape(word))

    def find_any(self, words: Iterable[str]) -> list[int]:
        """The numbers of the items with one of the words."""
        return self._find("|".join(map(re.escape, words)))

    def find_ends(self, word: str) -> list[int]:
        """The numbers of the items where a word ends with this one: 竿 in 海竿, not in 竿包."""
        return self._find(f"{re.escape(word)}{_WORD_END}")

    def _find(self, pattern: str) -> list[int]:
        matches = re.finditer(pattern, self.text)
        places = np.fromiter((match.start() for match in matches), np.int64)
        numbers: list[int] = np.unique(np.searchsorted(self.starts, places, "right") - 1).tolist()
        return numbers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemWords:
    """Titles with tags (`names`), titles, and texts, of items by number, normalised.

    `readable` (items,): whether an item may be near to a question by its embedding: it has words
    enough, and is no topic, which asks something itself.
    """

    names: SearchedTexts
    titles: SearchedTexts
    texts: SearchedTexts
    readable: np.ndarray

    @property
    def count(self) -> int:
        """How many items there are."""
        return len(self.readable)

    def has_name(self, name: str) -> bool:
        """Whether a title or tag has the name."""
        plain = simplify_characters(fold(name)).strip()
        return bool(plain) and plain in self.names.text


def collect_words(items: Sequence[Item]) -> ItemWords:
    """The words of the items, in their order."""
    names = [f"{item.title} {' '.join(item.tags)}" for item in items]
    texts = [item.text[:LONGEST_TEXT] for item in items]
    letters = [
        len(_LETTER.findall(f"{name}{text}")) for name, text in zip(names, texts, strict=True)
    ]
    return ItemWords(
        names=_join_texts(names),
        titles=_join_texts([item.title for item in items]),
        texts=_join_texts(texts),
        readable=np.array(
            [
                count >= LEAST_LETTERS and item.kind is not ItemKind.TOPIC
                for item, count in zip(items, letters, strict=True)
            ],
            bool,
        ),
    )


def _join_texts(texts: Sequence[str]) -> SearchedTexts:
    folded = [fold(text).replace(_SEPARATOR, " ") for text in texts]
    lengths = np.array([0, *(len(text) + 1 for text in folded)], np.int64)
    simplified = [simplify_characters(text) for text in folded]  # one by one: others run between
    return SearchedTexts(_SEPARATOR.join(simplified), lengths.cumsum()[:-1])
