"""Finds the places of a text that the Advertising Law or the platform's rules forbid."""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from app.kit.patterns import LinearPattern
from app.safety.advertising.folding import LocatableText, fold_with_places
from app.safety.advertising.lawful_uses import NEARBY, is_lawful
from app.safety.advertising.rewording import iter_wordings
from app.safety.advertising.rule_schema import AdvertisingRule
from app.safety.advertising.rulebook import AdvertisingRulebook, CompiledRule
from app.safety.advertising.values import AdvertisingFinding, Industry
from app.safety.advertising.whole_words import widen_to_words
from app.safety.advertising.wording_language import is_in_language

_TRAILING = "，,、；;：:。！! \n"  # a place ends before the clause's mark
_LEADING = "的，,、 "
_PASSAGE = regex.compile(r"[^。\n]+[。\n]?")  # no pattern reaches beyond: short texts match fast
_CLAUSE_START = regex.compile(r"[^，,。！!？?；;\n]*$")
_CLAUSE_END = regex.compile(r"^[^，,。！!？?；;\n]*")


@dataclass(frozen=True, slots=True)
class _Place:
    """A finding without a suggestion, its rule, and how many characters its pattern found."""

    finding: AdvertisingFinding
    compiled: CompiledRule
    length: int

    @property
    def order(self) -> tuple[int, int, int]:
        """From left to right, of those at one place the longest first."""
        return self.finding.start, -self.finding.end, -self.length


def check(
    text: str, industry: Industry, rulebook: AdvertisingRulebook
) -> tuple[AdvertisingFinding, ...]:
    """All findings from left to right, each with a wording that passes where there is one."""

    @functools.cache
    def passes_alone(wording: str) -> bool:
        return not _find_places(wording, industry, rulebook)

    def passes_in_place(wording: str, before: str, after: str) -> bool:
        scope = (len(before), len(before) + len(wording))
        return not _find_places(before + wording + after, industry, rulebook, scope)

    def suggest(place: _Place) -> str:
        finding = place.finding
        before = text[max(0, finding.start - NEARBY) : finding.start]
        after = text[finding.end : finding.end + NEARBY]
        nearby = before + finding.text + after
        start, end = len(before), len(before) + len(finding.text)
        wordings = [
            wording
            for wording in iter_wordings(finding.text, nearby, industry, place.compiled)
            if is_in_language(wording, nearby, start, end) and passes_alone(wording)
        ]
        # A sentence stands for the whole clause, where it doesn't pass beside the rest of it. Where
        # the next clause makes it fail, that has to go, too.
        around_clause = (_CLAUSE_START.sub("", before), _CLAUSE_END.sub("", after))
        for around in ((before, after), around_clause):
            for wording in wordings:
                if passes_in_place(wording, *around):
                    return wording
        return wordings[0] if wordings else ""

    places = _find_places(text, industry, rulebook)
    return tuple(replace(place.finding, suggestion=suggest(place)) for place in places)


def _find_places(
    text: str,
    industry: Industry,
    rulebook: AdvertisingRulebook,
    scope: tuple[int, int] | None = None,
) -> list[_Place]:
    """The places of a text; with a scope, only those that have a character of that range."""
    folded = fold_with_places(text)
    first, last = scope or (0, len(text))
    places = [
        _Place(
            _make_finding(text, folded, span, compiled.rule, industry), compiled, span[1] - span[0]
        )
        for span, compiled in _iter_spans(folded, industry, rulebook, (first, last))
    ]
    inside = [each for each in places if each.finding.start < last and first < each.finding.end]
    inside.sort(key=lambda place: place.order)
    return _join_topics(text, inside)


def _iter_spans(
    folded: LocatableText,
    industry: Industry,
    rulebook: AdvertisingRulebook,
    scope: tuple[int, int],
) -> Iterator[tuple[tuple[int, int], CompiledRule]]:
    """Ranges of the folded text that a rule forbids, overlapping ones of a rule joined."""
    letters = folded.letters
    first, last = folded.find_range(*scope)

    @functools.cache
    def mentions(context: LinearPattern) -> bool:
        return context.search(letters) is not None

    for passage in _PASSAGE.finditer(letters):
        if passage.end() <= first or last <= passage.start():
            continue
        for compiled, patterns in rulebook.select(passage[0], industry):
            spans = _find_spans(passage[0], passage.start(), patterns)
            spans = [span for span in spans if span[0] < last and first < span[1]]
            needs_context = industry in compiled.rule.context_industries
            context = compiled.context if needs_context else None
            if spans and context and not mentions(context):
                continue
            unlawful = [span for span in spans if not is_lawful(letters, span, compiled, industry)]
            yield from ((span, compiled) for span in unlawful)


def _find_spans(
    passage: str, offset: int, patterns: Sequence[LinearPattern]
) -> list[tuple[int, int]]:
    """Matches of a passage that begins at `offset`, overlapping ones joined."""
    matches = [match.span() for pattern in patterns for match in pattern.finditer(passage)]
    joined: list[tuple[int, int]] = []
    for start, end in sorted((offset + a, offset + b) for a, b in matches if a < b):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _make_finding(
    text: str,
    folded: LocatableText,
    span: tuple[int, int],
    rule: AdvertisingRule,
    industry: Industry,
) -> AdvertisingFinding:
    start, end = folded.locate(*span)
    end = start + len(text[start:end].rstrip(_TRAILING) or text[start:end])
    start = end - len(text[start:end].lstrip(_LEADING) or text[start:end])
    start, end = widen_to_words(text, start, end)
    return AdvertisingFinding(
        rule=rule.id,
        title=rule.get_title(industry),
        law=rule.get_law(industry),
        start=start,
        end=end,
        text=text[start:end],
    )


def _join_topics(text: str, places: Sequence[_Place]) -> list[_Place]:
    """One finding for overlapping ones of a topic, and none inside a longer one: 率100%."""
    joined: list[_Place] = []
    for place in places:
        finding = place.finding
        last = joined[-1].finding if joined else None
        if last and (finding.end <= last.end or _is_modified(text, last, finding)):
            continue
        if last and _same_topic(last, finding) and finding.start < last.end:
            whole = replace(last, end=finding.end, text=text[last.start : finding.end])
            joined[-1] = replace(joined[-1], finding=whole)
        else:
            joined.append(place)
    return joined


def _same_topic(first: AdvertisingFinding, second: AdvertisingFinding) -> bool:
    return first.rule.split(".")[0] == second.rule.split(".")[0]


def _is_modified(text: str, first: AdvertisingFinding, second: AdvertisingFinding) -> bool:
    """Whether a second rank adds to the first only the noun that it modifies: 最高|的孢子粉."""
    is_rank = first.rule.startswith("absolute.") and second.rule.startswith("absolute.")
    return is_rank and second.start < first.end and text[first.end] == "的"
