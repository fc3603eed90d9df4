"""Clusters contents by topic, each named by the words that set it apart."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.marketing.audience.clustering import cluster_rows
from app.marketing.audience.words import list_nouns

MOST_TOPICS = 12
_WORDS_OF_A_NAME = 3
MASK = re.compile(r"\[[^\]]{1,8}\]|\*{2,}")  # of personal data, and of refused words


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A cluster of contents: its name, its words, and where its contents are in the list."""

    name: str
    words: tuple[str, ...]
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentTopics:
    """All topics, the largest first; see Clusters for the figures."""

    topics: tuple[Topic, ...]
    silhouette: float
    stability: float


def cluster_topics(
    texts: Sequence[str], vectors: npt.NDArray[np.floating], *, seed: int = 0
) -> ContentTopics:
    """The topics of texts by their vectors (len(texts), D)."""
    clusters = cluster_rows(vectors, MOST_TOPICS, seed=seed)
    members = [np.flatnonzero(clusters.labels == at).tolist() for at in range(clusters.count)]
    words = _name_groups([[texts[place] for place in places] for places in members])
    return ContentTopics(
        topics=tuple(
            Topic(name="、".join(group) or f"主题 {at + 1}", words=group, places=tuple(places))
            for at, (group, places) in enumerate(_merge_same_words(words, members))
        ),
        silhouette=clusters.silhouette,
        stability=clusters.stability,
    )


def _merge_same_words(
    words: Sequence[tuple[str, ...]], members: Sequence[Sequence[int]]
) -> list[tuple[tuple[str, ...], list[int]]]:
    """Groups with the same words are one topic to a reader; the largest first."""
    merged: dict[frozenset[str], tuple[tuple[str, ...], list[int]]] = {}
    for at, (group, places) in enumerate(zip(words, members, strict=True)):
        key = frozenset(group) or frozenset({str(at)})
        merged.setdefault(key, (group, []))[1].extend(places)
    ordered = [(group, sorted(places)) for group, places in merged.values()]
    return sorted(ordered, key=lambda topic: -len(topic[1]))


def _name_groups(groups: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """The words of each group that are frequent there and rare elsewhere (class-based TF-IDF)."""
    counts = [_count_words(texts) for texts in groups]
    total: Counter[str] = sum(counts, Counter())
    mean_size = sum(total.values()) / max(1, len(groups))
    names = []
    for group in counts:
        scores = {
            word: count * math.log(1 + mean_size / total[word]) for word, count in group.items()
        }
        names.append(_choose_words(sorted(scores, key=lambda word: (-scores[word], word))))
    return names


def _choose_words(ranked: Sequence[str]) -> tuple[str, ...]:
    """The best words, none of which is inside another, such as `紫砂` and `紫砂壶`.

    A word goes for the better one that contains it, or that it contains.
    """
    chosen: list[str] = []
    for word in ranked:
        if not any(word in better or better in word for better in chosen):
            chosen.append(word)
        if len(chosen) == _WORDS_OF_A_NAME:
            break
    return tuple(chosen)


def _count_words(texts: Sequence[str]) -> Counter[str]:
    """In how many of the texts each noun occurs; masks of personal data are no words."""
    return Counter(word for text in texts for word in set(list_nouns(MASK.sub("，", text))))
