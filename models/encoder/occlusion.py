"""Splits a text into words, and leaves one of them out: what changes is the word's influence."""

import re

import rjieba

MOST = 40  # words of a text that are tried
_HAN, _KANA = "\u3400-\u9fff", "\u3040-\u30ff"
# Chinese, which has no spaces; a run of kana; a word of a script with spaces, or a number.
_PIECE = re.compile(
    rf"(?P<chinese>[{_HAN}]+)|[{_KANA}]+|[^\W_{_HAN}{_KANA}]+(?:['’.,-][^\W_{_HAN}{_KANA}]+)*"
)

Span = tuple[int, int]  # start and end in the text


def split_words(text: str) -> list[Span]:
    """The spans of the first MOST words, without punctuation."""
    spans: list[Span] = []
    for piece in _PIECE.finditer(text):
        if piece["chinese"]:
            spans += _split_chinese(piece[0], piece.start())
        else:
            spans.append(piece.span())
    return spans[:MOST]


def drop_word(text: str, span: Span) -> str:
    """The text without the word; of the spaces around it one stays."""
    start, end = span
    before, after = text[:start], text[end:]
    return before + (after.removeprefix(" ") if not before or before[-1] == " " else after)


def _split_chinese(run: str, start: int) -> list[Span]:
    spans: list[Span] = []
    for word in rjieba.cut(run):
        spans.append((start, start + len(word)))
        start += len(word)
    return spans
