"""Rewrites a follow-up into a standalone question. No I/O.

"那退货呢" after "运费多少" becomes a question for the freight of a return. It is searched with a
blend of its vector and the previous question's. An ambiguous message has alternatives, of which
the search chooses one. A whole question stays unchanged.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.dialogue.answers.answer_clauses.branches import ANOTHER
from app.dialogue.understanding.query_rewriting.completion import (
    QUESTION_WORDS,
    complete_question,
    stands_alone,
    strip_markers,
)
from app.dialogue.understanding.query_rewriting.rewriting import ask_about, without_branch
from app.dialogue.understanding.query_rewriting.subjects import find_subject, is_thing
from app.dialogue.understanding.sentences import speech
from app.kit.text import fold_width
from app.sessions.store import Session

# Lengths in characters.
LONGEST = 24  # of any follow-up
ASKING = 6  # above this length a rewritten question has the message itself as an alternative
SHORT = 8  # a whole question up to this length is searched with the previous one, too
OPEN = 14  # a question up to this length may be about an earlier subject
REMEMBERED = 60  # characters of the last question
# Weights of the previous question's vector in the search, beside 1 for the present one: of a
# follow-up, of a whole question. Chosen on the thirty development questions of tests/conversation.
LEANING = 0.4
STANDING = 0.3
BARE_ASK = re.compile(
    r"(?:一共|大概|都|又|要|需要|得)*(?:[多好]少?钱|多少|要?多久|几(?:天|个|块钱?|钱|折|点)|什么价[位格钱]?|啥价[位格钱]?|[怎咋]么?(?:收费?|换|卖|弄|办|算))[呢呀啊嘛的\W]*"
)
NO_ASK = re.compile(
    r"(?:真的|是|好|行|可以|对|有|在|是真)的?吗\W*|.*(?:客服|人工|真人|人呢|有人).*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RewrittenQuestion:
    """A message's standalone question, which is classified and searched in its place."""

    standalone_question: str  # the whole question
    previous_question: str = ""  # where its vector is part of the search
    weight: float = 0.0  # of the previous question's vector; the standalone question has 1
    is_followup: bool = False  # rewritten with an earlier question or subject
    is_of_reach: bool = False  # asks whether goods can be sent to a place
    alternatives: "tuple[RewrittenQuestion, ...]" = ()  # other readings, the likelier first

    @property
    def ways(self) -> "tuple[RewrittenQuestion, ...]":
        """All readings, the likeliest first."""
        return (self, *self.alternatives)

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts that are embedded for the search: previous question, if any, and this one."""
        return (
            (self.previous_question, self.standalone_question)
            if self.previous_question
            else (self.standalone_question,)
        )


def rewrite_question(text: str, session: Session) -> RewrittenQuestion:
    """Rewrite a message with the session's last question where it lacks a topic or an aspect."""
    plain = fold_width(text).strip()
    last = session.last_question
    if not last or last == text or not plain or len(plain) > LONGEST or NO_ASK.fullmatch(plain):
        return RewrittenQuestion(standalone_question=text)
    before = strip_markers(last)[0] or last
    subjects = _find_subjects(before, session)
    completed = complete_question(plain, before, session.slots.get("product", ""), subjects)
    if completed is None:
        return _keep_question(text, plain, last, subjects)
    whole, keeps_subject = completed
    others = _find_alternatives(plain, before, subjects if keeps_subject else ())
    return RewrittenQuestion(
        standalone_question=whole,
        previous_question=last,
        weight=LEANING,
        is_followup=True,
        alternatives=tuple(
            RewrittenQuestion(standalone_question=each) for each in others if each != whole
        ),
    )


def _find_alternatives(plain: str, before: str, subjects: Sequence[str]) -> list[str]:
    """Other questions that a completed message may ask, the likelier first.

    before: the last question. subjects: those of which the first completed the message.
    """
    own, _ = strip_markers(plain)
    others = [ask_about(each, own) for each in subjects[1:]]
    others += [without_branch(before)] if ANOTHER.search(own) else []
    others += [plain] if len(own) > ASKING and QUESTION_WORDS.search(plain) else []
    others += [own] if plain.rstrip("？?。~ ").endswith("呢") and _is_matter(own) else []
    return others


def _keep_question(text: str, plain: str, last: str, subjects: Sequence[str]) -> RewrittenQuestion:
    """A whole question: a short one is searched together with the last question, and may be about
    an earlier subject.
    """
    own, _ = strip_markers(plain)
    if not QUESTION_WORDS.search(plain) or len(own) > OPEN:
        return RewrittenQuestion(standalone_question=text)
    subject_questions = [ask_about(each, own) for each in subjects if each not in own]
    rest = tuple(
        RewrittenQuestion(standalone_question=each, is_followup=True)
        for each in subject_questions
        if each != text
    )
    words = speech.segment(own)
    if len(own) <= SHORT and (words.of("topic") or words.of("doing") or stands_alone(words)):
        return RewrittenQuestion(
            standalone_question=text, previous_question=last, weight=STANDING, alternatives=rest
        )
    return RewrittenQuestion(standalone_question=text, alternatives=rest)


def _is_matter(own: str) -> bool:
    """Whether the text may be a question without the earlier subject: 运费, 发票, 停车."""
    words = speech.segment(own)
    return (
        not words.of("amount")
        and bool(words.of("aspect") or words.of("doing"))
        and all(part != "topic" for _, part in words.parts)
    )


def _find_subjects(last: str, session: Session) -> list[str]:
    """The subject of the last question, then another one of an earlier turn, if any."""
    subjects = [find_subject(last)]
    for turn in reversed(session.turns):
        earlier = find_subject(turn.text) if len(turn.text) <= REMEMBERED else ""
        if earlier and is_thing(earlier) and not any(earlier in each for each in subjects):
            subjects.append(earlier)
            break
    return [each for each in subjects if each]


def question_to_remember(reading: RewrittenQuestion, session: Session, *, question: bool) -> str:
    """The question that a follow-up may refer to: this one; the session's where it was none."""
    return reading.standalone_question[:REMEMBERED] if question else session.last_question
