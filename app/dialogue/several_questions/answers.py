"""The questions of a message with their drafts, and which of them stay unanswered. No I/O."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.dialogue.answers import coverage
from app.dialogue.context import Context
from app.dialogue.policy import Source
from app.dialogue.slot_filling.slots import CONFIRMED_BY_A_PERSON, NUMBERS, Slot
from app.dialogue.turn import UNANSWERED_SOURCES, Draft
from app.dialogue.understanding.intent_groups import CONVERSATION_INTENTS

KNOWN_SOURCES: frozenset[Source] = frozenset({"knowledge", "extract"})


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """One question of a message and its draft."""

    question: str
    draft: Draft
    is_manners: bool = False  # asks nothing: 好的, 谢谢
    is_followup: bool = False  # of the question before it

    @property
    def is_unknown(self) -> bool:
        """Whether the draft says that the answer isn't known."""
        return self.draft.source in UNANSWERED_SOURCES or self.draft.declines


def without_asking(drafts: Sequence[Draft]) -> list[Draft]:
    """The drafts without requests for slots, as unknown: beside an answer only numbers are asked
    for, beside an unknown also a visit.
    """
    allowed_slots: frozenset[Slot] = NUMBERS
    if not any(draft.source in KNOWN_SOURCES for draft in drafts):
        if not any(_is_declining(draft) for draft in drafts):
            return [*drafts]
        allowed_slots = NUMBERS | CONFIRMED_BY_A_PERSON
    return [
        replace(draft, source="knowledge_missing", waiting="", pending=None)
        if draft.pending and draft.pending not in allowed_slots
        else draft
        for draft in drafts
    ]


def _is_declining(draft: Draft) -> bool:
    return draft.declines or (draft.source in UNANSWERED_SOURCES and not draft.pending)


def pair_answers(context: Context, drafts: Sequence[Draft]) -> list[AnsweredQuestion]:
    """Each part's question with its draft."""
    return [
        AnsweredQuestion(
            part.message.text,
            draft,
            part.matched_entry is None
            and part.classification is not None
            and part.classification.intent.id in CONVERSATION_INTENTS,
            part.question is not None and part.question.is_followup,
        )
        for part, draft in zip(context.parts, drafts, strict=True)
    ]


def find_unanswered(answers: Sequence[AnsweredQuestion]) -> list[AnsweredQuestion]:
    """The unknown or only suggested questions that the answer to another one doesn't cover."""
    open_indices: list[int] = []
    for at, question in enumerate(answers):
        is_unsure = question.is_unknown or question.draft.source == "choices"
        if is_unsure and not _is_covered(answers, at, open_indices):
            open_indices.append(at)
    return [answers[at] for at in open_indices]


def _is_covered(answers: Sequence[AnsweredQuestion], at: int, open_indices: Sequence[int]) -> bool:
    """Whether a known answer covers the question at `at`; for a follow-up none before an open
    question.
    """
    return any(
        not other.is_unknown
        and other.draft.source in KNOWN_SOURCES
        and not (answers[at].is_followup and any(place < each < at for each in open_indices))
        and _covers_question(answers, place, at)
        for place, other in enumerate(answers)
    )


def _covers_question(answers: Sequence[AnsweredQuestion], place: int, at: int) -> bool:
    """Whether the answer at `place` covers the question at `at`: 几天 after 可以调一本吗."""
    other, question_text = answers[place], answers[at].question
    text = other.draft.text
    if place < at:
        return coverage.covers_question(question_text, text, about=other.question)
    says_it_too = (
        place == at + 1 and other.is_followup and coverage.answers_yes_or_no(question_text, text)
    )
    return says_it_too and coverage.names_only(question_text, text)
