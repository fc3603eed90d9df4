"""Rewrites a follow-up into a standalone question, and chooses its vector and its evidence.

"那退货呢" after "运费多少" becomes a question for the freight of a return. It is searched with a
blend of its vector and the previous question's. An ambiguous message has alternatives, of which
the search chooses one. A whole question stays unchanged.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.dialogue.answers.listings import ANOTHER
from app.dialogue.understanding import speech
from app.dialogue.understanding.rewriting import (
    MOMENT,
    OF_A_PLACE,
    PERSON,
    PLACE,
    PRONOUN,
    ask_about,
    ask_of,
    ask_on,
    find_subject,
    is_thing,
    without_branch,
)
from app.inference.ports import Classification, ClassificationFailed, Classifier
from app.knowledge.values import Evidence
from app.sessions.store import Session

# Lengths in characters: LONGEST of any follow-up, POINTING with a pronoun, BARE only naming another
# thing; above ASKING a rewritten question has the message itself as an alternative. Most questions
# are whole, and a wrong rewriting is worse than none.
LONGEST = 24
POINTING = 12
ASKING = 6
BARE = 12
SHORT = 8  # a whole question up to this length is searched with the previous one, too
OPEN = 14  # a question up to this length may be about an earlier subject
REMEMBERED = 60  # characters of the last question

# Weights of the previous question's vector in the search, beside 1 for the present one: of a
# follow-up, of a whole question. Chosen on the thirty development questions of tests/conversation.
LEANING = 0.4
STANDING = 0.3
AGAIN = 1.0  # logits by which the entry just said must be likelier than the next, to be said again

# Intents about the conversation itself: never searched with the previous question.
MANNERS = frozenset({
    "greet", "say_ok", "say_wait", "say_farewell", "express_thanks", "express_apology",
    "thanks_goodbye", "praise", "complain_angry", "urge_reply", "bot_identity",
    "transfer_to_person", "unsubscribe_privacy",
})  # fmt: skip
IDLE = frozenset({"chitchat", "out_of_scope"})  # also the model's guess for 要钱吗

SURELY = 0.9

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
    plain = unicodedata.normalize("NFKC", text).strip()
    last = session.last_question
    if not last or last == text or not plain or len(plain) > LONGEST or NO_ASK.fullmatch(plain):
        return RewrittenQuestion(standalone_question=text)
    before = _strip_markers(last)[0] or last
    subjects = _find_subjects(before, session)
    own, _ = _strip_markers(plain)
    whole = _complete_question(plain, before, session.slots.get("product", ""), subjects)
    if whole:
        others = [ask_about(each, own) for each in subjects[1:]] if whole[1] else []
        others += [without_branch(before)] if ANOTHER.search(own) else []
        others += [plain] if len(own) > ASKING and QUESTION_WORDS.search(plain) else []
        others += [own] if plain.rstrip("？?。~ ").endswith("呢") and _is_matter(own) else []
        rest = tuple(
            RewrittenQuestion(standalone_question=each) for each in others if each != whole[0]
        )
        return RewrittenQuestion(
            standalone_question=whole[0],
            previous_question=last,
            weight=LEANING,
            is_followup=True,
            alternatives=rest,
        )
    if not QUESTION_WORDS.search(plain) or len(own) > OPEN:
        return RewrittenQuestion(standalone_question=text)
    subject_questions = [ask_about(each, own) for each in subjects if each not in own]
    rest = tuple(
        RewrittenQuestion(standalone_question=each, is_followup=True)
        for each in subject_questions
        if each != text
    )
    words = speech.segment(own)
    if len(own) <= SHORT and (words.of("topic") or words.of("doing") or _stands_alone(words)):
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


def has_things(own: str) -> bool:
    """Whether the text names a topic other than times and persons."""
    words = speech.segment(own).of("topic")
    return any(
        not (MOMENT.fullmatch(word) or PERSON.fullmatch(word) or re.search("[啥几哪什]", word))
        for word in words
    )


async def classify_questions(
    classifier: Classifier, questions: Sequence[RewrittenQuestion]
) -> list[Classification | ClassificationFailed]:
    """Classify the standalone questions in one call; previous questions are left to the search."""
    return await classifier.classify([reading.standalone_question for reading in questions])


def blend_vectors(
    question: RewrittenQuestion, classification: Classification, vectors: Sequence[np.ndarray]
) -> np.ndarray:
    """(D,): the vector to search with, of one vector for each of `question.texts`."""
    *before, question_vector = vectors
    if not before or _is_unrelated(question, classification):
        return question_vector
    return _weighted_mean(question_vector, before[0], question.weight)


def _is_unrelated(question: RewrittenQuestion, classification: Classification) -> bool:
    """Whether the intent shows that the message isn't about the previous question."""
    if classification.intent.id in IDLE:
        return not question.is_followup
    return classification.in_scope and classification.intent.id in MANNERS


def choose_evidence(
    question: RewrittenQuestion,
    classification: Classification,
    evidence: Sequence[Evidence],
    last: str | None,
    sure: float,
) -> Evidence | None:
    """The candidate that answers, from `sure` on; None for none. evidence: likeliest first.

    A follow-up gets another entry than `last`, which answered before, unless the other one is
    less likely by AGAIN logits. Courtesies need an entry from SURELY on.
    """
    likely = [each for each in evidence[:2] if each.probability >= sure]
    if not likely:
        return None
    first, *others = likely
    if (
        classification.in_scope
        and classification.intent.id in MANNERS
        and first.probability < SURELY
    ):
        return None
    again = question.is_followup and first.id == last
    if again and others and _to_logit(first.probability) - _to_logit(others[0].probability) < AGAIN:
        return others[0]
    return first


def question_to_remember(reading: RewrittenQuestion, session: Session, *, question: bool) -> str:
    """The question that a follow-up may refer to: this one; the session's where it was none."""
    return reading.standalone_question[:REMEMBERED] if question else session.last_question


def _complete_question(
    text: str, last: str, product: str, subjects: Sequence[str]
) -> tuple[str, bool] | None:
    """The message as a whole question, and whether it keeps the last subject; None where it is a
    whole question already, or none at all.
    """
    own, marked = _strip_markers(text)
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
    return marked or not (acts or _stands_alone(words))


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


def _stands_alone(words: speech.SegmentedText) -> bool:
    """Whether one aspect is asked of another, a cost: 运费多少, 邮费谁出."""
    aspects = words.of("aspect")
    return len(aspects) > 1 and any(each in speech.COSTS for each in aspects)


def _strip_markers(text: str) -> tuple[str, bool]:
    """The text without opening, correcting and closing words, and whether it had any."""
    fixed = CORRECTION.sub("", text, count=1) if CORRECTS.match(text) else text
    without_opening = OPENING.sub("", fixed)
    without_closing = CLOSING.sub("", without_opening)
    asks_on = "呢" in without_opening[len(without_closing) :]
    own = LIKEWISE.sub("", without_closing)
    marked = fixed != text or without_opening != fixed or asks_on or own != without_closing
    return own, marked


def _weighted_mean(question_vector: np.ndarray, before: np.ndarray, weight: float) -> np.ndarray:
    """The weighted mean, scaled to the vectors' mean length, for which probabilities are fitted."""
    both = question_vector + weight * before
    length = (_vector_length(question_vector) + weight * _vector_length(before)) / (1 + weight)
    return np.asarray(both * (length / _vector_length(both)), np.float32)


def _vector_length(vector: np.ndarray) -> float:
    return math.sqrt(vector @ vector)


def _to_logit(score: float) -> float:
    bounded_score = min(max(score, 1e-4), 1 - 1e-4)  # scores are rounded to four digits
    return math.log(bounded_score / (1 - bounded_score))
