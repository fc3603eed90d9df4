"""What a message asks once the conversation before it is taken into account.

"那退货呢" after "运费多少" asks for the freight of a return. Such a message is read with its last
question put back in, and searched by a blend of the reading and of what was asked before. Where
its words leave it open, it has several readings, and the search says which one is answered. A
whole question stays what it is.
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

# Characters that a message has at most if it leans on the one before it: by a pronoun, by asking
# for an aspect of nothing (marked as going on, or not), by "那…呢". People write whole questions
# most of the time, and one that is wrongly put together with another is worse than one read alone.
LONGEST = 24
POINTING = 12
ASKING = 6
BARE = 12
SHORT = 8  # a whole question so short is often about what was asked before, too
OPEN = 14  # a question so short may be about the thing that was asked about before
REMEMBERED = 60  # characters of the last question

# Weights of the last question in the search, beside 1 for what is asked now. Chosen on the thirty
# development questions of tests/conversation.
LEANING = 0.4
STANDING = 0.3
AGAIN = 1.0  # logits by which what was just answered must be likelier than the next best

# Said of the conversation, not of a thing: never read as a follow-up, however short.
MANNERS = frozenset({
    "greet", "say_ok", "say_wait", "say_farewell", "express_thanks", "express_apology",
    "thanks_goodbye", "praise", "complain_angry", "urge_reply", "bot_identity",
    "transfer_to_person", "unsubscribe_privacy",
})  # fmt: skip
IDLE = frozenset({"chitchat", "out_of_scope"})  # what the model takes "要钱吗" for, too

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
# Asked of a thing, though the dictionary takes it for one.
MATTER = re.compile("停车费?|车位|押金|定金|地铁|公交|尺码|浓度|度数|高度")
BARE_ASK = re.compile(
    r"(?:一共|大概|都|又|要|需要|得)*(?:[多好]少?钱|多少|要?多久|几(?:天|个|块钱?|钱|折|点)|什么价[位格钱]?|啥价[位格钱]?|[怎咋]么?(?:收费?|换|卖|弄|办|算))[呢呀啊嘛的\W]*"
)
NO_ASK = re.compile(
    r"(?:真的|是|好|行|可以|对|有|在|是真)的?吗\W*|.*(?:客服|人工|真人|人呢|有人).*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RewrittenQuestion:
    """What a message asks: this is judged in its place."""

    standalone_question: str  # the whole question, as one would have written it
    previous_question: str = ""  # what was asked before, where the search hears it too
    weight: float = 0.0  # of `before` in the search; `asks` has 1
    is_followup: bool = False  # on what was asked before
    is_of_reach: bool = False  # whether something can be sent to a place
    alternatives: "tuple[RewrittenQuestion, ...]" = ()  # what it may ask as well

    @property
    def ways(self) -> "tuple[RewrittenQuestion, ...]":
        """All readings, the likeliest first."""
        return (self, *self.alternatives)

    @property
    def texts(self) -> tuple[str, ...]:
        """What goes through the encoder; `before` was read with its own message already."""
        return (
            (self.previous_question, self.standalone_question)
            if self.previous_question
            else (self.standalone_question,)
        )


def rewrite_question(text: str, session: Session) -> RewrittenQuestion:
    """The message with its last question put back in where it has no topic or aspect of its own."""
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
    """Whether it may be a matter of its own, besides one of the thing before: 运费, 发票, 停车."""
    words = speech.segment(own)
    return (
        not words.of("amount")
        and bool(words.of("aspect") or words.of("doing"))
        and all(part != "topic" for _, part in words.parts)
    )


def _find_subjects(last: str, session: Session) -> list[str]:
    """What was asked about last, then what was before that, where it is another thing."""
    subjects = [find_subject(last)]
    for turn in reversed(session.turns):
        earlier = find_subject(turn.text) if len(turn.text) <= REMEMBERED else ""
        if earlier and is_thing(earlier) and not any(earlier in each for each in subjects):
            subjects.append(earlier)
            break
    return [each for each in subjects if each]


def has_things(own: str) -> bool:
    """Whether it names something of its own, besides a time and who is concerned."""
    words = speech.segment(own).of("topic")
    return any(
        not (MOMENT.fullmatch(word) or PERSON.fullmatch(word) or re.search("[啥几哪什]", word))
        for word in words
    )


async def classify_questions(
    classifier: Classifier, questions: Sequence[RewrittenQuestion]
) -> list[Classification | ClassificationFailed]:
    """What the model says of each whole question, in one call. What was asked before is not read
    again: only the search hears it.
    """
    return await classifier.classify([reading.standalone_question for reading in questions])


def blend_vectors(
    question: RewrittenQuestion, classification: Classification, vectors: Sequence[np.ndarray]
) -> np.ndarray:
    """(D,): what is searched for, from one vector for each text of the reading."""
    *before, question_vector = vectors
    if not before or _is_unrelated(question, classification):
        return question_vector
    return _weighted_mean(question_vector, before[0], question.weight)


def _is_unrelated(question: RewrittenQuestion, classification: Classification) -> bool:
    """Whether the message has nothing to do with what was asked before."""
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
    """What answers, of candidates in the order of their probability; `last` answered before.

    Who asks on wants to hear something else, unless that is much less likely. A thank-you is
    answered only by what was written for it.
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
    """The question that the next message may lean on: this one, unless it was none."""
    return reading.standalone_question[:REMEMBERED] if question else session.last_question


def _complete_question(
    text: str, last: str, product: str, subjects: Sequence[str]
) -> tuple[str, bool] | None:
    """The message as a whole question, and whether it is about the last thing; None where it is
    one already, or none at all.
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
    """Whether it has no thing of its own: 能放几天.

    什么时候到货 after 什么时候发货 is another matter.
    """
    if MATTER.fullmatch(own):
        return True
    words = speech.segment(own)
    if has_things(own) or not (words.of("aspect") or words.of("doing")):
        return False
    acts = bool(words.of("doing")) and bool(subjects) and not is_thing(subjects[0])
    return marked or not (acts or _stands_alone(words))


def _choose_subject(own: str, subjects: Sequence[str]) -> str:
    """A place for what only a place has, else what was asked about last."""
    if OF_A_PLACE.search(own):
        return next(filter(PLACE.search, subjects), subjects[0] if subjects else "")
    return next(iter(subjects), "")


def _is_instead(text: str, own: str, corrects: bool) -> bool:
    """Whether it only names another thing: 那退货呢, 三圣桥的话, 那季卡."""
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
    """What the pronoun points at in its place; the last question where it is all there is. ""
    where the pronoun has a noun of its own, or another thing is described: 贵的那种.
    """
    before, after = own[: pronoun.start()], own[pronoun.end() :]
    if names_noun(after) or (before.endswith("的") and not after):
        return ""
    if any(part != "glue" for _, part in speech.segment(before + after).parts):
        things = [each for each in subjects if not PLACE.search(each)] or subjects
        return ask_about(product or next(iter(things), ""), own)
    return ask_of(last, product) if product else last


def names_noun(after: str) -> bool:
    """Whether the pronoun has a noun of its own: 这个福袋, but 这个退货的时候."""
    word, part = next(iter(speech.segment(after).parts), ("", "glue"))
    return part == "topic" and word not in speech.MATTERS


def _stands_alone(words: speech.SegmentedText) -> bool:
    """Whether aspects ask of each other: 运费多少, 邮费谁出."""
    aspects = words.of("aspect")
    return len(aspects) > 1 and any(each in speech.COSTS for each in aspects)


def _strip_markers(text: str) -> tuple[str, bool]:
    """Without what opens, corrects and closes; whether anything marked it as going on."""
    fixed = CORRECTION.sub("", text, count=1) if CORRECTS.match(text) else text
    without_opening = OPENING.sub("", fixed)
    without_closing = CLOSING.sub("", without_opening)
    asks_on = "呢" in without_opening[len(without_closing) :]
    own = LIKEWISE.sub("", without_closing)
    marked = fixed != text or without_opening != fixed or asks_on or own != without_closing
    return own, marked


def _weighted_mean(question_vector: np.ndarray, before: np.ndarray, weight: float) -> np.ndarray:
    """Their weighted mean, as long as they are: likelihoods are fitted to such."""
    both = question_vector + weight * before
    length = (_vector_length(question_vector) + weight * _vector_length(before)) / (1 + weight)
    return np.asarray(both * (length / _vector_length(both)), np.float32)


def _vector_length(vector: np.ndarray) -> float:
    return math.sqrt(vector @ vector)


def _to_logit(score: float) -> float:
    bounded_score = min(max(score, 1e-4), 1 - 1e-4)  # scores are rounded to four digits
    return math.log(bounded_score / (1 - bounded_score))
