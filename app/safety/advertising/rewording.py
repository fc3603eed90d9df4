"""Proposes wordings for a place that a rule forbids; the check decides which one passes."""

from collections.abc import Iterator

from app.safety.advertising.folding import fold_with_places
from app.safety.advertising.rulebook import CompiledRule
from app.safety.advertising.values import Industry

GROUP = "\\1"  # in a wording: what the pattern's group took


def iter_wordings(place: str, industry: Industry, compiled: CompiledRule) -> Iterator[str]:
    """Wordings for a place, the closest first; the rule's neutral wording is the last.

    A trade with a wording of its own has only that: 日常享用 is said of food, not of a cream.
    """
    if trade := compiled.rule.trades.get(industry):
        yield trade.neutral
        return
    letters = fold_with_places(place).letters
    for pattern, wording in compiled.reword:
        if match := pattern.search(letters):
            reworded = wording.replace(GROUP, match[1]) if GROUP in wording else wording
            yield f"{letters[: match.start()]}{reworded}{letters[match.end() :]}".strip()
    yield compiled.rule.neutral
