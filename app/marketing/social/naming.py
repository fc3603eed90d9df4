"""Groups short answers by what they name: the things that several of them share.

Answers to a question are too short for clusters of vectors: 龙井很香 and 碧螺春很香 are close, and
what sets them apart is the product that each names.
"""

from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet

from app.marketing.effects.topics import Topic
from app.marketing.social.phrases import NamePlaces, SegmentedAnswer, find_names

OTHERS = "其他"
_LEAST = 2  # answers that share a name
_WORDS = 2  # of the name of a group by meaning
_NO_THINGS = "注意，建议，需要，感觉，知道，开始，坚持，回家，自己"
_NAMED = 0.5  # of the answers of a group: so many have a word of its name


def group_by_names(
    question: str, texts: Sequence[str], most: int, item_names: Sequence[str] = ()
) -> tuple[Topic, ...]:
    """Up to `most` topics, each of the answers that share a name; () where none is shared.

    The name that most of the remaining answers share comes first, and takes them. The rest is the
    last topic, without words. `item_names`: titles and tags of the account's items, which show
    what is a name.
    """
    answers = [SegmentedAnswer.of(text) for text in texts]
    places = find_names(question, answers, [SegmentedAnswer.of(text) for text in item_names])
    remaining = set(range(len(texts)))
    topics: list[Topic] = []
    while len(topics) < most - 1 and (name := _find_most_shared(places, remaining)):
        members = tuple(sorted(remaining & _find_own(name, places)))
        topics.append(Topic(name=name, words=(name,), places=members))
        remaining.difference_update(members)
    if topics and remaining:
        topics.append(Topic(name=OTHERS, words=(), places=tuple(sorted(remaining))))
    return tuple(topics)


def find_shared_names(question: str, texts: Sequence[str]) -> NamePlaces:
    """The names that several of the answers have, with their places."""
    return find_names(question, [SegmentedAnswer.of(text) for text in texts], ())


def name_group(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    """The names by which a group of answers is called; () where half of them have none."""
    topics = group_by_names(f"{question}，{_NO_THINGS}", texts, _WORDS + 1)
    named = [topic for topic in topics if topic.words]
    if sum(len(topic.places) for topic in named) < _NAMED * len(texts):
        return ()
    return tuple(word for topic in named for word in topic.words)


def _find_own(name: str, places: NamePlaces) -> AbstractSet[int]:
    """The answers of a name; one of several kinds (拿铁: 低因拿铁, 生椰拿铁) leaves them theirs."""
    kinds = [longer for longer in places if name != longer and name in longer]
    if len(kinds) < 2:
        return places[name].keys()
    return places[name].keys() - {at for kind in kinds for at in places[kind]}


def _find_most_shared(places: NamePlaces, remaining: Collection[int]) -> str:
    """The name that most answers have; of equals the one named earlier in them, then the longer."""
    shared: list[tuple[int, float, int, str]] = []
    for name, before in places.items():
        members = [at for at in _find_own(name, places) if at in remaining]
        if len(members) >= _LEAST:
            mean = sum(before[at] for at in members) / len(members)
            shared.append((-len(members), mean, -len(name), name))
    return min(shared)[-1] if shared else ""
