"""Splits a document's chunk into windows, short passages that are compared with a question."""

import regex

MOST = 70  # characters of a window of several sentences; one sentence may be longer

# Closing quotes belong to the sentence; a full stop in ASCII ends one only before white space.
_SENTENCE = regex.compile(r".*?(?:[。！？；…]+[”’』」）)\"']*|[.!?;]+(?=\s)|\n+|\Z)", regex.DOTALL)


def split_sentences(text: str) -> list[str]:
    """The text's sentences in order, stripped of white space; empty ones are left out."""
    return [part for match in _SENTENCE.finditer(text) if (part := match.group().strip())]


def split_windows(text: str) -> list[str]:
    """Split into lines, then sentences; sentences of a line are joined up to MOST characters.

    A table row is one line and isn't split. [text] for a text without any sentence.
    """
    windows: list[str] = []
    for line in text.split("\n"):
        window = ""
        for sentence in [line] if is_table_row(line) else split_sentences(line):
            if window and len(window) + len(sentence) > MOST:
                windows.append(window)
                window = ""
            window += sentence
        if window:
            windows.append(window)
    return windows or [text]


def is_table_row(line: str) -> bool:
    """Whether the line is a row read from a table, like 「套餐：双人；价格：168 元」."""
    return line.count("；") >= 1 and line.count("：") > line.count("；")
