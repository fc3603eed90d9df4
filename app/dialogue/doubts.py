"""Questions whose answer is missing or doubtful, and why. No I/O.

A question is collected with the turn that answers it, or with the next one, where the follower
says that the answer was none: 不是, 不对, the same question again, 转人工.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.dialogue.context import Context, readable
from app.dialogue.policy import Source
from app.dialogue.turn import UNANSWERED, Turn
from app.dialogue.understanding import followups, speech
from app.jobs import GapReason
from app.knowledge.gaps.service import Asked, plain
from app.sessions.store import Outcome, Session

SURE_OF_INTENT = 0.6  # below, the template is of an intent that was rather guessed
SURE_OF_ANSWER = 0.75  # probability that the entry or chunk answers
OUT_OF_SCOPE = "out_of_scope"
LONGEST_REJECTION = 24  # characters

# Answers that may have been none: templates count as answers here, since followers read them so.
_ANSWERS: frozenset[Source] = frozenset(
    {"template", "knowledge", "extract", "generated", "choices", "small_talk", "order", "several"}
)
_NO_QUESTION = frozenset({"data", "pace", "care", "anew", "kind", "failure", "rule", "refused"})
_END = r"(?:[的了啊呀吧呢嘛哦]*(?:[，,。.!！~～…\s]|$))"
_REJECTS = re.compile(
    rf"^(?:(?:这|那|你|您|都|也|根本|完全)*(?:不是(?:这个|这样|这意思|这个意思|我要的|我问的)?"
    rf"|不对|答错|错|答非所问|文不对题|牛头不对马嘴|不准确|没说清楚?|没讲清楚?){_END}"
    r"|.{0,4}(?:我|人家)(?:问|说|要问|想问)的(?:不是|是)|我(?:是问|问的是|不是问)"
    r"|.{0,6}(?:没|没有|不)(?:回答|解答|答)(?:到)?我?的?(?:问题|提问)?"
    rf"{_END}|.{{0,6}}(?:没懂|没明白|理解错|搞错|弄错|说错|回答错|听不懂|没看懂)"
    rf"(?:人话吗?|我?的?(?:意思|问题|话)?)?{_END})"
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A question to be collected."""

    text: str
    reason: GapReason
    times: int = 1  # 0: it was counted when it was asked

    @property
    def asked(self) -> Asked:
        return Asked(self.text, self.reason, self.times)


def doubts(heard: Context, turn: Turn) -> Iterator[Doubt]:
    """What is to be collected with this turn."""
    yield from _of_the_last_question(heard, turn)
    yield from _of_this_turn(heard, turn)


def outcome(heard: Context, turn: Turn) -> Outcome:
    """What became of the message's question, for the next turn."""
    if heard.reading is None or _is_manners(heard) or rejects(readable(heard.said)):
        return ""
    if any(_of_this_turn(heard, turn)):
        return "collected"
    return "answered" if turn.source in _ANSWERS | UNANSWERED else ""


def rejects(text: str) -> bool:
    """Whether a message says that the last answer was none."""
    short = text.strip()
    return len(short) <= LONGEST_REJECTION and _REJECTS.match(short) is not None


def _of_this_turn(heard: Context, turn: Turn) -> Iterator[Doubt]:
    if turn.parts:
        for part, source in zip(heard.parts, turn.parts, strict=True):
            yield from _of_this_question(part, source, turn)
    else:
        yield from _of_this_question(heard, turn.source, turn)


def _of_the_last_question(heard: Context, turn: Turn) -> Iterator[Doubt]:
    session = heard.session
    if not session.outcome or not session.question or turn.source in _NO_QUESTION:
        return
    times = int(session.outcome == "answered")
    called = turn.hand_over is not None and turn.hand_over.reason in {"asked", "angry"}
    if rejects(readable(heard.said)):
        yield Doubt(session.question, "rejected", times=times)
    elif called or (heard.wish == "asks" and heard.hold is None):
        yield Doubt(session.question, "handed_over", times=times)


def _of_this_question(heard: Context, source: Source, turn: Turn) -> Iterator[Doubt]:
    judged, reading = heard.judgement, heard.reading
    stands = source in _NO_QUESTION or source == "person"
    if judged is None or reading is None or stands or rejects(readable(heard.said)):
        return
    reason = _reason(heard, source, turn)
    if reason:
        yield Doubt(reading.asks, reason)
    before = heard.session.outcome
    if before and _is_the_same(heard, heard.session):
        times = int(reason is None) + int(before == "answered")
        yield Doubt(reading.asks, "rejected", times)


def _reason(heard: Context, source: Source, turn: Turn) -> GapReason | None:
    judged = heard.judgement
    assert judged is not None
    foreign = judged.intent.id == OUT_OF_SCOPE and source not in {"knowledge", "extract"}
    if foreign and names_the_brands(heard):
        return "out_of_scope_named"
    if source in UNANSWERED:
        return "unanswered"
    if source == "handoff" and turn.hand_over and turn.hand_over.reason == "failed":
        return "handed_over"
    return "low_confidence" if _is_unsure(heard, source) else None


def _is_unsure(heard: Context, source: Source) -> bool:
    judged, known = heard.judgement, heard.known
    if source == "choices":
        return True
    if source in {"knowledge", "extract"} and known is not None:
        return known.probability < SURE_OF_ANSWER
    guessed = judged is not None and judged.in_scope and judged.confidence < SURE_OF_INTENT
    return source == "template" and guessed and not _is_manners(heard)


def _is_manners(heard: Context) -> bool:
    return heard.judgement is not None and heard.judgement.intent.id in followups.MANNERS


def names_the_brands(heard: Context) -> bool:
    """The brand, or something that its knowledge base speaks of."""
    text = heard.reading.asks if heard.reading else ""
    if heard.account.brand and heard.account.brand in text:
        return True
    topics = [word for word in speech.cut(text).of("topic") if len(word) > 1]
    return any(word in each.title for word in topics for each in heard.evidence)


def _is_the_same(heard: Context, session: Session) -> bool:
    letters = plain(readable(heard.said))
    return bool(session.turns) and len(letters) > 1 and letters == plain(session.turns[-1].text)
