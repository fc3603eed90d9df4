"""Rewrites a text by its findings, clause by clause, so that the result reads as a text.

A suggestion that is a word replaces its place. One that is a sentence of its own replaces the
whole clauses that the place touches: put in the place alone it would leave half a sentence.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from app.safety.advertising.values import AdvertisingFinding

_MARK = r"(?:[，。！!？?；;\n]|(?<![0-9]),|,(?![0-9]))"
_CLAUSE = regex.compile(rf"((?:(?!{_MARK}).)*)({_MARK}*)")
_PARTS = regex.compile(r"[，,]")
_NOUNS = ("自家配方", "自家工艺")  # wordings of four characters that are words
LONGEST_WORD = 3  # characters: a longer wording in Chinese is a sentence
_WEAK_MARKS = "，,；;"


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause with its place in the text and the marks behind it."""

    start: int
    text: str
    marks: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def rewrite(text: str, findings: Sequence[AdvertisingFinding]) -> str:
    """The text with every suggestion in its place, each once; it isn't checked.

    A finding without text, such as a missing label, has its suggestion appended.
    """
    places = [finding for finding in findings if finding.text]
    additions = "".join(finding.suggestion for finding in findings if not finding.text)
    clauses = list(_iter_clauses(text))
    used_parts = {clause.text.strip() for clause in clauses}
    rewritten: list[_Clause] = []
    for group in _group_by_place(clauses, places):
        inside = [each for each in places if _touches(each, group)]
        whole = _Clause(group[0].start, text[group[0].start : group[-1].end], group[-1].marks)
        if not inside:
            rewritten.append(whole)
        elif all(map(_is_word, inside)):
            rewritten.append(_replace_words(whole, inside))
        else:
            _add_sentence(rewritten, whole, inside, used_parts)
    return "".join(clause.text + clause.marks for clause in rewritten) + additions


def _iter_clauses(text: str) -> Iterator[_Clause]:
    for match in _CLAUSE.finditer(text):
        if match[0]:
            yield _Clause(match.start(), match[1], match[2])


def _group_by_place(
    clauses: Sequence[_Clause], places: Sequence[AdvertisingFinding]
) -> Iterator[list[_Clause]]:
    """The clauses in order, those that one place reaches across together."""
    group: list[_Clause] = []
    for clause in clauses:
        group.append(clause)
        next_start = clause.end + len(clause.marks)
        if not any(each.start < clause.end and next_start < each.end for each in places):
            yield group
            group = []
    if group:
        yield group


def _touches(finding: AdvertisingFinding, group: Sequence[_Clause]) -> bool:
    return finding.start < group[-1].end and group[0].start < finding.end


def _is_word(finding: AdvertisingFinding) -> bool:
    wording = finding.suggestion
    if not regex.search(r"\p{Han}", wording):
        return wording != ""
    if wording in finding.text or wording in _NOUNS:
        return True
    return len(wording) <= LONGEST_WORD or wording.startswith("很") or wording.endswith("的")


def _replace_words(clause: _Clause, inside: Sequence[AdvertisingFinding]) -> _Clause:
    text = clause.text
    for finding in sorted(inside, key=lambda each: each.start, reverse=True):
        start, end = finding.start - clause.start, finding.end - clause.start
        text = text[:start] + finding.suggestion + text[end:]
    return _Clause(clause.start, text, clause.marks)


def _add_sentence(
    rewritten: list[_Clause],
    clause: _Clause,
    inside: Sequence[AdvertisingFinding],
    used_parts: set[str],
) -> None:
    """Append the clause's sentence without parts that the text has already; none: drop it."""
    parts: list[str] = []
    for finding in inside:
        if _is_word(finding):
            continue
        suggested = filter(None, _PARTS.split(finding.suggestion))
        new_parts = [part for part in suggested if part not in used_parts]
        used_parts.update(new_parts)
        parts += new_parts
    if parts:
        marks = clause.marks.replace("？", "。").replace("?", "。")
        rewritten.append(_Clause(clause.start, "，".join(parts), marks))
    elif rewritten and set(rewritten[-1].marks) <= set(_WEAK_MARKS):
        last = rewritten.pop()
        rewritten.append(_Clause(last.start, last.text, clause.marks))
