"""What an answer may rest on, and the sentences of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import regex

# Closing quotes belong to the sentence. A full stop in ASCII ends one only before white space:
# numbers and addresses are full of them.
_SENTENCE = regex.compile(r".*?(?:[。！？；…]+[”’』」）)\"']*|[.!?;]+(?=\s)|\n+|\Z)", regex.DOTALL)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the knowledge base. In a prompt it is called by its place: k1, k2, ..."""

    id: str
    text: str
    title: str = ""  # its question, or the heading it stands under

    @property
    def whole(self) -> str:
        """With its title."""
        return f"{self.title}：{self.text}" if self.title else self.text


def label_passage(at: int) -> str:
    """What the passage at this place (from 0) is called in a prompt."""
    return f"k{at + 1}"


def split_sentences(text: str) -> list[str]:
    """In their order, without the white space around them."""
    return [sentence for m in _SENTENCE.finditer(text) if (sentence := m.group().strip())]


def index_by_label(passages: Sequence[Passage]) -> dict[str, Passage]:
    """By what they are called in a prompt."""
    return {label_passage(at): passage for at, passage in enumerate(passages)}
