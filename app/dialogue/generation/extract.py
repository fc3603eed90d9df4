"""Extracts the sentences of a passage that are nearest to a question, without a language model."""

import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.dialogue.generation.passages import Passage
from app.knowledge.search.words import split_words
from app.messages.sentences import split_sentences

BY_VECTOR = 2.0  # weight of the cosine; the share of the question's words has weight 1
LATER = 0.9  # factor on the worth of each following passage


@dataclass(frozen=True, slots=True)
class Extract:
    """Adjacent whole sentences of one passage, unchanged."""

    text: str
    passage_id: str  # the passage's id


def extract_sentences(
    question: str,
    passages: Sequence[Passage],
    most: int,
    near: Mapping[str, float] | None = None,
) -> Extract | None:
    """Extract at most `most` characters; None if no sentence shares a word with the question.

    `passages` are ordered best first. `near` maps sentences to their cosines with the question.
    A title's words count for all sentences of its passage.
    """
    rare = _weigh_words(passages)
    question_words = set(split_words(question))
    best, best_worth = None, 0.0
    for at, passage in enumerate(passages):
        lines = split_sentences(passage.text)
        titled = _weigh_shared_words(question_words, passage.title, rare) / max(1, len(lines))
        worths = [
            _weigh_shared_words(question_words, line, rare)
            + titled
            + BY_VECTOR * (near or {}).get(line, 0.0)
            for line in lines
        ]
        start, end, worth = _find_richest_span([len(line) for line in lines], worths, most)
        if worth * LATER**at > best_worth:
            best_worth = worth * LATER**at
            best = Extract(_join_sentences(passage.text, lines[start:end]), passage.id)
    return best


def _weigh_words(passages: Sequence[Passage]) -> Mapping[str, float]:
    """Word -> weight, higher for words in few sentences."""
    texts = [set(split_words(line)) for p in passages for line in split_sentences(p.whole)]
    counts = Counter(itertools.chain.from_iterable(texts))
    return {word: math.log(1 + len(texts) / n) for word, n in counts.items()}


def _weigh_shared_words(question_words: set[str], text: str, rare: Mapping[str, float]) -> float:
    """The weight of the question's words in the text over that of all its words, 0 to 1."""
    whole = sum(rare.get(word, 0.0) for word in question_words)
    return (
        sum(rare.get(w, 0.0) for w in question_words.intersection(split_words(text))) / whole
        if whole
        else 0.0
    )


def _find_richest_span(
    lengths: Sequence[int], worths: Sequence[float], most: int
) -> tuple[int, int, float]:
    """(start, end, worth) of the adjacent sentences worth most within `most` characters."""
    best_span = (0, 0, 0.0)
    for start in range(len(lengths)):
        for end in range(start + 1, len(lengths) + 1):
            if sum(lengths[start:end]) > most:
                break
            worth = sum(worths[start:end])
            if worth > best_span[2] + 1e-9:
                best_span = (start, end, worth)
    return best_span


def _join_sentences(text: str, lines: Sequence[str]) -> str:
    """The part of the text from the first to the last line, with its line breaks."""
    if not lines:
        return ""
    start = text.index(lines[0])
    at = start
    for line in lines:
        at = text.index(line, at) + len(line)
    return text[start:at]
