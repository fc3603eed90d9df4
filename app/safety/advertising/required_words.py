"""Words that stand wherever a pattern matches, told from the pattern itself.

An automaton that looks for these words in one pass tells which patterns may match a text: those
with an alternative of whose sets of words each has one in the text.
"""

import functools
import importlib
import itertools
import re
from collections.abc import Iterable, Sequence
from typing import Any

# The parser of patterns: modules that the stubs of types know only in some versions.
_constants: Any = importlib.import_module("re._constants")
_parser: Any = importlib.import_module("re._parser")

Requirements = tuple[frozenset[str], ...]

MOST_SETS = 3  # that are looked for, of an alternative
MOST_WORDS = 3_000  # of a pattern: lists of diseases, crops or places
_MOST_JOINED = 64  # words that neighbouring parts are joined to
_MOST_OF_CLASS = 12  # characters of a class that is written out: [降低减]
_SCRIPT = re.compile(r"\\[pP]\{\^?\w+\}")  # RE2's classes, which Python's parser doesn't know
_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT)


@functools.lru_cache(maxsize=4_096)  # parsing the shipped patterns takes 0.4 s
def list_requirements(pattern: str) -> tuple[Requirements, ...]:
    """What the pattern requires, an entry for each of its alternatives: of each set of words, every
    match has one. An entry without sets can tell nothing.
    """
    try:
        parts = list(_parser.parse(_SCRIPT.sub(r"\\w", pattern)))
    except re.error:
        return ((),)
    if len(parts) == 1 and parts[0][0] is _constants.BRANCH:
        return tuple(_list_word_sets(branch) for branch in parts[0][1][1])
    return (_list_word_sets(parts),)


def _list_word_sets(parts: Iterable[Any]) -> Requirements:
    """The sets of words that parts require, those that tell most first."""
    candidates: list[frozenset[str]] = []
    run: frozenset[str] = frozenset({""})  # all texts of the parts that stand together
    for part in parts:
        exact = _list_texts(part)
        if exact is not None and len(run) * len(exact) <= _MOST_JOINED:
            run = frozenset(a + b for a, b in itertools.product(run, exact))
            continue
        candidates.append(run)
        run = exact if exact is not None else frozenset({""})
        if exact is None:
            candidates += _find_inside(part)
    candidates.append(run)
    usable = [words for words in candidates if "" not in words and len(words) <= MOST_WORDS]
    usable.sort(key=lambda words: (min(map(len, words)), -len(words)), reverse=True)
    return tuple(usable[:MOST_SETS])


def _find_inside(part: tuple[Any, Any]) -> Requirements:
    """The sets of words of a part that stands at least once."""
    kind, value = part
    if kind is _constants.SUBPATTERN:
        return _list_word_sets(value[-1])
    if kind in _REPEATS and value[0] > 0:
        return _list_word_sets(value[2])
    if kind is _constants.BRANCH:
        best = [_list_word_sets(branch)[:1] for branch in value[1]]
        return (frozenset().union(*(sets[0] for sets in best)),) if all(best) else ()
    return ()


def _list_texts(part: tuple[Any, Any]) -> frozenset[str] | None:
    """All texts that a part may be, where they are few; None for others."""
    kind, value = part
    texts: frozenset[str] | None = None
    if kind is _constants.LITERAL:
        texts = frozenset({chr(value).lower()})  # as texts are folded
    elif kind is _constants.AT:
        texts = frozenset({""})
    elif kind is _constants.IN:
        texts = _list_class(value)
    elif kind is _constants.SUBPATTERN:
        texts = _list_sequence(value[-1])
    elif kind is _constants.BRANCH:
        branches = [_list_sequence(branch) for branch in value[1]]
        texts = None if None in branches else frozenset().union(*filter(None, branches))
    elif kind in _REPEATS and value[1] == 1 and (once := _list_sequence(value[2])):
        texts = once if value[0] else once | {""}
    return texts if texts and len(texts) <= MOST_WORDS else None


def _list_class(members: Sequence[tuple[Any, Any]]) -> frozenset[str] | None:
    if any(kind is not _constants.LITERAL for kind, _ in members):
        return None
    return (
        frozenset(chr(value).lower() for _, value in members)
        if len(members) <= _MOST_OF_CLASS
        else None
    )


def _list_sequence(parts: Iterable[Any]) -> frozenset[str] | None:
    texts = frozenset({""})
    for part in parts:
        exact = _list_texts(part)
        if exact is None or len(texts) * len(exact) > MOST_WORDS:
            return None
        texts = frozenset(a + b for a, b in itertools.product(texts, exact))
    return texts
