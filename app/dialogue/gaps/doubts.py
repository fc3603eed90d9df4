"""Finds the gaps of a turn: questions without a certain answer, and why. No I/O.

A question is collected with its own turn, or with the next one where the follower rejects the
answer: 不是, 不对, the same question again, 转人工.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.dialogue.context import Context, readable_text
from app.dialogue.policy import OUT_OF_SCOPE, Source
from app.dialogue.turn import UNANSWERED_SOURCES, Turn
from app.dialogue.understanding.intent_groups import CONVERSATION_INTENTS
from app.dialogue.understanding.sentences import speech
from app.jobs import GapReason
from app.kit.text import fold_to_letters
from app.knowledge.gaps.service import UnansweredQuestion
from app.sessions.store import Outcome, Session

SURE_OF_INTENT = 0.6  # confidence below which a template counts as a guess
SURE_OF_ANSWER = 0.75  # probability that the entry or chunk answers
LONGEST_REJECTION = 24  # characters

# Sources that count as an answer which may be rejected, templates too.
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
    """A question to be collected as a gap."""

    text: str
    reason: GapReason
    times: int = 1  # by which the gap's count rises; 0: counted when it was asked

    @property
    def gap_question(self) -> UnansweredQuestion:
        """The question as the knowledge base stores it with its gaps."""
        return UnansweredQuestion(self.text, self.reason, self.times)


def find_doubts(context: Context, turn: Turn) -> Iterator[Doubt]:
    """The gaps to collect with this turn: of the previous question and of its own."""
    yield from _of_the_last_question(context, turn)
    yield from _of_this_turn(context, turn)


def find_outcome(context: Context, turn: Turn) -> Outcome:
    """The outcome of the message's question, for the next session; "" where it asked nothing."""
    if (
        context.question is None
        or _is_manners(context)
        or is_rejection(readable_text(context.message))
    ):
        return ""
    if any(_of_this_turn(context, turn)):
        return "collected"
    return "answered" if turn.source in _ANSWERS | UNANSWERED_SOURCES else ""


def is_rejection(text: str) -> bool:
    """Whether a message rejects the last answer."""
    short = text.strip()
    return len(short) <= LONGEST_REJECTION and _REJECTS.match(short) is not None


def _of_this_turn(context: Context, turn: Turn) -> Iterator[Doubt]:
    if turn.parts:
        for part, source in zip(context.parts, turn.parts, strict=True):
            yield from _of_this_question(part, source, turn)
    else:
        yield from _of_this_question(context, turn.source, turn)


def _of_the_last_question(context: Context, turn: Turn) -> Iterator[Doubt]:
    session = context.session
    if not session.outcome or not session.question or turn.source in _NO_QUESTION:
        return
    times = int(session.outcome == "answered")
    calls_person = turn.hand_over is not None and turn.hand_over.reason in {"asked", "angry"}
    if is_rejection(readable_text(context.message)):
        yield Doubt(session.question, "rejected", times=times)
    elif calls_person or (context.wish == "asks" and context.handoff is None):
        yield Doubt(session.question, "handed_over", times=times)


def _of_this_question(context: Context, source: Source, turn: Turn) -> Iterator[Doubt]:
    classification, question = context.classification, context.question
    stands = source in _NO_QUESTION or source == "person"
    if (
        classification is None
        or question is None
        or stands
        or is_rejection(readable_text(context.message))
    ):
        return
    reason = _find_gap_reason(context, source, turn)
    if reason:
        yield Doubt(question.standalone_question, reason)
    previous_outcome = context.session.outcome
    if previous_outcome and _is_the_same(context, context.session):
        times = int(reason is None) + int(previous_outcome == "answered")
        yield Doubt(question.standalone_question, "rejected", times)


def _find_gap_reason(context: Context, source: Source, turn: Turn) -> GapReason | None:
    classification = context.classification
    assert classification is not None
    foreign = classification.intent.id == OUT_OF_SCOPE and source not in {"knowledge", "extract"}
    if foreign and names_the_brands(context):
        return "out_of_scope_named"
    if source in UNANSWERED_SOURCES:
        return "unanswered"
    if source == "handoff" and turn.hand_over and turn.hand_over.reason == "failed":
        return "handed_over"
    return "low_confidence" if _is_unsure(context, source) else None


def _is_unsure(context: Context, source: Source) -> bool:
    classification, matched_entry = context.classification, context.matched_entry
    if source == "choices":
        return True
    if source in {"knowledge", "extract"} and matched_entry is not None:
        return matched_entry.probability < SURE_OF_ANSWER
    guessed = (
        classification is not None
        and classification.in_scope
        and classification.confidence < SURE_OF_INTENT
    )
    return source == "template" and guessed and not _is_manners(context)


def _is_manners(context: Context) -> bool:
    return (
        context.classification is not None
        and context.classification.intent.id in CONVERSATION_INTENTS
    )


def names_the_brands(context: Context) -> bool:
    """Whether the question names the brand, or a topic in the title of a candidate."""
    text = context.question.standalone_question if context.question else ""
    if context.account.brand and context.account.brand in text:
        return True
    topics = [word for word in speech.segment(text).of("topic") if len(word) > 1]
    return any(word in each.title for word in topics for each in context.evidence)


def _is_the_same(context: Context, session: Session) -> bool:
    letters = fold_to_letters(readable_text(context.message))
    return (
        bool(session.turns)
        and len(letters) > 1
        and letters == fold_to_letters(session.turns[-1].text)
    )
