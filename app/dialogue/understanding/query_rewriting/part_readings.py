"""Rewrites a question of a message with the subjects of the questions before it. No I/O."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from app.dialogue.understanding.query_rewriting.completion import OPENING, has_things, names_noun
from app.dialogue.understanding.query_rewriting.followups import BARE_ASK, SHORT, RewrittenQuestion
from app.dialogue.understanding.query_rewriting.rewriting import ask_about, ask_of
from app.dialogue.understanding.query_rewriting.subjects import (
    OF_A_PLACE,
    PERSON,
    PLACE,
    PRONOUN,
    find_subject,
    is_thing,
)
from app.dialogue.understanding.sentences import speech
from app.kit.text import fold_width

_OF_A_VALUE = re.compile("多|几|哪|怎|咋|什么|啥|何")
_OF_ANY_THING = re.compile(
    "送[到货达去来]|发货|到货|寄[到去]|配送|开.{0,2}票|退[款货换]|换货|预约|预订"
)
# Repeats the question before for another thing: 榴莲千层呢 after 芒果千层六寸多少.
_OF_ANOTHER = re.compile(r"(?!.*[多几哪怎什啥吗能])(.{2,12}?)呢(?:也问(?:一?下|个)价)?\W*")


def read_part(text: str, earlier: Sequence[str]) -> RewrittenQuestion:
    """Rewrite a question of a message with the subject of earlier questions, where it has none.

    "怎么养" after "向日葵一把多少" asks how to care for sunflowers. Alternatives: a question with a
    subject of its own may be about the earlier one as well (九岁的孩子可以上么 after 插花课多少钱);
    one without may be about the first of several subjects, or about none.
    """
    plain = fold_width(text).strip()
    own = OPENING.sub("", plain)
    if text.isascii():
        return RewrittenQuestion(standalone_question=f"{earlier[-1]} {text}", is_followup=True)
    if (another := _OF_ANOTHER.fullmatch(own)) and not PRONOUN.search(own):
        whole = ask_of(earlier[-1], another[1])
        return RewrittenQuestion(
            standalone_question=whole,
            is_followup=True,
            alternatives=(RewrittenQuestion(standalone_question=text),),
        )
    return _read_chinese(text, own, earlier)


def _read_chinese(text: str, own: str, earlier: Sequence[str]) -> RewrittenQuestion:
    things = _find_things(own, earlier)
    pronoun = PRONOUN.search(own)
    stands = has_things(own) or (len(own) > SHORT and bool(speech.segment(own).of("doing")))
    if stands and not (pronoun and not names_noun(own[pronoun.end() :])):
        subject_questions = [] if pronoun else [ask_about(each, own) for each in things]
        return RewrittenQuestion(
            standalone_question=text,
            alternatives=_as_followups(each for each in subject_questions if each != own),
        )
    if things:
        first, *others = (ask_about(each, own) for each in things)
        alone = (
            ()
            if pronoun or not _says_what(own)
            else (RewrittenQuestion(standalone_question=text, is_followup=not _may_stand(own)),)
        )
        return RewrittenQuestion(
            standalone_question=first, is_followup=True, alternatives=_as_followups(others) + alone
        )
    return (
        _ask_on(own, earlier[-1])
        if BARE_ASK.fullmatch(own)
        else RewrittenQuestion(standalone_question=text)
    )


def _ask_on(own: str, before: str) -> RewrittenQuestion:
    """A bare question such as 多少钱 with the subject of the question before it, or with all of it
    as an alternative.
    """
    joined_question = RewrittenQuestion(standalone_question=f"{before}，{own}", is_followup=True)
    matter = find_subject(before)
    if not matter or matter.endswith("得"):
        return joined_question
    return replace(
        joined_question, standalone_question=matter + own, alternatives=(joined_question,)
    )


def _find_things(own: str, earlier: Sequence[str]) -> list[str]:
    """The last and the first subject of the earlier questions, where they are things."""
    subjects = [subject for each in reversed(earlier) if (subject := find_subject(each))]
    if OF_A_PLACE.search(own):
        subjects = [each for each in subjects if PLACE.search(each)]
    things = [each for each in subjects if is_thing(each) and not PERSON.fullmatch(each)]
    return things[:1] + [each for each in things[1:][-1:] if each != things[0]]


def _may_stand(own: str) -> bool:
    """Whether the question may be about the shop and no earlier subject: 能洗澡不, 最早几点能送到.

    Questions of how much, how long and where are not, unless about delivery, returns and the like.
    """
    done = any(len(word) > 1 for word in speech.segment(own).of("doing"))
    if OF_A_PLACE.search(own):
        return False
    return bool(_OF_ANY_THING.search(own)) or (done and not _OF_A_VALUE.search(own))


def _says_what(own: str) -> bool:
    """Whether the question can be searched alone: 一个人住要加多少, 可颂几点出; not 多重."""
    if OF_A_PLACE.search(own):
        return False
    thing, doing = find_subject(own), speech.segment(own).of("doing")
    unknown = bool(thing) and own.startswith(thing) and bool(speech.segment(thing).of("doing"))
    done = any(len(word) > 1 for word in doing) or bool(_OF_ANY_THING.search(own))
    return unknown or done or len(own) > SHORT


def _as_followups(texts: Iterable[str]) -> tuple[RewrittenQuestion, ...]:
    return tuple(RewrittenQuestion(standalone_question=each, is_followup=True) for each in texts)
