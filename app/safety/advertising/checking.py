"""Finds the places of a text that the Advertising Law or the platform's rules forbid.

A place passes if a lawful use covers it, if the clause denies it (不能治病), or if a statement that
the rule asks for (a date, a source) stands within 120 characters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import regex

from app.kit.patterns import LinearPattern
from app.safety.advertising.folding import LocatableText, fold_with_places
from app.safety.advertising.rewording import iter_wordings
from app.safety.advertising.rule_schema import AdvertisingRule
from app.safety.advertising.rulebook import AdvertisingRulebook, CompiledRule
from app.safety.advertising.values import AdvertisingFinding, Industry
from app.safety.advertising.whole_words import widen_to_words
from app.safety.advertising.wording_language import is_in_language

NEARBY = 120  # characters around a place in which a date or a source counts as stated
_ENDS = "。!?\n"
_TRAILING = "，,、；;：:。！! "  # a place ends before the clause's mark
_PASSAGE = regex.compile(r"[^。\n]+[。\n]?")  # no pattern reaches beyond: short texts match fast
# What is denied of other goods (不含糖的酸奶降血脂) denies nothing behind 的, but for 不是.
_DENIED = regex.compile(
    r"(?:不得(?!不)|禁止|严禁|不能(?!错过|不)|不可(?!错过|多得|思议)|不会|不是(?!所有|每)|不含|不具备?有?|无法(?!抗拒|拒绝)"
    r"|没有(?!理由不)|并非|避免|切勿|请勿|拒绝|杜绝|谨防|警惕|小心(?!机|思)|防止|反对|不要(?!错过)"
    r"|(?<![识特分级性个区告类差辨鉴离道])别(?!错过|家|人|的)|勿|不宜|不应|不承诺|不保证|不涉及|未(?!来|满)"
    r"|绝不|从不|不使用|不宣传|远离(?=虚假|夸大)|\b(?:not|never|no|don't|doesn't|isn't|aren't)\b)"
    r"[^,。!?;:\n的]{0,16}(?:(?:真正|绝对|所谓|任何)的[^,。!?;:\n]{0,6})?$"
    r"|(?:不会是|不是(?!所有|每)|并非)[^,。!?;:\n]{0,16}$"
)


def check(
    text: str, industry: Industry, rulebook: AdvertisingRulebook
) -> tuple[AdvertisingFinding, ...]:
    """All findings from left to right, each with a wording that passes where there is one."""
    return tuple(
        replace(finding, suggestion=_suggest(text, finding, compiled, industry, rulebook))
        for finding, compiled in _find_places(text, industry, rulebook)
    )


def _find_places(
    text: str, industry: Industry, rulebook: AdvertisingRulebook
) -> list[tuple[AdvertisingFinding, CompiledRule]]:
    folded = fold_with_places(text)
    places = [
        (_make_finding(text, folded, span, compiled.rule, industry), compiled)
        for span, compiled in _iter_spans(folded.letters, industry, rulebook)
    ]
    places.sort(key=lambda place: (place[0].start, -place[0].end))
    return _join_topics(text, places)


def _iter_spans(
    letters: str, industry: Industry, rulebook: AdvertisingRulebook
) -> Iterator[tuple[tuple[int, int], CompiledRule]]:
    """Ranges of the folded text that a rule forbids, overlapping ones of a rule joined."""
    for passage in _PASSAGE.finditer(letters):
        for compiled, patterns in rulebook.select(passage[0], industry):
            spans = _find_spans(passage[0], passage.start(), patterns)
            needs_context = industry in compiled.rule.context_industries
            context = compiled.context if needs_context else None
            if spans and context and not context.search(letters):
                continue
            unlawful = [span for span in spans if not _is_lawful(letters, *span, compiled)]
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


def _is_lawful(letters: str, start: int, end: int, compiled: CompiledRule) -> bool:
    begin = max(letters.rfind(mark, 0, start) for mark in _ENDS) + 1
    ends = [at for mark in _ENDS if (at := letters.find(mark, end)) >= 0]
    sentence = letters[begin : min(ends, default=len(letters))]
    nearby = letters[max(0, start - NEARBY) : end + NEARBY]
    uses = [*compiled.lawful, *(use for use, near in compiled.lawful_beside if near.search(nearby))]
    if any(_covers(pattern, sentence, start - begin, end - begin) for pattern in uses):
        return True
    if _DENIED.search(letters[begin:start]):
        return True
    return compiled.unless is not None and compiled.unless.search(nearby) is not None


def _covers(pattern: LinearPattern, sentence: str, start: int, end: int) -> bool:
    return any(match.start() < end and start < match.end() for match in pattern.finditer(sentence))


def _make_finding(
    text: str,
    folded: LocatableText,
    span: tuple[int, int],
    rule: AdvertisingRule,
    industry: Industry,
) -> AdvertisingFinding:
    start, end = folded.locate(*span)
    end = start + len(text[start:end].rstrip(_TRAILING) or text[start:end])
    start, end = widen_to_words(text, start, end)
    return AdvertisingFinding(
        rule=rule.id,
        title=rule.title,
        law=rule.get_law(industry),
        start=start,
        end=end,
        text=text[start:end],
    )


def _join_topics(
    text: str, places: list[tuple[AdvertisingFinding, CompiledRule]]
) -> list[tuple[AdvertisingFinding, CompiledRule]]:
    """One finding for overlapping ones of a topic, and none inside a longer one: 率100%."""
    joined: list[tuple[AdvertisingFinding, CompiledRule]] = []
    for finding, compiled in places:
        if joined and finding.end <= joined[-1][0].end:
            continue
        if joined and _same_topic(joined[-1][0], finding) and finding.start < joined[-1][0].end:
            first, first_rule = joined[-1]
            end = max(first.end, finding.end)
            joined[-1] = (replace(first, end=end, text=text[first.start : end]), first_rule)
        else:
            joined.append((finding, compiled))
    return joined


def _same_topic(first: AdvertisingFinding, second: AdvertisingFinding) -> bool:
    return first.rule.split(".")[0] == second.rule.split(".")[0]


def _suggest(
    text: str,
    finding: AdvertisingFinding,
    compiled: CompiledRule,
    industry: Industry,
    rulebook: AdvertisingRulebook,
) -> str:
    """The first wording in the sentence's language that passes by itself and in it; "": none."""
    before = text[max(0, finding.start - NEARBY) : finding.start]
    after = text[finding.end : finding.end + NEARBY]
    nearby = before + finding.text + after
    for wording in iter_wordings(finding.text, nearby, industry, compiled):
        if not is_in_language(wording, nearby, len(before), len(before) + len(finding.text)):
            continue
        start, end = len(before), len(before) + len(wording)
        in_place = _find_places(before + wording + after, industry, rulebook)
        if any(other.start < end and start < other.end for other, _ in in_place):
            continue
        if not _find_places(wording, industry, rulebook):
            return wording
    return ""
