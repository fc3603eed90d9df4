"""Words that the facts exclude: 新疆西藏除外 is no evidence of 新疆包邮. No I/O."""

from collections.abc import Iterable, Iterator

import regex
import rjieba

from app.kit.text import fold_to_letters

_EXCLUSIONS = regex.compile(
    r"(?P<words>[\p{Han}、]{2,20}?)(?:除外|以外|之外|不[发送包]|不配送|不支持|不适用|不参[加与]|不可用|不营业|休息|闭[馆店])"
    r"|(?:除了?|不含|不包[含括]?|不支持|不提供|不配备?|没有|无)(?P<words>[\p{Han}、]{2,12})"
    r"|\b(?:except|excluding|no|without|not)\s+(?P<words>(?:[\p{Latin}-]{3,}\s?){1,3})",
    regex.IGNORECASE,
)
_NEGATION = regex.compile(
    r"[不没无未非免除另外]|休息|闭|\b(?:no|not|without|except\w*|exclud\w+|free)\b|n't",
    regex.IGNORECASE,
)
_WORD = regex.compile(r"[\p{Latin}-]{3,}")


def list_excluded_words(values: Iterable[str]) -> frozenset[str]:
    """Words of facts that stand there only as what is excluded, folded."""
    words, others = set[str](), ""
    for value in values:
        for match in _EXCLUSIONS.finditer(value):
            words.update(_list_words(match["words"]))
        others += fold_to_letters(_EXCLUSIONS.sub(" ", value)) + " "
    return frozenset(word for word in words if word not in others)


def find_excluded(clause: str, excluded_words: Iterable[str]) -> Iterator[str]:
    """The excluded words that a clause has and doesn't deny."""
    if not _NEGATION.search(clause):
        letters = fold_to_letters(clause)
        yield from sorted(word for word in excluded_words if word in letters)


def _list_words(text: str) -> Iterator[str]:
    if _WORD.search(text):
        yield from (fold_to_letters(match.group()) for match in _WORD.finditer(text))
        return
    yield from (word for word, tag in rjieba.tag(text) if len(word) > 1 and tag[:1] in "nvij")
