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
_LEAST = 2  # answers that share a noun; characters of a noun
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


def group_by_nouns(question: str, texts: Sequence[str], most: int) -> tuple[Topic, ...]:
    """Up to `most` topics, each of the answers that name its noun; () where none is shared.

    The noun that most of the answers left share comes first, and takes them. What remains is the
    last topic, without words. Nouns of the question name no group.
    """
    folded = [fold_to_letters(MASK.sub("，", text)) for text in texts]
    question_letters = fold_to_letters(question)
    nouns = {
        noun for text in texts for noun in _list_candidates(text) if noun not in question_letters
    }
    left = dict(enumerate(folded))
    topics: list[Topic] = []
    while len(topics) < most - 1 and (noun := _find_most_shared(nouns, left)):
        places = tuple(at for at, text in left.items() if noun in text)
        topics.append(Topic(name=noun, words=(noun,), places=places))
        left = {at: text for at, text in left.items() if at not in places}
    if topics and left:
        topics.append(Topic(name=OTHERS, words=(), places=tuple(left)))
    return tuple(topics)


def _find_most_shared(nouns: set[str], texts: dict[int, str]) -> str:
    """The noun that most texts name; of equals the one named earlier in them, then the longer."""
    shared: list[tuple[int, float, int, str]] = []
    for noun in nouns:
        places = [text.index(noun) for text in texts.values() if noun in text]
        if len(places) >= _LEAST:
            shared.append((-len(places), sum(places) / len(places), -len(noun), noun))
    return min(shared)[-1] if shared else ""


def _list_candidates(text: str) -> Iterator[str]:
    """Nouns and compounds, and verbs that name a thing (包装, 配送), but not words of praise."""
    masked = MASK.sub("，", text)
    words = [word for word, tag in rjieba.tag(masked) if _is_name(word, tag)]
    for word in (*words, *list_nouns(masked)):
        letters = fold_to_letters(word)
        if len(letters) >= _LEAST and not letters.startswith(_PRAISE):
            yield letters


def _is_name(word: str, tag: str) -> bool:
    is_verb = tag in {"v", "vn"} and fold_to_letters(word) not in load_mood_words()
    return tag.startswith("n") or is_verb
