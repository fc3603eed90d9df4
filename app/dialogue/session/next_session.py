"""The session after a turn: its turn, counts, slots, and what a follow-up may refer to. No I/O."""

from dataclasses import replace
from typing import Any

from app.dialogue.context import Context
from app.dialogue.handoff import policy
from app.dialogue.session import memory
from app.dialogue.turn import (
    FAILURE_SOURCES,
    UNANSWERED_SOURCES,
    Draft,
)
from app.dialogue.understanding.intent_groups import CONVERSATION_INTENTS, OFF_TOPIC_INTENTS
from app.dialogue.understanding.query_rewriting.followups import (
    REMEMBERED,
    RewrittenQuestion,
    question_to_remember,
)
from app.dialogue.understanding.sentences import sentence_kinds
from app.inference.ports import Classification
from app.messages.values import Message, as_plain_text
from app.sessions.store import OFFERED_KEPT, Session

# After a reply of these sources a follow-up refers to an earlier question.
NO_QUESTIONS = frozenset(
    {"care", "kind", "template", "small_talk", "handoff", "ask_back", "offer_person"}
)
# After these intents the detail asked for may still be sent: 稍等，我找一下.
DEFERRING_INTENTS = frozenset({"say_wait", "say_ok"})


def update_session(context: Context, draft: Draft, answer: Message | None) -> Session:
    """The session with this turn. Where nothing was understood it stays as it is; a turn about
    care is added in any case.
    """
    text, message_text, session = (
        as_plain_text(answer),
        context.message.text.strip(),
        context.session,
    )
    # A follow-up refers to the last question.
    part, last = (context.parts[-1], draft.parts[-1]) if draft.parts else (context, draft)
    whole, classification = context.classification, part.classification
    if whole is None or classification is None or part.question is None:
        return memory.add_turn(session, message_text, text) if draft.source == "care" else session
    update = {
        "intent": classification.intent.id if classification.in_scope else session.intent,
        "sentiment": whole.sentiment,
        "unclear": session.unclear + 1 if draft.source in FAILURE_SOURCES else 0,
        "angry": policy.angry_in_a_row(context.slot_result.text, whole, session),
        "slots": context.slot_result.slots,
        "choices": draft.choices,
        **_update_slot_question(session, draft, classification),
        **_update_last_question(context, last, classification, part.question),
        **_update_items(session, draft),
    }
    return memory.add_turn(session, message_text, text).model_copy(update=update)


def _update_slot_question(
    session: Session, draft: Draft, classification: Classification
) -> dict[str, str]:
    """The question that waits for a slot, and the slot; after 稍等 those of the session."""
    is_deferred = (
        not draft.waiting
        and classification.in_scope
        and classification.intent.id in DEFERRING_INTENTS
    )
    return {
        "waiting": draft.waiting or (session.waiting if is_deferred else ""),
        "pending": draft.pending or (session.pending if is_deferred else ""),
    }


def _update_items(session: Session, draft: Draft) -> dict[str, Any]:
    """What was recommended and refused. Such a question is over: what follows completes it not."""
    turn = draft.item_turn
    if turn is None:
        return {"turns_since_items": session.turns_since_items + bool(session.offered_items)}
    is_over = {"question": "", "last_question": "", "waiting": "", "pending": ""}
    if turn.refuses:
        return is_over | {"refuses_items": True, "item_question": "", "offered_items": ()}
    ids = (*turn.earlier, *(item.id for item in turn.items))
    return is_over | {
        "refuses_items": False,
        "turns_since_items": 0,
        "item_question": turn.question,
        "offered_items": ids[-OFFERED_KEPT:],
    }


def _update_last_question(
    context: Context, draft: Draft, classification: Classification, question: RewrittenQuestion
) -> dict[str, str | bool | None]:
    """What a follow-up refers to: the last question, its entry, and whether it was declined."""
    session, slot_result = context.session, context.slot_result
    is_question = draft.source not in NO_QUESTIONS or _asks_something(
        draft, classification, question
    )
    if slot_result.filled_slot:
        question = replace(question, standalone_question=slot_result.question)
    last_entry_id = None if is_question else session.last_entry_id
    return {
        "declined": draft.source in UNANSWERED_SOURCES,
        "last_question": question_to_remember(question, session, question=is_question),
        "question": question.standalone_question[:REMEMBERED],
        "last_entry_id": _cited_entry(draft) or last_entry_id,
    }


def _asks_something(
    draft: Draft, classification: Classification, question: RewrittenQuestion
) -> bool:
    """Whether a follow-up may refer to a question that got a template or went to an agent."""
    is_idle = (
        classification.in_scope
        and classification.intent.id in CONVERSATION_INTENTS | OFF_TOPIC_INTENTS
    )
    is_question = draft.source == "handoff" or (
        draft.source == "template" and sentence_kinds.is_question(question.standalone_question)
    )
    return is_question and not is_idle


def _cited_entry(draft: Draft) -> str | None:
    is_one = draft.source in {"knowledge", "extract"} and len(draft.citations) == 1
    return draft.citations[0] if is_one else None
