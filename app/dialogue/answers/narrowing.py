"""Narrows an answer that was given before to the part about a follow-up. No I/O.

大一点的呢 after 小份159元，大份269元 gets the clause on the large one only. Nothing is cut if the
rest might become false.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.dialogue.answers.answer_clauses import branches, clauses, listings, steps, thresholds
from app.dialogue.answers.answer_clauses.clauses import HANGS_ON, Clause, Mark
from app.dialogue.answers.answer_clauses.listings import Marks
from app.dialogue.answers.answer_clauses.thresholds import Bound, Value
from app.dialogue.slot_filling.recognizers.persons import count_persons
from app.dialogue.understanding.entities import places, weekdays
from app.dialogue.understanding.query_rewriting import subjects
from app.dialogue.understanding.sentences import sentence_kinds, speech
from app.kit.text import fold_width

_HEAD = 4  # characters by which the answer's first clause is recognised
LONGEST_KEY = 8  # characters of a name to look for in the answer
_AMOUNT = re.compile(r"\d+\s?[\u4e00-\u9fff]")
_CHINESE_COUNT = re.compile(r"([一二两三四五六七八九])(?=[\u4e00-\u9fff])")
_DIGITS = dict(zip("一二两三四五六七八九", "1223456789", strict=True))
_LETTERS = re.compile(r"[A-Za-z][A-Za-z0-9+]*")
_OF_KIND = re.compile("([冷热冰大小男女公母厚薄长短粗细干湿单双红白粉])的")
_AROUND = re.compile(
    r"^(?:那么|那|还有|如果是?|要是|换成?|买|订|要|想要|我要|有)+(?=.)"
    r"|(?:多少钱?|什么价|怎么[样收卖算]|有吗|可以吗|行吗|呢|嘞|啊|呀|的话|吗|吧|\W)+$"
)
_OPINION = re.compile("(?:方便|好|贵|便宜|难)$")  # removed from a subject: 停车方便 becomes 停车
_FIGURES = re.compile(r"\d+\S?")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A message after an answer, with what it follows."""

    text: str
    before: str  # the question that was answered
    answer: str
    title: str  # the entry's question, or the chunk's headings
    today: date
    names: Collection[str] = ()  # of branches, besides those named in the answer


@dataclass(frozen=True, slots=True)
class NarrowedAnswer:
    """The part of an answer to give. `about` is the value or name that it is for.

    `clause`: the part alone; `value`: the part that holds for the number `about`; `outside`: the
    answer doesn't cover that number; `unlisted`: it lists others of the kind, not `about`.
    """

    kind: Literal["clause", "value", "outside", "unlisted"]
    text: str
    about: str = ""


def narrow_answer(followup: FollowUp) -> NarrowedAnswer | None:
    """The part of the answer about what is new in the follow-up; None if there is no such part."""
    parts = clauses.split(followup.answer)
    if by_value := for_value(followup):
        return by_value
    rest, about = parts, ""
    for way in _WAYS:
        marks, name = way(followup, rest) if way is not _mark_name or rest == parts else ((), "")
        if not marks:
            about = about or (name if way is _mark_step else "")
            continue
        if not any(mark and mark.is_wanted for mark in marks):
            about = about or name
            continue
        rest = clauses.select(rest, marks) or rest
    if rest != parts and (text := _add_subject(rest, followup)):
        return NarrowedAnswer("clause", text)
    return NarrowedAnswer("unlisted", followup.answer, about) if about else None


def for_value(followup: FollowUp) -> NarrowedAnswer | None:
    """What the answer says for a number in the follow-up; None if it has no bound for that."""
    parts = clauses.split(followup.answer)
    texts = [part.text for part in parts]
    bounds = thresholds.read_bounds(texts)
    value = thresholds.find_value(followup.text, bounds)
    if value is None and (persons := count_persons(followup.text)):
        value = thresholds.find_value(f"{persons}人", bounds)
    if value is None:
        return None
    bounds = tuple(bound if bound and bound.unit == value.unit else None for bound in bounds)
    within = [bound.within(value) if bound else None for bound in bounds]
    if "yes" in within or "unsure" in within:
        marks = _of_bounds(parts, bounds, value)
        rest = clauses.select(parts, marks) or parts
        text = _add_subject(rest, followup) if rest != parts else followup.answer
        return NarrowedAnswer("value", text or followup.answer, value.words)
    if not thresholds.is_complete(texts, value.unit):
        return None
    segments = {part.segment for part, bound in zip(parts, bounds, strict=True) if bound}
    rest = tuple(part for part in parts if part.segment in segments)
    text = _add_subject(rest, followup) if not HANGS_ON.match(rest[0].text) else ""
    return NarrowedAnswer("outside", text or followup.answer, value.words)


def sets_bound(text: str, value: str) -> bool:
    """Whether a text has a bound that the value doesn't meet, or perhaps doesn't."""
    bounds = thresholds.read_bounds([part.text for part in clauses.split(text)])
    number = thresholds.find_value(value, bounds)
    of_unit = [bound for bound in bounds if bound and number and bound.unit == number.unit]
    return number is not None and any(bound.within(number) != "yes" for bound in of_unit)


def _of_bounds(
    parts: Sequence[Clause], bounds: Sequence[Bound | None], value: Value
) -> Sequence[Mark | None]:
    """Marks of the bounds; unwanted if the value is outside and a holding bound excludes it."""
    holding = [bound for bound in bounds if bound and bound.within(value) != "no"]
    marks: list[Mark | None] = []
    for at, bound in enumerate(bounds):
        if bound is None:
            marks.append(None)
            continue
        is_out = bound.within(value) == "no" and any(
            each.excludes(bound) or each.contains(bound) for each in holding
        )
        follows = bounds[at + 1] if at + 1 < len(bounds) else None
        begins = follows in holding and HANGS_ON.match(parts[at + 1].text) is not None
        marks.append(Mark(not is_out or begins, bound.start, bound.end))
    return marks


# --- What a follow-up may ask for, and the clauses that list such -------------------------------


def _mark_day(followup: FollowUp, parts: Sequence[Clause]) -> tuple[Marks, str]:
    day = weekdays.find_day(followup.text, followup.today)
    return (listings.by_day(parts, day), day.words) if day else ((), "")


def _mark_place(followup: FollowUp, parts: Sequence[Clause]) -> tuple[Marks, str]:
    place_names = places.find_places(followup.text)
    return (listings.by_place(parts, place_names[0]), place_names[0]) if place_names else ((), "")


def _mark_branch(followup: FollowUp, parts: Sequence[Clause]) -> tuple[Marks, str]:
    names = {
        *followup.names,
        *branches.find_branch_names([followup.title, *(part.text for part in parts)]),
    }
    another = branches.ANOTHER.search(followup.text)
    name = another[0] if another else next((each for each in names if each in followup.text), "")
    return branches.by_branch(parts, followup.text, followup.before, names), name


def _mark_step(followup: FollowUp, parts: Sequence[Clause]) -> tuple[Marks, str]:
    if not steps.is_step(followup.text):
        return (), ""
    marks = steps.by_step(parts, followup.text, followup.before)
    return ((), "") if marks is None else (marks, _AROUND.sub("", followup.text))


def _mark_persons(followup: FollowUp, parts: Sequence[Clause]) -> tuple[Marks, str]:
    number = count_persons(followup.text)
    return (listings.by_persons(parts, number) if number else ()), ""


def _mark_name(followup: FollowUp, parts: Sequence[Clause]) -> tuple[Marks, str]:
    keys = _find_keys(followup)
    return (listings.by_name(parts, keys) if keys else ()), ""


_WAYS: Sequence[Callable[[FollowUp, Sequence[Clause]], tuple[Marks, str]]] = (
    _mark_day, _mark_place, _mark_branch, _mark_step, _mark_persons, _mark_name,
)  # fmt: skip


def _find_keys(followup: FollowUp) -> list[str]:
    """Names in a follow-up that are in the answer, not in `before`: 33枝, VIP, 年卡, 冰 of 冰的."""
    own = _AROUND.sub("", _align_amounts(fold_width(followup.text).strip(), followup.answer))
    words = speech.segment(own)
    keys = [own.removesuffix("的"), *_AMOUNT.findall(own), *_LETTERS.findall(own)]
    keys += [word for word in words.of("topic") if not subjects.MOMENT.fullmatch(word)]
    keys = [each for each in keys if 1 < len(each) <= LONGEST_KEY and each not in followup.before]
    keys += _OF_KIND.findall(f"{own}的")[:1]
    keys = [each for each in keys if each.casefold() in followup.answer.casefold()]
    rest = own
    for each in sorted(keys, key=len, reverse=True):
        rest = rest.replace(each, "")
    asks_more = re.sub("[的那这个种款要了]", "", rest)
    return [] if asks_more else list(dict.fromkeys(keys))


def _align_amounts(text: str, answer: str) -> str:
    """Rewrite amounts in the way that the answer writes them: 五株 becomes 5株, 8节 8 节."""
    for match in reversed([*_CHINESE_COUNT.finditer(text)]):
        digit, measure = _DIGITS[match[1]], text[match.end()]
        amount_match = re.search(rf"(?<!\d){digit}\s?{measure}", answer)
        if amount_match:
            text = text[: match.start()] + amount_match[0] + text[match.end() + 1 :]
    return text


def names_stranger(followup: FollowUp) -> bool:
    """Whether a follow-up only names a thing of which the answer has no character: 周岁呢 after the
    price of a portrait at 100 days. One shared character may be a synonym: 半夜 for 夜间.
    """
    own = _AROUND.sub("", _align_amounts(fold_width(followup.text).strip(), followup.answer))
    words = speech.segment(own)
    named_words = [
        *words.of("topic"),
        *(w for w in words.of("amount") if len(w) > 1 and w[0] != "一"),
    ]
    is_person = count_persons(own) is not None or subjects.PERSON.fullmatch(own)
    if not named_words or words.of("doing") or sentence_kinds.is_question(own) or is_person:
        return False
    return not {*"".join(named_words)} & {*followup.answer, *followup.title}


def _add_subject(rest: Sequence[Clause], followup: FollowUp) -> str:
    """The clauses, after their subject if they don't name it; "" if no subject is found."""
    text = clauses.join(rest)
    if followup.answer.startswith(rest[0].text[:_HEAD]):
        return text
    heading = followup.title.split(" > ")[-1]
    subject = subjects.find_subject(heading) or (
        "" if sentence_kinds.is_question(heading) else heading
    )
    if any(subject[at : at + 2] in text for at in range(max(1, len(subject) - 1))):
        return text
    plain = _OPINION.sub("", _FIGURES.sub("", subject))
    return f"{plain}：{text}" if plain and len(plain) <= subjects.LONGEST_SUBJECT else ""
