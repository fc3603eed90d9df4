"""Drafts that wait for a generated answer: when to ask a language model, and what it is told."""

from dataclasses import replace

from app.dialogue import policy
from app.dialogue.context import Context
from app.dialogue.generate import GenerateAnswer
from app.dialogue.generation.values import Briefing, Question
from app.dialogue.handoff import takeover
from app.dialogue.turn import (
    FAILURE_SOURCES,
    Draft,
)
from app.dialogue.understanding.complaints import harm, injuries
from app.inference.ports import Classification, Sentiment
from app.rules import wording
from app.safety import injection
from app.sessions.store import SessionTurn

# Sources whose replies are worded per intent, so that a model is shown the operator's wording.
WISHES = frozenset({"template", "knowledge_missing", "small_talk"})


def without_model(template: Draft) -> Draft:
    """The template as it is sent without a model; its source is `slot` where it asks for one."""
    return replace(template, source="slot") if template.pending else template


def request_generation(
    context: Context, classification: Classification, fallback: Draft
) -> Draft | None:
    """A draft that waits for generation, with `fallback` as its reply on failure; None where the
    account lets no model answer here, or the message is a prompt injection.
    """
    passages = tuple(p for p in context.passages if not injection.detect_injection(p.whole))
    is_unanswered = fallback.source in {"knowledge_missing", *FAILURE_SOURCES}
    # A verified passage is the answer where it is certain, and is quoted nowhere else.
    quotes = bool(passages) and is_unanswered and not context.evidence
    rests = bool(passages) and (is_unanswered or fallback.source in {"choices", "extract"})
    in_brands_name = context.speaks == "brand" and _is_for_model(context, classification, fallback)
    may_generate = quotes or (rests and context.speaks != "never") or in_brands_name
    if not may_generate or injection.detect_injection(context.slot_result.text):
        return None
    question = Question(
        text=_mask_pending_question(context),
        passages=passages,
        turns=_select_turns(context),
        sentiment=_read_sentiment(context, classification),
        briefing=_build_briefing(context, classification, fallback) if in_brands_name else None,
        quotes=quotes,
    )
    action = GenerateAnswer(question, without_model(fallback))
    return Draft(text="", source=fallback.source, pending_action=action)


def _mask_pending_question(context: Context) -> str:
    """The pending question after moderation; one that the message completes is checked itself."""
    if context.slot_result.is_resumed:
        return _mask(context, context.slot_result.text)
    return context.verdict.text if context.verdict.action == "mask" else context.slot_result.text


def _select_turns(context: Context) -> tuple[SessionTurn, ...]:
    """The session's turns without prompt injections, their messages after moderation."""
    return tuple(
        turn.model_copy(update={"text": _mask(context, turn.text)})
        for turn in context.session.turns
        if not injection.detect_injection(turn.text)
    )


def _mask(context: Context, text: str) -> str:
    """The text with *** for the words that the account's word lists mask."""
    return context.moderation.check(text, "incoming").text if context.moderation else text


def _read_sentiment(context: Context, classification: Classification) -> Sentiment:
    """The sentiment for the prompt: negative only where something went wrong."""
    if harm.find_harm(context.slot_result.text, classification):
        return "negative"
    return "positive" if classification.sentiment == "positive" else "neutral"


def _is_for_model(context: Context, classification: Classification, fallback: Draft) -> bool:
    """Whether a model that speaks for the brand answers; not where an agent should take over."""
    if not policy.for_model(classification, fallback.source, context.slot_result.text):
        return False
    if classification.in_scope and context.handoff_rules.intents.get(classification.intent.id):
        return False
    if fallback.arranged or injuries.reports_injury(context.slot_result.text):
        return False
    person = takeover.hand_over(context, fallback)
    return person is None or person.reason in {"failed", "policy"}


def _build_briefing(context: Context, classification: Classification, fallback: Draft) -> Briefing:
    account, book = context.account, context.rulebook
    is_theirs = classification.in_scope and fallback.source in WISHES
    wish = _find_operators_wish(context, classification, fallback) if is_theirs else ""
    return Briefing(
        now=wording.format_date(context.message.received, book.zone),
        hours=book.hours(account.service_hours),
        title=classification.intent.title if wish else "",
        wish=wish,
        question=context.question.standalone_question if context.question else "",
        about_brand=classification.in_scope and classification.intent.action == "knowledge",
    )


def _find_operators_wish(context: Context, classification: Classification, fallback: Draft) -> str:
    """The wording of the intent that the model is shown; the intent's own replies, unless the
    fallback asks for a slot.
    """
    return fallback.text if fallback.pending else context.say_one(classification.intent.replies)
