"""Finds the entry about another branch or level, for 另一家 or 再高一级. No I/O.

Branches and levels often have an entry each. A follow-up is searched with the previous question's
words, and so finds the previous entry again.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.dialogue.answers.answer_clauses import branches, listings, steps
from app.dialogue.answers.choice_offers import candidates, choices
from app.dialogue.context import Context, readable_text
from app.dialogue.understanding.query_rewriting import subjects
from app.dialogue.understanding.query_rewriting.followups import RewrittenQuestion
from app.inference.ports import Bands
from app.knowledge.search.index import Index
from app.knowledge.search.words import HAN
from app.knowledge.values import Evidence
from app.sessions.store import Session

# Factor on `bands.possible` for entries that differ in the branch only.
SAME_OF_BRANCHES = 0.3
_APART = re.compile(r"(.*)(?P<one>.{1,6}?)(?P<end>.{2,})\n\1(?P<other>.{1,6}?)(?P=end)")
_SHAPE = 2  # characters that names of levels end with: 套餐 of 基础套餐 and 标准套餐

_CONNECTIVES = re.compile(r"[那呢嘞的店分家吗么啊呀\W]+")
# Names of offers for certain people only, which are no next level.
_FOR_SOME = re.compile("老|[儿孩]|[男女孕婴]|学生|亲子|情侣|家庭|团|入职|婚|单人|双人")


def find_sibling(
    text: str, last: str | None, evidence: Sequence[Evidence], bands: Bands
) -> Evidence | None:
    """The entry about another branch or level than the entry `last`, raised to `bands.sure`; None
    if `text` doesn't ask for another, or no entry is about one.
    """
    sibling = _find_likeliest_sibling(text, last, evidence, bands.possible)
    return replace(sibling, probability=max(sibling.probability, bands.sure)) if sibling else None


def with_branch(context: Context, index: Index) -> Context:
    """Replace 另一家 in the question by the branch's name, if just one wasn't named before."""
    reading = context.question
    if reading is None or not reading.is_followup:
        return context
    if not branches.ANOTHER.search(reading.standalone_question):
        return context
    entries = [each.entry.question for each in index.stored_entries.values()]
    names = branches.whole_branches(entries)
    branch = _find_unnamed_branch(names, context.session)
    if not branch:
        return context
    question = _ask_of_branch(context, reading, names, branch)
    return replace(
        context,
        question=replace(reading, standalone_question=question, previous_question="", weight=0.0),
    )


def _find_unnamed_branch(names: Mapping[str, str], session: Session) -> str:
    """The full name of the only branch that the last turns don't name; "" for none or several.

    names: full name -> short name.
    """
    before = " ".join([session.last_question, *(turn.text for turn in session.turns[-2:])])
    others = [whole for whole, name in names.items() if name not in before]
    is_only = len(others) < len(names) and len({names[each] for each in others}) == 1
    return others[0] if is_only else ""


def _ask_of_branch(
    context: Context, reading: RewrittenQuestion, names: Mapping[str, str], branch: str
) -> str:
    """The question of the branch: the last question where the message only says 另一家呢."""
    last_question = context.session.last_question
    earlier = next((whole for whole, name in names.items() if name in last_question), "")
    own = _CONNECTIVES.sub("", branches.ANOTHER.sub("", readable_text(context.message)))
    if not earlier or own:
        return branches.ANOTHER.sub(branch, reading.standalone_question, count=1)
    earlier_name = earlier if earlier in last_question else names[earlier]  # 去铁西玩要停车费吗
    return last_question.replace(earlier_name, branch, 1)


def find_equals(context: Context, matched_entry: Evidence, bands: Bands) -> tuple[Evidence, ...]:
    """Entries that answer as well as `matched_entry`, for another branch, size or day, if neither
    the question nor the last turns tell which one is meant.
    """
    session, reading = context.session, context.question
    if reading is None or reading.is_followup or context.slot_result.filled_slot:
        return ()
    question = reading.standalone_question
    if not HAN.search(question):
        return ()
    earlier = [turn.text for turn in session.turns[-2:]]
    conversation_text = " ".join([question, session.last_question, *earlier])
    words = candidates.find_things(question)
    equal_entries = [
        each
        for each in context.candidates or ()
        if _is_equal(matched_entry, each, bands)
        and not _is_told_apart(matched_entry, each, words, conversation_text)
    ]
    return tuple(equal_entries[: choices.MOST - 1])


def _is_equal(matched_entry: Evidence, other: Evidence, bands: Bands) -> bool:
    """Whether another entry has the same question for another branch, size or day."""
    if {other.kind, matched_entry.kind} != {"entry"} or other.id == matched_entry.id or other.rich:
        return False
    names, is_branch = _tell_apart(matched_entry.title, other.title)
    least = bands.possible * (SAME_OF_BRANCHES if is_branch else 1)
    return bool(names) and other.probability >= least


def _is_told_apart(
    matched_entry: Evidence, other: Evidence, words: Sequence[str], conversation_text: str
) -> bool:
    """Whether the words of the question or the conversation tell which of two entries is meant, or
    the matched one names the other.
    """
    names, _ = _tell_apart(matched_entry.title, other.title)
    one, two = matched_entry.title + matched_entry.answer, other.title + other.answer
    is_told = any((word in one) != (word in two) for word in words)
    is_named = any(candidates.speaks_of(conversation_text, [name]) for name in names)
    return is_told or is_named or names[1] in one


def _tell_apart(one: str, other: str) -> tuple[tuple[str, ...], bool]:
    """The two names in which titles of the same question differ, such as 城西 and 城东, or 平日 and
    周末, and whether they are branches. () if the titles differ in more than that.
    """
    if alike := _APART.fullmatch(f"{one}\n{other}"):
        return (alike["one"], alike["other"]), alike["end"][0] in "店院馆站区场部园"
    names = [*branches.find_branch_names([one]), *branches.find_branch_names([other])]
    return (tuple(names) if len({*names}) == _SHAPE else (), False)


def _find_likeliest_sibling(
    text: str, last: str | None, evidence: Sequence[Evidence], possible: float
) -> Evidence | None:
    before = next((each for each in evidence if each.id == last), None)
    others = [each for each in evidence if each.id != last]
    if before is None:
        return None
    if branches.ANOTHER.search(text):
        return _of_another_branch(before, others, possible)
    return _of_next_level(text, before, others) if steps.is_step(text) else None


def _of_another_branch(
    before: Evidence, others: Sequence[Evidence], possible: float
) -> Evidence | None:
    """The likeliest entry of another branch; None if the last answer names others already."""
    names = branches.find_branch_names([before.title])
    other_names = branches.find_branch_names([each.title for each in others]) - names
    if not names or any(name in before.answer for name in other_names):
        return None
    fitting = [
        each
        for each in others
        if branches.find_branch_names([each.title]) - names and each.probability >= possible
    ]
    return max(fitting, key=lambda each: each.probability, default=None)


def _of_next_level(text: str, before: Evidence, others: Sequence[Evidence]) -> Evidence | None:
    """Among entries whose names end alike, the one with the next higher or lower price."""
    price = listings.find_price(before.answer)
    name = subjects.find_subject(before.title)
    if len(name) <= _SHAPE:
        return None
    named_entries = [(subjects.find_subject(each.title), each) for each in others]
    alike = [
        each
        for other, each in named_entries
        if other.endswith(name[-_SHAPE:]) and not _FOR_SOME.search(other)
    ]
    priced = [
        (level_price, each) for each in alike if (level_price := listings.find_price(each.answer))
    ]
    if price is None or listings.find_price(before.answer, at=1) is not None:
        return None  # the last answer lists levels itself
    is_up = steps.is_step_up(text)
    after = [each for each in priced if (each[0] > price if is_up else each[0] < price)]
    next_level = (min if is_up else max)(after, key=lambda each: each[0], default=None)
    return next_level[1] if next_level else None
