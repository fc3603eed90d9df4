"""Groups answers to a question: by the things that several name, what is left by its meaning."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from app.dialogue.understanding.sentences import sentence_kinds
from app.knowledge.gaps.clusters import link_rows
from app.marketing.effects.topics import Topic, cluster_topics
from app.marketing.social import answering
from app.marketing.social.naming import OTHERS, find_shared_names, group_by_names, name_group
from app.marketing.social.values import COMPLAINTS, ORDERS, QUESTIONS, FollowerAnswer

MOST_COMPARED = 400  # more answers are clustered by their vectors alone
LEAST_OF_KIND = 2  # complaints or questions that name nothing shared
LEAST_OF_MEANING = 3  # answers of a group by meaning
MOST_OTHERS = 0.3  # of the answers: more are grouped by their meaning
_SHARED_NAME = 0.5  # what a name in common adds to a cosine
_CUTS = (0.25, 0.2, 0.15, 0.1, 0.05)  # mean similarity within groups; the first that does

Vectors = npt.NDArray[np.floating]


def group_answers(
    question: str,
    answers: Sequence[FollowerAnswer],
    vectors: Vectors,
    most: int,
    item_names: Sequence[str] = (),
) -> tuple[Topic, ...]:
    """Up to `most` topics, the largest first; the rest is the last one, without words.

    vectors: (len(answers), D) of length 1 around their mean. A topic without a name has no thing
    that several of it name. item_names: titles and tags of items, which show what is a name.
    """
    texts = [answer.text for answer in answers]
    if len(texts) > MOST_COMPARED:
        return tuple(cluster_topics(texts, vectors).topics[:most])
    naming = [_keep_naming(question, answer) for answer in answers]
    named = [topic for topic in group_by_names(question, naming, most, item_names) if topic.words]
    named += _group_kinds(question, answers, _list_rest(named, len(texts)))
    rest = _list_rest(named, len(texts))
    topics = _keep_largest(named, len(texts), most)
    for cut in _CUTS:
        if topics[-1].name != OTHERS or len(topics[-1].places) <= MOST_OTHERS * len(texts):
            break
        groups = _group_by_meaning(question, texts, vectors, rest, cut)
        topics = _keep_largest([*named, *groups], len(texts), most)
    return topics


def _keep_naming(question: str, answer: FollowerAnswer) -> str:
    """The part of an answer whose names count: all of a complaint, else what answers."""
    if answer.feeling == "complaint":
        return answer.text
    return answering.keep_answer(question, answer.text)


def _group_kinds(
    question: str, answers: Sequence[FollowerAnswer], rest: Sequence[int]
) -> list[Topic]:
    """Complaints, orders and questions, where several of what is left are one."""
    orders = [at for at in rest if answering.orders(question, answers[at].text)]
    kinds = {
        COMPLAINTS: [at for at in rest if answers[at].feeling == "complaint"],
        ORDERS: [at for at in orders if answers[at].feeling != "complaint"],
        QUESTIONS: [at for at in rest if _asks(answers[at]) and at not in orders],
    }
    return [
        Topic(name=name, words=(name,), places=tuple(places))
        for name, places in kinds.items()
        if len(places) >= LEAST_OF_KIND
    ]


def _asks(answer: FollowerAnswer) -> bool:
    return answer.feeling is None and sentence_kinds.is_question(answer.text)


def _group_by_meaning(
    question: str, texts: Sequence[str], vectors: Vectors, rest: Sequence[int], cut: float
) -> list[Topic]:
    """Groups of the texts at the places `rest`, of a mean similarity of `cut` or more."""
    similarity = _compare(question, [texts[at] for at in rest], vectors[list(rest)])
    groups = [group for group in link_rows(similarity, cut) if len(group) >= LEAST_OF_MEANING]
    return [_name(question, texts, [rest[at] for at in group]) for group in groups]


def _compare(question: str, texts: Sequence[str], vectors: Vectors) -> Vectors:
    """(n, n): cosines, and more for texts with a name in common."""
    similarity = np.asarray(vectors @ vectors.T)
    for places in find_shared_names(question, texts).values():
        members = sorted(places)
        similarity[np.ix_(members, members)] += _SHARED_NAME
    return similarity


def _name(question: str, texts: Sequence[str], places: Sequence[int]) -> Topic:
    """The topic of the places; without a name where it has no thing in common."""
    words = name_group(question, [texts[at] for at in places])
    return Topic(name="、".join(words), words=words, places=tuple(places))


def _keep_largest(topics: Sequence[Topic], total: int, most: int) -> tuple[Topic, ...]:
    """The largest topics, and the rest as the last one."""
    ordered = sorted(topics, key=lambda topic: -len(topic.places))
    is_all = sum(len(topic.places) for topic in ordered[:most]) == total
    largest = ordered[: most if is_all else most - 1]
    rest = _list_rest(largest, total)
    return (*largest, Topic(name=OTHERS, words=(), places=rest)) if rest else tuple(largest)


def _list_rest(topics: Iterable[Topic], total: int) -> tuple[int, ...]:
    grouped = {at for topic in topics for at in topic.places}
    return tuple(at for at in range(total) if at not in grouped)
