"""Prepares a message for the models: care, moderation, rules, slots and questions. No I/O."""

from collections.abc import Sequence
from dataclasses import replace

from app.dialogue import language
from app.dialogue.answers.choice_offers import choices
from app.dialogue.context import NOTHING, Context, readable_text
from app.dialogue.language import Language
from app.dialogue.session import memory
from app.dialogue.slot_filling.extraction import extract_slots
from app.dialogue.slot_filling.slots import SlotResult
from app.dialogue.understanding import splitting
from app.dialogue.understanding.query_rewriting import followups, part_readings
from app.dialogue.understanding.query_rewriting.followups import RewrittenQuestion
from app.dialogue.understanding.query_rewriting.reach import with_reach
from app.dialogue.understanding.sentences import gestures
from app.jobs import MessageJob
from app.privacy import consent
from app.rules.rulebook import RuleAnswer
from app.safety import care


def prepare_message(context: Context) -> Context:
    """The context with language, care by word stems, verdict, matched rule, slots and questions.

    `question` stays None, so that nothing is classified, where rate limit, moderation, a request
    about data, a reset or a rule with a reply decides already, and for gestures and other kinds.
    """
    message = context.message
    text = readable_text(message)
    context = replace(
        context,
        care=care.recognise(text),
        language=_detect_language(context),
        verdict=context.moderation.check(text, "incoming") if context.moderation else NOTHING,
    )
    is_stopped = _is_stopped(context)
    if not is_stopped:
        matched_rule = context.rulebook.answer(message.kind, message.text, message.received)
        context = replace(context, matched_rule=matched_rule)
    is_unread = is_stopped or gestures.read_gesture(text)
    pending_text = "" if is_unread else _text_to_classify(message, context.matched_rule)
    slot_result = extract_slots(pending_text, context.session)
    context = replace(context, slot_result=slot_result)
    if not slot_result.text:
        return context
    return _with_questions(context, splitting.split_questions(slot_result.text))


def _detect_language(context: Context) -> Language:
    """The language of the message; of earlier ones where it names a choice, whose label is the
    bot's.
    """
    text = readable_text(context.message)
    is_choice = choices.find_choice(text, context.session) is not None
    earlier = [turn.text for turn in context.session.turns]
    return language.detect_language("" if is_choice else text, earlier)


def _is_stopped(context: Context) -> bool:
    """Whether rate limit, moderation, a request about data or a reset decides already."""
    text = context.message.text
    return (
        context.rate != "ok"
        or context.verdict.action in {"refuse", "person"}
        or consent.parse_request(text) is not None
        or memory.is_reset_request(text)
    )


def _with_questions(context: Context, questions: Sequence[str]) -> Context:
    """The context with its standalone question; with several questions also one part for each.

    A masked message, or one that fills a pending slot, is read as one question.
    """
    slot_result = context.slot_result
    if len(questions) == 1 or slot_result.is_resumed or context.verdict.action == "mask":
        only = questions[0] if len(questions) == 1 else slot_result.text
        reading = followups.rewrite_question(only, context.session)
        return replace(
            context,
            slot_result=replace(slot_result, text=only),
            question=with_reach(reading, only),
        )
    read_questions = questions[: splitting.PARTS]
    return replace(
        context,
        question=RewrittenQuestion(standalone_question=slot_result.text),
        parts=tuple(
            _make_part(context, question, read_questions[:at])
            for at, question in enumerate(read_questions)
        ),
        unread=len(questions) > splitting.PARTS,
    )


def _make_part(context: Context, question: str, earlier: Sequence[str]) -> Context:
    """The context of one of the message's questions; earlier: the questions before it."""
    reading = (
        part_readings.read_part(question, earlier)
        if earlier
        else followups.rewrite_question(question, context.session)
    )
    standalone_question = reading.standalone_question if earlier else question
    return replace(
        context,
        message=context.message.model_copy(update={"text": question}),
        slot_result=SlotResult(slots=context.slot_result.slots, text=standalone_question),
        question=reading,
    )


def _text_to_classify(message: MessageJob, matched_rule: RuleAnswer | None) -> str:
    """The text to classify: the message text or the rule question; "" where a rule replies."""
    if matched_rule is None:
        return readable_text(message)
    return matched_rule.ask if not (matched_rule.reply or matched_rule.to_person) else ""
