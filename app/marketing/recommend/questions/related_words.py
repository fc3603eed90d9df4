"""Words by which items are found for other words of a question: 孩子 by 儿童, chair by 椅. No I/O.

The words are in related_words.toml.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.kit.text import fold
from app.knowledge.terms.vocabulary import Vocabulary

_GOODS = "goods"
_TABLES = ("people", "needs", _GOODS)
WORD_END = "$"  # after a word that is looked for at the end of words only


@dataclass(frozen=True, slots=True)
class RelatedWords:
    """A word of a question, and the words of items that answer it; some end in WORD_END.

    `is_thing`: it is one of goods, so that it is another one in a compound (船钓竿).
    """

    word: str
    item_words: tuple[str, ...]
    is_thing: bool = False


def find_related_words(text: str) -> list[RelatedWords]:
    """The words of a normalised text that have related ones, each once, the longest ones."""
    matches = {match.word: match.meaning for match in _build_vocabulary().find(text)}
    return [related for related in matches.values() if related]


@cache
def _build_vocabulary() -> Vocabulary[RelatedWords | None]:
    file = Path(__file__).with_suffix(".toml")
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    others = dict.fromkeys(_parse_words(tables["not_meant"]["words"]))
    return Vocabulary(_read_tables(tables) | others)


def _read_tables(tables: Mapping[str, Any]) -> dict[str, RelatedWords | None]:
    lines = [
        (line, name) for name in _TABLES for line in tables[name]["words"].strip().splitlines()
    ]
    meanings: dict[str, RelatedWords | None] = {}
    for line, name in lines:
        query_part, _, item_part = line.partition("=")
        words = _parse_words(item_part)
        asking = [*_parse_words(query_part), *(() if name == _GOODS else words)]
        for form in (form for word in asking for form in _list_forms(word)):
            earlier = related.item_words if (related := meanings.get(form)) else ()
            both = tuple(dict.fromkeys((*earlier, *words)))
            meanings[form] = RelatedWords(form, both, is_thing=name == _GOODS)
    return meanings


def _parse_words(line: str) -> Sequence[str]:
    return [fold(word.replace("_", " ")) for word in line.split()]


def _list_forms(word: str) -> Iterator[str]:
    """The word; an English one in the plural, too."""
    yield word
    if word.isascii() and word[-1].isalpha() and not word.endswith("s"):
        yield f"{word}es" if word.endswith(("ch", "sh", "x")) else f"{word}s"
