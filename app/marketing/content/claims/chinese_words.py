"""Lists the words of a Chinese clause that say something of the goods. No I/O."""

from collections.abc import Callable, Iterator, Sequence

import regex
import rjieba

from app.kit.text import fold_to_letters
from app.marketing.content.claims.mood_words import load_mood_words

_CONTENT_TAGS = ("n", "v", "a", "i", "l", "j", "z", "b", "x", "eng", "t", "s")
_NUMERAL = regex.compile(r"[\d.,%零一二三四五六七八九十百千万亿两半]+\p{Han}?")
_LETTER_OF_LIST = regex.compile(r"[a-d]")  # A. 手冲
_LESSON = regex.compile(r"[每一]\p{Han}课")  # 每节课
_DEGREES = frozenset("很更太又真超挺最越")  # before what describes, such as 晚 in 很晚
_WORD = regex.compile(r"[\p{L}\p{N}]")
_LEAST_NAME = 4  # characters of a product that is one word: 茶 may be part of another
_HAN = regex.compile(r"\p{Han}")


def list_chinese_words(clause: str, product: str, states: Callable[[str], bool]) -> Iterator[str]:
    """The words of a clause that say something, folded. states: whether the brief has a word."""
    tagged = [(fold_to_letters(word), tag) for word, tag in _tag_words(clause, product)]
    for at, (letters, tag) in enumerate(tagged):
        if not _WORD.search(letters) or _LETTER_OF_LIST.fullmatch(letters):
            continue
        if _NUMERAL.fullmatch(letters) or _LESSON.fullmatch(letters):
            continue  # figures are compared as figures
        if letters in load_mood_words():
            if tag.startswith("a") and _describes_goods(tagged, at, states):
                yield letters
        elif _says_something(letters, tag) or (at and tagged[at - 1][0] in _DEGREES):
            yield letters


def _tag_words(clause: str, product: str) -> Iterator[tuple[str, str]]:
    """The words with their tags; the product is one word, also in 看看清岚净化器."""
    parts = clause.split(product) if len(product) >= _LEAST_NAME else [clause]
    for at, part in enumerate(parts):
        if at:
            yield product, "nz"
        yield from rjieba.tag(part)


def _describes_goods(
    tagged: Sequence[tuple[str, str]], at: int, states: Callable[[str], bool]
) -> bool:
    """Whether a word of mood stands beside what the brief names, as in 浪漫的裙子."""
    before = [each for each in reversed(tagged[:at]) if each[1].startswith(_CONTENT_TAGS)][:1]
    after = [each for each in tagged[at + 1 :] if each[1].startswith(_CONTENT_TAGS)][:1]
    return any(len(word) > 1 and states(word) for word, _ in before + after)


def _says_something(letters: str, tag: str) -> bool:
    """Whether a word has content; of single characters only adjectives (贵, 香) have."""
    if len(letters) == 1 and _HAN.search(letters):
        return tag.startswith("a")
    return tag.startswith(_CONTENT_TAGS)
