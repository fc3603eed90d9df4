"""Names of branches, and the clauses of an answer that are about one. No I/O."""

import re
from collections.abc import Collection, Mapping, Sequence

from app.dialogue.answers.answer_clauses.clauses import HANGS_ON, Clause, Mark
from app.dialogue.answers.answer_clauses.listings import Marks, drop_empty_marks

_BRANCH = re.compile(
    r"([\u4e00-\u9fffA-Za-z]{2,6}?)(?:店(?![长员里])|校区|分[店馆院]|院区|训练场|场馆|门诊部?)"
)
_NO_BRANCH = re.compile("[本我你您两每各全新网门开分到在]$|家|所有|线下|旗舰|品牌")
ANOTHER = re.compile(
    "另(?:外)?(?:[一那这]?[家间]|[一那]个(?:店|校区|地方)?)|还有[一那][家间]|(?:别的|其[他它])(?:分?店|门店|校区)"
)
_BEGINNING = 2  # characters at a segment's beginning that tell its branch


def find_branch_names(texts: Collection[str]) -> frozenset[str]:
    """Names of branches at the beginning of texts: 石榴巷 in 石榴巷店几点开门."""
    return frozenset(whole_branches(texts).values())


def whole_branches(texts: Collection[str]) -> Mapping[str, str]:
    """Full name -> short name of the branches: 石榴巷店 -> 石榴巷."""
    matches = (match for text in texts if (match := _BRANCH.match(text)))
    return {match[0]: match[1] for match in matches if not _NO_BRANCH.search(match[1])}


def by_branch(clauses: Sequence[Clause], text: str, before: str, names: Collection[str]) -> Marks:
    """Mark clauses on the branch in `text`, or for 另一家 on those not named in `before`."""
    wanted_names = {name for name in names if name in text}
    earlier = {name for name in names if name in before}
    is_another = not wanted_names and ANOTHER.search(text) is not None
    if is_another and earlier:
        wanted_names = {*names} - earlier
    marks: list[Mark | None] = []
    for clause in clauses:
        clause_names = [name for name in names if name in clause.text]
        start = min((clause.text.index(name) for name in clause_names), default=0)
        marks.append(
            Mark(bool(wanted_names & {*clause_names}), start, start + 1) if clause_names else None
        )
    if is_another and not any(mark and mark.is_wanted for mark in marks):
        return _by_beginning(clauses, before) or (drop_empty_marks(marks) if earlier else ())
    return drop_empty_marks(marks) if wanted_names else ()


def _by_beginning(clauses: Sequence[Clause], before: str) -> Marks:
    """Mark segments by whether `before` has their first characters; () unless both occur."""
    marks: list[Mark | None] = []
    last = -1
    for clause in clauses:
        begins, last = clause.segment != last, clause.segment
        is_new = clause.text[:_BEGINNING] not in before
        marks.append(Mark(is_new) if begins and not HANGS_ON.match(clause.text) else None)
    wanted_flags = {mark.is_wanted for mark in marks if mark}
    return marks if wanted_flags == {True, False} else ()
