"""Groups short answers by what they name: the nouns that several of them share.

Answers to a question are too short for clusters of vectors: 龙井很香 and 碧螺春很香 are close, and
what sets them apart is the product that each names.
"""

from collections.abc import Iterator, Sequence

import rjieba

from app.kit.text import fold_to_letters
from app.marketing.audience.words import list_nouns
from app.marketing.content.claims import load_mood_words
from app.marketing.effects.topics import MASK, Topic

OTHERS = "其他"
LEAST = 2  # answers that share a noun
_SHORTEST = 2  # characters of a noun
_WORDS = 2  # of a name
_NO_THINGS = {"注意", "建议", "需要", "感觉", "知道", "开始", "坚持", "回家", "自己"}
_NAMED = 0.5  # of the answers of a group: so many have a word of its name
_PRAISE = (
    "太",
    "很",
    "真",
    "好",
    "爱",
    "最",
    "挺",
    "不",
    "没",
    "都",
)  # 好闻, 太贵: tagged as nouns


def group_by_nouns(
    question: str, texts: Sequence[str], most: int, least: int = LEAST
) -> tuple[Topic, ...]:
    """Up to `most` topics, each of the `least` answers or more that name its noun; () for none.

    The noun that most of the answers left share comes first, and takes them. What remains is the
    last topic, without words. Nouns of the question name no group.
    """
    nouns, left = _list_nouns(question, texts), _fold(texts)
    topics: list[Topic] = []
    while len(topics) < most - 1 and (noun := _find_most_shared(nouns, left, least)):
        places = tuple(at for at, text in left.items() if noun in text)
        topics.append(Topic(name=noun, words=(noun,), places=places))
        left = {at: text for at, text in left.items() if at not in places}
    if topics and left:
        topics.append(Topic(name=OTHERS, words=(), places=tuple(left)))
    return tuple(topics)


def find_shared_nouns(question: str, texts: Sequence[str]) -> list[str]:
    """The nouns that several of the answers name, but not those of the question."""
    folded = _fold(texts).values()
    nouns = _list_nouns(question, texts)
    return [noun for noun in sorted(nouns) if sum(noun in text for text in folded) >= LEAST]


def name_by_nouns(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    """The nouns by which a group of answers is called; () where half of them have none."""
    question += "，" + "，".join(_NO_THINGS)
    topics = group_by_nouns(question, texts, _WORDS + 1)
    named = [topic for topic in topics if topic.words]
    if sum(len(topic.places) for topic in named) < _NAMED * len(texts):
        return ()
    return tuple(word for topic in named for word in topic.words)


def _list_nouns(question: str, texts: Sequence[str]) -> set[str]:
    letters = fold_to_letters(question)
    return {noun for text in texts for noun in _list_candidates(text) if noun not in letters}


def _fold(texts: Sequence[str]) -> dict[int, str]:
    """The letters of each text by its place, without masks."""
    return {at: fold_to_letters(MASK.sub("，", text)) for at, text in enumerate(texts)}


def _find_most_shared(nouns: set[str], texts: dict[int, str], least: int) -> str:
    """The noun that most texts name; of equals the one named earlier in them, then the longer."""
    shared: list[tuple[int, float, int, str]] = []
    for noun in nouns:
        places = [text.index(noun) for text in texts.values() if noun in text]
        if len(places) >= least:
            shared.append((-len(places), sum(places) / len(places), -len(noun), noun))
    return min(shared)[-1] if shared else ""


def _list_candidates(text: str) -> Iterator[str]:
    """Nouns and compounds, and verbs that name a thing (包装, 配送), but not words of praise."""
    masked = MASK.sub("，", text)
    words = [word for word, tag in rjieba.tag(masked) if _is_name(word, tag)]
    for word in (*words, *list_nouns(masked)):
        letters = fold_to_letters(word)
        if len(letters) >= _SHORTEST and not letters.startswith(_PRAISE):
            yield letters


def _is_name(word: str, tag: str) -> bool:
    is_verb = tag in {"v", "vn"} and fold_to_letters(word) not in load_mood_words()
    return tag.startswith("n") or is_verb
