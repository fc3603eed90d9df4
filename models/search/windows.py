"""A document's chunk in windows that can answer a question by themselves."""

import regex

MOST = 70  # characters of a window of several sentences; one sentence may be longer

# Closing quotes belong to the sentence; a full stop in ASCII ends one only before white space.
_SENTENCE = regex.compile(r".*?(?:[。！？；…]+[”’』」）)\"']*|[.!?;]+(?=\s)|\n+|\Z)", regex.DOTALL)


def split_sentences(text: str) -> list[str]:
    """In their order, without the white space around them."""
    return [part for match in _SENTENCE.finditer(text) if (part := match.group().strip())]


def split_windows(text: str) -> list[str]:
    """Lines and sentences, short neighbours of one line together; the text itself if it is empty.

    A row of a table is a line: it stays whole, apart from other rows.
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
    """Whether it was read from a table: 「套餐：双人；价格：168 元」."""
    return line.count("；") >= 1 and line.count("：") > line.count("；")
