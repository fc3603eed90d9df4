"""Finds words typical of a class; Chinese is segmented by rjieba, function words are left out."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import rjieba
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.feature_selection import chi2
from tqdm import tqdm

from models.data.prepare.masks import remove_placeholders

WORDS_PER_CLASS = 10  # words a class

SMALL = """
的 了 是 我 你 您 他 她 它 我们 你们 他们 这 那 这个 那个 这些 那些 这样 那样 这里 那里 就
都 也 还 又 再 很 太 在 有 和 与 跟 及 或 或者 而 但 但是 不过 因为 所以 如果 的话 虽然 对
对于 关于 把 被 给 让 向 从 到 为 为了 以 以及 于 由 吗 呢 吧 啊 呀 哦 噢 嗯 哈 啦 嘛 呗
哎 喂 着 过 地 得 之 其 一 一个 一下 些 个 上 下 里 中 会 能 要 可以 请 请问 亲 好 好的
什么 怎么 没 没有 不 不是 就是 还是 只 才 并 等 等等 吖 哪 哪个 a an the and or of to in
on is are it this that i you we for with
"""
FUNCTION_WORDS = frozenset(SMALL.split())  # --stopwords brings a fuller list


def segment_texts(texts: Sequence[str], stop: Iterable[str] = FUNCTION_WORDS) -> list[list[str]]:
    """The words of each text, lower case, that have a letter and aren't stop words."""
    stops = frozenset(stop)
    bar = tqdm(texts, desc="segment", unit=" texts", disable=None, leave=False)
    return [[word for word in _segment_text(text) if word not in stops] for text in bar]


def find_telling_words(
    words: Sequence[Sequence[str]], labels: Sequence[str]
) -> dict[str, list[str]]:
    """Class -> up to 10 words more frequent in it, by chi-squared, highest first.

    Words of a single text are left out: they aren't typical and may be somebody's name.
    """
    if len(set(labels)) < 2 or not any(words):
        return {label: find_frequent_words(words) for label in sorted(set(labels))}
    vectorizer = CountVectorizer(analyzer=list, binary=True)
    counts = vectorizer.fit_transform(words)  # (texts, words)
    names, usual = vectorizer.get_feature_names_out(), np.asarray(counts.mean(axis=0)).ravel()
    words_by_class = {}
    for label in sorted(set(labels)):
        mine = np.array([other == label for other in labels])
        often = np.asarray(counts[mine].sum(axis=0)).ravel()
        is_telling = (often > 1) & (often / mine.sum() > usual)
        score = np.where(is_telling, chi2(counts, mine)[0], 0)
        best = np.argsort(-score, kind="stable")[:WORDS_PER_CLASS]
        words_by_class[label] = [str(names[i]) for i in best if score[i] > 0]
    return words_by_class


def find_frequent_words(words: Sequence[Sequence[str]]) -> list[str]:
    """Up to 10 words by the number of texts that have them, of those in more than one."""
    counts = Counter(word for text in words for word in set(text))
    shared = [word for word, count in counts.items() if count > 1]
    return sorted(shared, key=lambda word: (-counts[word], word))[:WORDS_PER_CLASS]


def _segment_text(text: str) -> list[str]:
    pieces = rjieba.cut(remove_placeholders(text).lower())
    return [word for word in pieces if any(map(str.isalpha, word))]
