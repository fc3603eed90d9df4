"""Splits texts into sentences."""

import regex

_SENTENCE = regex.compile(r".*?(?:[。！？；…]+[”’』」）)\"']*|[.!?;]+(?=\s)|\n+|\Z)", regex.DOTALL)


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, in order and stripped."""
    return [sentence for m in _SENTENCE.finditer(text) if (sentence := m.group().strip())]
