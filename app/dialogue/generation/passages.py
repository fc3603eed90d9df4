"""Passages that a language model is shown, their labels and sentences."""

from dataclasses import dataclass


# Closing quotes belong to the sentence. An ASCII full stop ends a sentence only before white space,
# since numbers and addresses contain it too.
@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the knowledge base, labelled in a prompt by its position: k1, k2, ..."""

    id: str
    text: str
    title: str = ""  # the entry's question, or the chunk's headings

    @property
    def whole(self) -> str:
        """Title and text."""
        return f"{self.title}：{self.text}" if self.title else self.text


def label_passage(at: int) -> str:
    """The label in a prompt of the passage at this position (from 0)."""
    return f"k{at + 1}"
