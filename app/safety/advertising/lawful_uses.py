"""Tells whether what a rule's pattern found is a lawful use.

It is one if a lawful use of the rule covers it, if its sentence denies it (不能治病), or if a
statement that the rule asks for (a date, a source) stands within 120 characters.
"""

from app.kit.patterns import LinearPattern
from app.safety.advertising import denials
from app.safety.advertising.rulebook import CompiledRule
from app.safety.advertising.values import Industry

NEARBY = 120  # characters around a place in which a date or a source counts as stated
_ENDS = "。!?\n"


def is_lawful(letters: str, span: tuple[int, int], compiled: CompiledRule, trade: Industry) -> bool:
    """Whether letters[slice(*span)] of a folded text passes the rule in a trade's texts.

    No more than NEARBY characters beside it are read, so that a long text takes linear time.
    """
    start, end = span
    nearby_start, nearby_end = max(0, start - NEARBY), end + NEARBY
    begin = max(letters.rfind(mark, nearby_start, start) for mark in _ENDS) + 1 or nearby_start
    ends = [at for mark in _ENDS if (at := letters.find(mark, end, nearby_end)) >= 0]
    stop = min(ends, default=min(len(letters), nearby_end))
    sentence, nearby = letters[begin:stop], letters[nearby_start:nearby_end]
    uses = [*compiled.lawful, *compiled.trade_lawful.get(trade, ())]
    uses += [use for use, near in compiled.lawful_beside if near.search(nearby)]
    if any(_covers(pattern, sentence, start - begin, end - begin) for pattern in uses):
        return True
    answer = letters[stop + 1 : nearby_end] if letters[stop : stop + 1] == "?" else ""
    if denials.is_denied(letters[begin:start], letters[start:end], letters[end:stop], answer):
        return True
    return compiled.unless is not None and compiled.unless.search(nearby) is not None


def _covers(pattern: LinearPattern, sentence: str, start: int, end: int) -> bool:
    return any(match.start() < end and start < match.end() for match in pattern.finditer(sentence))
