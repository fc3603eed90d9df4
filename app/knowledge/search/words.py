"""Splits texts into words for BM25: rjieba's words, and pairs of Chinese characters."""

import re

import rjieba

from app.kit.text import fold

HAN = re.compile(r"[\u4e00-\u9fff]+")
WORD = re.compile(r"\w")


def split_words(text: str) -> list[str]:
    """Words and pairs of characters, in lower case and half width, without punctuation.

    Short questions share few whole words ("退货地址", "地址是哪"): pairs of characters find
    what segmentation hides.
    """
    plain = fold(text)
    cut = [word for word in rjieba.cut(plain) if WORD.search(word)]
    pairs = [run[i : i + 2] for run in HAN.findall(plain) for i in range(len(run) - 1)]
    return cut + [pair for pair in pairs if pair not in cut]
