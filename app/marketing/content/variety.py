"""How much texts differ, and the choice of those that differ most.

Similarity of two texts is the share of common pairs of neighbouring characters (Dice's coefficient
of bigrams, 0 to 1): it sees repeated wording, which readers notice, and needs no model.
"""

import itertools
from collections import Counter
from collections.abc import Sequence

from app.kit.text import fold_to_letters

OPENING = 4  # characters; two variants of a brief don't begin with the same


def measure_similarity(one: str, other: str) -> float:
    """Dice's coefficient of character bigrams: 0 for nothing in common, 1 for equal texts."""
    first, second = _count_pairs(one), _count_pairs(other)
    total = first.total() + second.total()
    if not total:
        return float(fold_to_letters(one) == fold_to_letters(other))
    return 2 * (first & second).total() / total


def measure_mean_similarity(texts: Sequence[str]) -> float:
    """The mean similarity of all pairs; 0 for fewer than two texts."""
    pairs = [measure_similarity(a, b) for a, b in itertools.combinations(texts, 2)]
    return sum(pairs) / len(pairs) if pairs else 0.0


def choose_different(
    texts: Sequence[str],
    count: int,
    scores: Sequence[float] = (),
    groups: Sequence[Sequence[str]] = (),
) -> list[int]:
    """Indices of `count` texts that score high and differ: maximal marginal relevance.

    Source: Carbonell and Goldstein 1998 (SIGIR, 335), with equal weights. A text that begins like
    one that is chosen already comes only after all others, and so does one of groups that are
    chosen from already. Without `scores` earlier texts are better. Returns fewer where there are
    fewer.
    """
    remaining = list(range(len(texts)))
    values = list(scores) or [1 - at / max(1, len(texts)) for at in remaining]
    chosen: list[int] = []

    def gain(at: int) -> tuple[int, bool, float]:
        chosen_groups = {group for other in chosen for group in groups[other]} if groups else set()
        repeats = sum(group in chosen_groups for group in groups[at]) if groups else 0
        return -repeats, *_gain(texts, values, chosen, at)

    while remaining and len(chosen) < count:
        best = max(remaining, key=gain)
        remaining.remove(best)
        chosen.append(best)
    return chosen


def _gain(
    texts: Sequence[str], values: Sequence[float], chosen: Sequence[int], at: int
) -> tuple[bool, float]:
    opening = fold_to_letters(texts[at])[:OPENING]
    opens_anew = all(fold_to_letters(texts[other])[:OPENING] != opening for other in chosen)
    nearest = max((measure_similarity(texts[at], texts[other]) for other in chosen), default=0.0)
    return opens_anew, values[at] - nearest


def _count_pairs(text: str) -> Counter[str]:
    letters = fold_to_letters(text)
    return Counter(letters[at : at + 2] for at in range(len(letters) - 1))
