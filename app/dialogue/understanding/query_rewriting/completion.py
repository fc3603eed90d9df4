"""Completes a message with the subject or the aspect of the question before it. No I/O."""

import re
from collections.abc import Sequence

from app.dialogue.answers.answer_clauses.branches import ANOTHER
from app.dialogue.understanding.query_rewriting.rewriting import ask_about, ask_of, ask_on
from app.dialogue.understanding.query_rewriting.subjects import (
    MOMENT,
    OF_A_PLACE,
    PERSON,
    PLACE,
    PRONOUN,
    is_thing,
)
from app.dialogue.understanding.sentences import speech

# Longest rewritten messages, in characters: with a pronoun, and only naming another thing. Most
# questions are whole, and a wrong rewriting is worse than none.
POINTING = 12
BARE = 12
OPENING = re.compile(
    r"^(?:那么|那|还有|对了|哦|嗯+|好的|然后|如果是?|要是|假如|换成|[，,、 ]+)+(?=.)"
)
CLOSING = re.compile(r"(?:呢|嘞|啊|呀|哈|吧|的话|\W)+$")
LIKEWISE = re.compile(
    r"(?:也(?:行|可以|一样|包|减|能用?|有|算|是吗|是?这个?价)吗?|行不行|可不可以)$"
)
CORRECTION = re.compile(
    r"^(?:(?:不是|不对|错了|(?:我)?说错了)(?:问?这个)?[，,。、 ]*)?"
    r"(?:(?:我|我的)?(?:是|想|要)?(?:问|说|指|意思|想问|想说)的?是?|应该是|是)?"
)
CORRECTS = re.compile(r"^(?:不是|不对|错了|我?说错了|我(?:的)?(?:是|想)?(?:问|说|指|意思)的?是?)")
QUESTION_WORDS = re.compile(r"[几多哪谁咋啥么吗嘛呢？?]|如何|(.)[不没]\1|不$")
INSTEAD = re.compile(
    r"[呢嘞]\W*$|的话\W*$|^(?:如果是|要是|换成)|(?:也(?:行|可以|一样|包|减|能用?|有|算|是吗|是?这个?价)吗?|行不行)\W*$"
)
# Aspects of a thing that the dictionary takes for things.
MATTER = re.compile("停车费?|车位|押金|定金|地铁|公交|尺码|浓度|度数|高度")


def has_things(own: str) -> bool:
    """Whether the text names a topic other than times and persons."""
    words = speech.segment(own).of("topic")
    return any(
        not (MOMENT.fullmatch(word) or PERSON.fullmatch(word) or re.search("[啥几哪什]", word))
        for word in words
    )


def complete_question(
    text: str, last: str, product: str, subjects: Sequence[str]
) -> tuple[str, bool] | None:
    """The message as a whole question, and whether it keeps the last subject; None where it is a
    whole question already, or none at all.
    """
    own, marked = strip_markers(text)
    corrects = bool(CORRECTS.match(text))
    is_question = corrects or bool(QUESTION_WORDS.search(text))
    pronoun = PRONOUN.search(own)
    if pronoun and (resolved_question := _resolve_pronoun(own, pronoun, last, product, subjects)):
        return (resolved_question, True) if is_question and len(own) <= POINTING else None
    if _is_instead(text, own, corrects):
        return ask_of(last, own), False
    if is_question and _asks_of_nothing(own, marked, subjects):
        fitting = _choose_subject(own, subjects)
        whole = ask_on(last, own) or (fitting and ask_about(fitting, own))
        return (whole, True) if whole else (own + last, True) if marked else None
    return None


def _asks_of_nothing(own: str, marked: bool, subjects: Sequence[str]) -> bool:
    """Whether the question has no subject of its own: 能放几天.

    什么时候到货 after 什么时候发货 is a new question.
    """
    if MATTER.fullmatch(own):
        return True
    words = speech.segment(own)
    if has_things(own) or not (words.of("aspect") or words.of("doing")):
        return False
    acts = bool(words.of("doing")) and bool(subjects) and not is_thing(subjects[0])
    return marked or not (acts or stands_alone(words))


def _choose_subject(own: str, subjects: Sequence[str]) -> str:
    """The subject of a question: a place where only a place has the aspect, else the last one."""
    if OF_A_PLACE.search(own):
        return next(filter(PLACE.search, subjects), subjects[0] if subjects else "")
    return next(iter(subjects), "")


def _is_instead(text: str, own: str, corrects: bool) -> bool:
    """Whether the message only names another thing: 那退货呢, 三圣桥的话, 那季卡."""
    question_word = QUESTION_WORDS.search(re.sub("[那这]几", "", own)) or MATTER.fullmatch(own)
    if ANOTHER.search(own) and len(own) <= BARE:
        return True
    if not own or len(own) > BARE or question_word:
        return False
    parts = [part for word, part in speech.segment(own).parts if word != "的"]
    if all(part in {"aspect", "glue"} for part in parts) and not MOMENT.fullmatch(own):
        return bool(parts) and own.endswith("的") and text.startswith(("那", "换成"))
    is_named_thing = text.startswith("那") and all(part in {"topic", "amount"} for part in parts)
    return corrects or bool(INSTEAD.search(text)) or is_named_thing


def _resolve_pronoun(
    own: str, pronoun: re.Match[str], last: str, product: str, subjects: Sequence[str]
) -> str:
    """The message with the subject in place of its pronoun; the last question where the pronoun is
    all. "" where the pronoun has its own noun, or another thing is described: 贵的那种.
    """
    before, after = own[: pronoun.start()], own[pronoun.end() :]
    if names_noun(after) or (before.endswith("的") and not after):
        return ""
    if any(part != "glue" for _, part in speech.segment(before + after).parts):
        things = [each for each in subjects if not PLACE.search(each)] or subjects
        return ask_about(product or next(iter(things), ""), own)
    return ask_of(last, product) if product else last


def names_noun(after: str) -> bool:
    """Whether a noun follows the pronoun: 这个福袋, but not 这个退货的时候."""
    word, part = next(iter(speech.segment(after).parts), ("", "glue"))
    return part == "topic" and word not in speech.MATTERS


def stands_alone(words: speech.SegmentedText) -> bool:
    """Whether one aspect is asked of another, a cost: 运费多少, 邮费谁出."""
    aspects = words.of("aspect")
    return len(aspects) > 1 and any(each in speech.COSTS for each in aspects)


def strip_markers(text: str) -> tuple[str, bool]:
    """The text without opening, correcting and closing words, and whether it had any."""
    fixed = CORRECTION.sub("", text, count=1) if CORRECTS.match(text) else text
    without_opening = OPENING.sub("", fixed)
    without_closing = CLOSING.sub("", without_opening)
    asks_on = "呢" in without_opening[len(without_closing) :]
    own = LIKEWISE.sub("", without_closing)
    marked = fixed != text or without_opening != fixed or asks_on or own != without_closing
    return own, marked
