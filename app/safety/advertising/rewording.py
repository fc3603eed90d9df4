"""Proposes wordings for a place that a rule forbids; the check decides which one passes."""

from collections.abc import Iterator

import regex

from app.kit.patterns import PatternMatch
from app.safety.advertising.folding import fold_with_places
from app.safety.advertising.rulebook import CompiledRule, compile_pattern
from app.safety.advertising.values import Industry

_GROUP = regex.compile(r"\\([1-9])")  # in a wording: what that group of the pattern took


def iter_wordings(
    place: str, nearby: str, industry: Industry, compiled: CompiledRule
) -> Iterator[str]:
    """Wordings for a place, the closest first; the rule's neutral wording is the last.

    A trade with a wording of its own has only that: 日常享用 is said of food, not of a cream. It
    may have another one near words of `nearby`: a clinic isn't told 请按说明使用.
    """
    if trade := compiled.rule.trades.get(industry):
        folded = fold_with_places(nearby).letters
        beside = (
            each for near, each in trade.neutral_beside if compile_pattern(near).search(folded)
        )
        yield next(beside, trade.neutral)
        return
    letters = fold_with_places(place).letters
    spelled = place if len(place) == len(letters) else letters
    for pattern, wording in compiled.reword:
        if match := pattern.search(letters):
            reworded = _fill_groups(wording, match)
            yield f"{spelled[: match.start()]}{reworded}{spelled[match.end() :]}".strip()
    yield compiled.rule.neutral


def _fill_groups(wording: str, match: PatternMatch) -> str:
    return _GROUP.sub(lambda reference: match[int(reference[1])], wording)
