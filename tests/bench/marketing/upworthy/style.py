"""The style of headlines: length, punctuation, and words that address, ask or point."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

MARKS = "?!.,'\":-"
WORDS = (
    "this", "you", "your", "why", "how", "what", "who", "he", "she", "they", "his", "her", "i",
    "we", "these", "that", "here", "watch", "see", "one", "just", "never", "best", "most", "video",
    "it", "is", "guy", "woman", "man", "girl", "kid", "people",
)  # fmt: skip


def describe_styles(texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Standardised features, (texts, features)."""
    rows = np.array([_describe_style(text) for text in texts], dtype=np.float32)
    return np.asarray((rows - rows.mean(0)) / (rows.std(0) + 1e-6), dtype=np.float32)


def _describe_style(text: str) -> list[float]:
    words = text.split()
    lower = set(re.findall(r"[a-z]+", text.lower()))
    return [
        len(text),
        len(words),
        sum(map(len, words)) / max(len(words), 1),
        sum(character.isdigit() for character in text),
        sum(word[0].isupper() for word in words) / max(len(words), 1),
        sum(word.isupper() for word in words),
        text.count("..."),
        *(text.count(mark) for mark in MARKS),
        *(word in lower for word in WORDS),
    ]
