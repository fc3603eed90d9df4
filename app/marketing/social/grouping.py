"""Groups answers to a question: by the things that several name, what is left by its meaning."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.kit.text import fold_to_letters
from app.knowledge.gaps.clusters import link_rows
from app.marketing.effects.topics import Topic, cluster_topics
from app.marketing.social.naming import OTHERS, find_shared_nouns, group_by_nouns, name_by_nouns

MOST_COMPARED = 400  # more answers are clustered by their vectors alone
NAMED_SHARE = 0.05  # of the answers: so many name the thing of a group, and 2 at least
LEAST_OF_MEANING = 3  # answers of a group by meaning
MOST_OTHERS = 0.3  # of the answers: more are grouped by their meaning
_SHARED_NOUN = 0.5  # what a noun in common adds to a cosine
_CUTS = (0.25, 0.2, 0.15, 0.1, 0.05)  # mean similarity within groups; the first that does

Vectors = npt.NDArray[np.floating]


def group_answers(
    question: str, texts: Sequence[str], vectors: Vectors, most: int
) -> tuple[Topic, ...]:
    """Up to `most` topics, the largest first; the rest is the last one, without words.

    vectors: (len(texts), D) of length 1 around their mean. A topic without a name has no thing
    that several of it name.
    """
    if len(texts) > MOST_COMPARED:
        return tuple(cluster_topics(texts, vectors).topics[:most])
    least = max(2, round(NAMED_SHARE * len(texts)))
    named = [topic for topic in group_by_nouns(question, texts, most, least) if topic.words]
    topics = _keep_largest(named, len(texts), most)
    rest = topics[-1].places if topics[-1].name == OTHERS else ()
    for cut in _CUTS:
        if topics[-1].name != OTHERS or len(topics[-1].places) <= MOST_OTHERS * len(texts):
            break
        groups = _group_by_meaning(question, texts, vectors, rest, cut)
        topics = _keep_largest([*named, *groups], len(texts), most)
    return topics


def _group_by_meaning(
    question: str, texts: Sequence[str], vectors: Vectors, rest: Sequence[int], cut: float
) -> list[Topic]:
    """Groups of the texts at the places `rest`, of a mean similarity of `cut` or more."""
    similarity = _compare(question, [texts[at] for at in rest], vectors[list(rest)])
    groups = [group for group in link_rows(similarity, cut) if len(group) >= LEAST_OF_MEANING]
    return [_name(question, texts, [rest[at] for at in group]) for group in groups]


def _compare(question: str, texts: Sequence[str], vectors: Vectors) -> Vectors:
    """(n, n): cosines, and more for texts with a noun in common."""
    nouns = find_shared_nouns(question, texts)
    folded = [fold_to_letters(text) for text in texts]
    names = np.array([[noun in text for noun in nouns] for text in folded], float)
    return np.asarray(vectors @ vectors.T + _SHARED_NOUN * (names @ names.T > 0))


def _name(question: str, texts: Sequence[str], places: Sequence[int]) -> Topic:
    """The topic of the places; without a name where it has no thing in common."""
    words = name_by_nouns(question, [texts[at] for at in places])
    return Topic(name="、".join(words), words=words, places=tuple(places))


def _keep_largest(topics: Sequence[Topic], total: int, most: int) -> tuple[Topic, ...]:
    """The largest topics, and the rest as the last one."""
    ordered = sorted(topics, key=lambda topic: -len(topic.places))
    is_all = sum(len(topic.places) for topic in ordered[:most]) == total
    largest = ordered[: most if is_all else most - 1]
    grouped = {at for topic in largest for at in topic.places}
    rest = tuple(at for at in range(total) if at not in grouped)
    return (*largest, Topic(name=OTHERS, words=(), places=rest)) if rest else tuple(largest)
