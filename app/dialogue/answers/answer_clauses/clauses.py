"""Splits an answer into clauses and drops those about other things than asked. No I/O.

For an answer that lists several things of a kind, such as 小份159元，大份269元, and a question on
one of them. Kept are the clauses about that thing, those before the list, and all conditions that
may apply to it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

_CLAUSE = re.compile(
    r"(?P<text>(?:[^，,；;。！？!?\n]|(?<=\d)[,，](?=\d{3}(?!\d)))+)(?P<end>[，,；;。！？!?\n”」]*)"
)
_ENDS_SEGMENT = re.compile(r"[；;。！？!?\n]")
_ENDS_SENTENCE = re.compile(r"[。！？!?\n]")
# Applies to everything listed before.
_OF_ALL = re.compile(r"\W*(?:以上|两者|两[家种款]|所有|全部|一律|[都均皆]|也?都)")
_ALL_OF_THEM = re.compile(r"^(?:[都均皆]|全部)(?=[是要可能有含包不配带在按需])")
# States a condition: kept, so that nothing is promised without it.
_RESTRICTS = re.compile(
    "[需须要请限仅只不别未没除凭得]|提前|最多|最少|至少|至多|另[收付加外]|以上|以下|以内|之前|先|起|满"
)
# An exception to another clause.
_EXCEPTS = re.compile("不包|除|例外|不[享参支适计算在能可]|另[收付计]")
# Can't be understood without the clause before it.
HANGS_ON = re.compile(
    r"\W*(?:不满|不足|不到|未满|未到|超过|超出|低于|高于|更[小大高低多少远近]|再|其余|其[他它]|另外|否则|不然|此外"
    r"|之后|之前|以外|剩下|而|但|也|则|还|同时)"
)
# A value right after a thing's name, without a noun: 大号329元, 周末延长到22:00.
_VALUE_BEHIND = re.compile(
    r"(?:[号份杯盒款罩瓶个位的]|是|为|到|延[长后到]?到?|只要?|收|各|共|营业|开放|开门)?\s*[\d一二两三四五六七八九十百千免]"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of an answer between commas, with its original wording."""

    text: str
    end: str  # the punctuation after it
    segment: int  # number of the part between semicolons or full stops
    sentence: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Marks a clause as being about a listed thing."""

    is_wanted: bool  # whether that thing is the one asked about
    start: int = 0  # where the thing's name begins in the clause
    end: int = 0


def split(text: str) -> tuple[Clause, ...]:
    """The clauses of a text, in order."""
    clauses: list[Clause] = []
    segment = sentence = 0
    for match in _CLAUSE.finditer(text):
        clauses.append(Clause(match["text"].strip(), match["end"], segment, sentence))
        segment += bool(_ENDS_SEGMENT.search(match["end"]))
        sentence += bool(_ENDS_SENTENCE.search(match["end"]))
    return tuple(each for each in clauses if each.text)


def select(clauses: Sequence[Clause], marks: Sequence[Mark | None]) -> tuple[Clause, ...]:
    """Drop clauses about unwanted things; () if nothing can be dropped safely."""
    wanted_indices = [i for i, mark in enumerate(marks) if mark and mark.is_wanted]
    if not wanted_indices or all(mark is None or mark.is_wanted for mark in marks):
        return ()
    rest: list[int] = []
    for segment in sorted({each.segment for each in clauses}):
        at = [i for i, each in enumerate(clauses) if each.segment == segment]
        if any(marks[i] for i in at):
            rest += _of_segment(clauses, marks, at)
        elif _segment_belongs(clauses, at):
            rest += at
    if len(rest) == len(clauses):
        return ()
    is_only_one = sum(marks[i] is not None for i in rest) == 1
    texts = {i: _word_clause(clauses, marks, i, is_only_one=is_only_one) for i in rest}
    return tuple(replace(clauses[i], text=texts[i]) for i in rest)


def join(clauses: Sequence[Clause]) -> str:
    """Join clauses into one text that ends with a full stop."""
    text = "".join(each.text + each.end for each in clauses)
    return re.sub(r"[，,；;\s]+$", "", text) + ("" if re.search(r"[。！？!?]\W*$", text) else "。")


def _segment_belongs(clauses: Sequence[Clause], at: Sequence[int]) -> bool:
    """Whether to keep a segment that names no listed thing: the next segment depends on it, it
    states a condition, or it opens the answer.
    """
    after = at[-1] + 1
    begins = after < len(clauses) and HANGS_ON.match(clauses[after].text) is not None
    restricts = any(_RESTRICTS.search(clauses[i].text) for i in at)
    opens = at[0] == 0 and not _ENDS_SENTENCE.search(clauses[at[-1]].end)
    return begins or restricts or opens


def _of_segment(
    clauses: Sequence[Clause], marks: Sequence[Mark | None], at: Sequence[int]
) -> list[int]:
    """The indices to keep in a segment that names some of the listed things.

    Clauses after a thing belong to it. Clauses after the last thing may apply to all: then
    everything after the first wanted thing is kept.
    """
    named_indices = [i for i in at if marks[i]]
    wanted_indices = [i for i in named_indices if (mark := marks[i]) and mark.is_wanted]
    trailing = [i for i in at if i > named_indices[-1]]
    if not wanted_indices:
        plain = [i for i in at if marks[i] is None]
        if any(_EXCEPTS.search(clauses[i].text) for i in plain):
            return [*at]
        return [i for i in trailing if _OF_ALL.match(clauses[i].text)]
    is_open = named_indices[-1] not in wanted_indices and any(
        not _OF_ALL.match(clauses[i].text) for i in trailing[:1]
    )
    rest: list[int] = []
    owner: Mark | None = None
    for i in at:
        owner = marks[i] or owner
        is_of_all = marks[i] is None and _OF_ALL.match(clauses[i].text)
        if is_of_all:
            owner = None  # what follows applies to all, too
        if owner is None or owner.is_wanted or (is_open and i > wanted_indices[0]):
            rest.append(i)
    return rest


def _word_clause(
    clauses: Sequence[Clause], marks: Sequence[Mark | None], at: int, *, is_only_one: bool
) -> str:
    """The text of a kept clause, with the lead-in of its sentence's first thing: 永生花玻璃罩大号.

    If only one thing is left, words for all (都是) are removed.
    """
    clause, mark = clauses[at], marks[at]
    if mark is None:
        return _ALL_OF_THEM.sub("", clause.text) if is_only_one else clause.text
    first = next(
        i for i, each in enumerate(clauses) if marks[i] and each.sentence == clause.sentence
    )
    lead_mark = marks[first]
    is_bare = mark.start == 0 and _VALUE_BEHIND.match(clause.text[mark.end :])
    if first == at or lead_mark is None or lead_mark.is_wanted or not is_bare:
        return clause.text
    return clauses[first].text[: lead_mark.start] + clause.text
