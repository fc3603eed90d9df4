"""What a message asks once the conversation before it is taken into account.

"那退货呢" after "运费多少" asks for the freight of a return. Such a message is read with its last
question put back in, and searched by a blend of the reading and of what was asked before. A whole
question stays what it is.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.dialogue import speech
from app.inference.ports import Classifier, Judgement, Unreadable
from app.knowledge.values import Evidence
from app.sessions.store import Session

# Characters that a message has at most if it leans on the one before it: by a pronoun, by asking
# for an aspect of nothing (marked as going on, or not), by "那…呢". People write whole questions
# most of the time, and one that is wrongly put together with another is worse than one read alone.
LONGEST = 24
POINTING = 12
ASKING = 6
ASKING_ON = 8
BARE = 6
LONGEST_TOPIC = 12
SHORT = 8  # a whole question so short is often about what was asked before, too
REMEMBERED = 60  # characters of the last question

# Weights of the last question in the search, beside 1 for what is asked now. Chosen on the thirty
# development questions of tests/conversation.
LEANING = 0.4
STANDING = 0.3
AGAIN = 2.75  # logits by which what was just answered must be likelier than the next best

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
CLOSING = re.compile(r"(?:呢|啊|呀|哈|吧|的话|\W)+$")
LIKEWISE = re.compile(r"(?:也行吗?|也可以吗?|也一样吗?|行不行|可不可以|的)$")
CORRECTION = re.compile(
    r"^(?:(?:不是|不对|错了|(?:我)?说错了)(?:问?这个)?[，,。、 ]*)?"
    r"(?:(?:我|我的)?(?:是|想|要)?(?:问|说|指|意思|想问|想说)的?是?|应该是|是)?"
)
CORRECTS = re.compile(r"^(?:不是|不对|错了|我?说错了|我(?:的)?(?:是|想)?(?:问|说|指|意思)的?是?)")
ASKED = re.compile(r"[几多哪谁咋啥么吗嘛呢？?]|如何|(.)[不没]\1|不$")
INSTEAD = re.compile(r"呢\W*$|^(?:如果是|要是|换成)|(?:也行吗?|也可以吗?|也一样吗?)\W*$")
# A shop has hours, and what it sells has none.
OF_A_PLACE = re.compile(r"几点.{0,4}[开关]|营业|上班|下班|在哪|地址|怎么[走去]|停车")
PLACE = re.compile(r"(?:店|馆|校区|园|厅|分部|门诊|诊所|中心)$")
ASIDE = frozenset({"咨询", "问下", "请教", "打算", "了解"})  # nouns to the dictionary
MOMENT = re.compile(
    r"[上下这本每]?(?:周|星期|礼拜)?[一二三四五六日天末几]?|(?:今|明|后|昨|前|当|平|改|每|这|那|几|半|白|全)?天?(?:早上?|晚上?|上午|中午|下午"
    r"|傍晚|夜里?|凌晨|天|时候?|日|年|晚)?|周末|节假日|工作日|平时|平日|现在|最近|最早|最晚|早晚|里面|外面|门口|附近|那边|这边|[0-9点号月日:]+"
)
PRONOUN = re.compile(
    r"(?:这|那)(?:个|种|款|件|些|张|样的|边|双|条)(?!月|星期|礼拜|周|季|时候|价)|它们?"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message asks: this is judged in its place."""

    asks: str  # the whole question, as one would have written it
    before: str = ""  # what was asked before, where the search hears it too
    weight: float = 0.0  # of `before` in the search; `asks` has 1
    leans: bool = False  # on what was asked before

    @property
    def texts(self) -> tuple[str, ...]:
        """What goes through the encoder; `before` was read with its own message already."""
        return (self.before, self.asks) if self.before else (self.asks,)


def read(text: str, session: Session) -> Reading:
    """The message with its last question put back in where it has no topic or aspect of its own."""
    plain = unicodedata.normalize("NFKC", text).strip()
    last = session.asked
    if not last or last == text or not plain or len(plain) > LONGEST:
        return Reading(text)
    whole = _whole(plain, _bare(last)[0] or last, session.slots.get("product", ""))
    if whole:
        return Reading(whole, last, LEANING, leans=True)
    own = _bare(plain)[0]
    words = speech.cut(own)
    if len(own) <= SHORT and (words.of("topic") or words.of("doing") or _stands(words)):
        return Reading(text, last, STANDING)
    return Reading(text)


def lean(text: str, earlier: Sequence[str]) -> str:
    """A question of a message with its thing put in, where the questions before it name one.

    "怎么养" after "向日葵一把多少" asks how to care for sunflowers.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    own = OPENING.sub("", plain)
    if any(not MOMENT.fullmatch(word) for word in speech.cut(own).of("topic")):
        return text
    things = filter(None, map(_thing, reversed(earlier)))
    if OF_A_PLACE.search(own):
        things = filter(PLACE.search, things)
    topic = next(things, "")
    pronoun = PRONOUN.search(own) if topic else None
    if pronoun:
        return own[: pronoun.start()] + topic + own[pronoun.end() :]
    return topic + own if topic else text


def _thing(question: str) -> str:
    """The first thing that a question names, with what stands before it: 永生花小号."""
    things = [
        word
        for word in speech.cut(question).of("topic")
        if not MOMENT.fullmatch(word) and word not in ASIDE
    ]
    if not any(word not in speech.MATTERS or word in speech.GOODS for word in things[:1]):
        return ""
    start = question.find(things[0])
    end = _run_end(question, things, start)
    return question[start:end][:LONGEST_TOPIC]


def _run_end(text: str, words: Sequence[str], start: int) -> int:
    """Where the words that follow each other without a gap end."""
    end = start + len(words[0])
    for word in words[1:]:
        if not text.startswith(word, end):
            break
        end += len(word)
    return end


async def judged(
    classifier: Classifier, readings: Sequence[Reading]
) -> list[Judgement | Unreadable]:
    """What the model says of each whole question, in one call. What was asked before is not read
    again: only the search hears it.
    """
    return await classifier.classify([reading.asks for reading in readings])


def blend(reading: Reading, judged: Judgement, vectors: Sequence[np.ndarray]) -> np.ndarray:
    """(D,): what is searched for, from one vector for each text of the reading."""
    *before, asked = vectors
    if not before or _apart(reading, judged):
        return asked
    return _blend(asked, before[0], reading.weight)


def _apart(reading: Reading, asked: Judgement) -> bool:
    """Whether the message has nothing to do with what was asked before."""
    if asked.intent.id in IDLE:
        return not reading.leans
    return asked.in_scope and asked.intent.id in MANNERS


def choose(
    reading: Reading, judged: Judgement, evidence: Sequence[Evidence], last: str | None, sure: float
) -> Evidence | None:
    """What answers, of candidates in the order of their probability; `last` answered before.

    Who asks on wants to hear something else, unless that is much less likely. A thank-you is
    answered only by what was written for it.
    """
    likely = [each for each in evidence[:2] if each.probability >= sure]
    if not likely:
        return None
    first, *others = likely
    if judged.in_scope and judged.intent.id in MANNERS and first.probability < SURELY:
        return None
    again = reading.leans and first.id == last
    if again and others and _logit(first.probability) - _logit(others[0].probability) < AGAIN:
        return others[0]
    return first


def remembered(reading: Reading, session: Session, *, question: bool) -> str:
    """The question that the next message may lean on: this one, unless it was none."""
    return reading.asks[:REMEMBERED] if question else session.asked


def _whole(text: str, last: str, product: str) -> str:
    """The message as a whole question; "" where it is one already, or none at all."""
    own, marked = _bare(text)
    words = speech.cut(own)
    corrects = bool(CORRECTS.match(text))
    asks = corrects or bool(ASKED.search(text))
    pronoun = PRONOUN.search(own)
    if pronoun:
        points = asks and len(own) <= POINTING and not _names(own[pronoun.end() :])
        return _pointing(own, pronoun, words, last, product) if points else ""
    if not words.of("topic") and words.of("aspect"):
        if words.of("doing") and not _has_a_thing(last):
            return ""  # 什么时候到货 after 什么时候发货: another matter
        leans = asks and (corrects or len(own) <= (ASKING_ON if marked else ASKING))
        return _asking(own, last, marked) if leans and (marked or not _stands(words)) else ""
    things = words.of("topic") + words.of("doing") + words.of("amount")
    short = len(own) <= (BARE - 2 if words.of("aspect") else BARE)
    if things and short and (corrects or INSTEAD.search(text)):
        return _instead(last, own)
    return ""


def _pointing(
    own: str, pronoun: re.Match[str], words: speech.Words, last: str, product: str
) -> str:
    """What the pronoun points at in its place; the last question where it is all there is."""
    if words.of("topic") or words.of("doing") or words.of("aspect"):
        return own[: pronoun.start()] + (product or _topic(last)) + own[pronoun.end() :]
    return _instead(last, product) if product else last


def _names(after: str) -> bool:
    """Whether the pronoun has a noun of its own: 这个福袋, but 这个退货的时候."""
    word, part = next(iter(speech.cut(after).parts), ("", "glue"))
    return part == "topic" and len(word) > 1 and word not in speech.MATTERS


def _stands(words: speech.Words) -> bool:
    """Whether aspects ask of each other: 运费多少, 邮费谁出."""
    aspects = words.of("aspect")
    return len(aspects) > 1 and any(each in speech.COSTS for each in aspects)


def _bare(text: str) -> tuple[str, bool]:
    """Without what opens, corrects and closes; whether anything marked it as going on."""
    fixed = CORRECTION.sub("", text, count=1) if CORRECTS.match(text) else text
    opened = OPENING.sub("", fixed)
    closed = CLOSING.sub("", opened)
    asks_on = "呢" in opened[len(closed) :]
    own = LIKEWISE.sub("", closed)
    marked = fixed != text or opened != fixed or asks_on or own != closed
    return own, marked


def _asking(own: str, last: str, marked: bool) -> str:
    """An aspect asked of the last topic; of the last aspect, where it had no topic either."""
    topic = _topic(last)
    return own + last if marked and not topic else topic + own


def _has_a_thing(question: str) -> bool:
    """Whether it asks of a thing, rather than of something that is done: 发货, 退款."""
    things = [word for word in speech.cut(question).of("topic") if not MOMENT.fullmatch(word)]
    return any(word not in speech.MATTERS or word in speech.GOODS for word in things)


def _topic(last: str) -> str:
    words = speech.cut(last)
    return "".join(words.of("topic") or words.of("doing"))[:LONGEST_TOPIC]


def _instead(last: str, own: str) -> str:
    """The last question about something else: its first run of topic words gives way."""
    words = speech.cut(last)
    topic = words.of("topic") or words.of("doing")
    if not topic:
        return own + last
    start = last.find(topic[0])
    return last[:start] + own + last[_run_end(last, topic, start) :]


def _blend(asked: np.ndarray, before: np.ndarray, weight: float) -> np.ndarray:
    """Their weighted mean, as long as they are: likelihoods are fitted to such."""
    both = asked + weight * before
    length = (_length(asked) + weight * _length(before)) / (1 + weight)
    return np.asarray(both * (length / _length(both)), np.float32)


def _length(vector: np.ndarray) -> float:
    return math.sqrt(vector @ vector)


def _logit(score: float) -> float:
    held = min(max(score, 1e-4), 1 - 1e-4)  # scores are rounded to four digits
    return math.log(held / (1 - held))
