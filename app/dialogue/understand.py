"""Understands prepared messages: classification and evidence, in one batch for the encoder."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from app.dialogue.answers import price_overviews, siblings
from app.dialogue.answers.evidence import with_evidence
from app.dialogue.answers.reading_search import SearchedReading, embed_readings, search_readings
from app.dialogue.context import Context, readable_text
from app.dialogue.several_questions.parts import settle_parts
from app.dialogue.slot_filling.slots import SlotResult
from app.dialogue.understanding.corrections import (
    find_care_need,
    with_classification,
    with_words_over_model,
    without_idle_talk,
)
from app.dialogue.understanding.query_rewriting.followups import RewrittenQuestion
from app.dialogue.understanding.sentences import sentence_kinds
from app.inference.ports import (
    Bands,
    Classifier,
)
from app.knowledge.search.index import Index
from app.knowledge.service import Knowledge


async def understand_messages(
    classifier: Classifier, knowledge: Knowledge, contexts: Sequence[Context]
) -> list[Context]:
    """The contexts with classification, care and evidence, in their order.

    All questions, parts and alternatives of all messages are one batch for the encoder.
    """
    contexts = [_as_written(knowledge.index(c.account.name), c) for c in contexts]
    contexts = [siblings.with_branch(c, knowledge.index(c.account.name)) for c in contexts]
    parts = [part for context in contexts for part in (context, *context.parts)]
    readings = [_list_readings(knowledge, part) for part in parts]
    classified_parts, queries = await asyncio.gather(
        _classify(classifier, parts),
        embed_readings(knowledge, parts, [some[:1] for some in readings]),
    )
    searched = await search_readings(knowledge, classified_parts, readings, queries)
    answered_parts = iter([
        _with_knowledge(knowledge, *each) for each in zip(classified_parts, searched, strict=True)
    ])  # fmt: skip
    bands = knowledge.search.bands
    return [
        _with_parts(next(answered_parts), [next(answered_parts) for _ in c.parts], bands)
        for c in contexts
    ]


async def _classify(classifier: Classifier, contexts: Sequence[Context]) -> list[Context]:
    """The contexts with classification and care, in their order; one call of the classifier."""
    questions = [c.question.standalone_question for c in contexts if c.question]
    care_only = [c for c in contexts if _is_read_for_care_alone(c)]
    texts = [*questions, *(readable_text(c.message) for c in care_only)]
    results = iter(await classifier.classify(texts))
    intents = classifier.intents
    classified = [
        with_classification(c, next(results), intents) if c.question else c for c in contexts
    ]
    needs = {id(c): find_care_need(c, next(results)) for c in care_only}
    return [
        replace(new, care=needs.get(id(old)) or find_care_need(new, new.classification_result))
        for old, new in zip(contexts, classified, strict=True)
    ]


def _list_readings(knowledge: Knowledge, context: Context) -> tuple[RewrittenQuestion, ...]:
    """The readings to search, the likeliest first; () without a question or without knowledge."""
    if context.question is None or not knowledge.has_content(context.account.name):
        return ()
    return context.question.ways


def _as_written(index: Index, context: Context) -> Context:
    """The context with the message itself as its question, where an entry has it word for word:
    then it is no follow-up and no answer to a question of the bot.
    """
    text = readable_text(context.message)
    if (
        context.question is None
        or not sentence_kinds.is_question(text)
        or not index.is_asked_so(text)
    ):
        return context
    return replace(
        context,
        slot_result=SlotResult(slots=context.session.slots, text=text),
        question=RewrittenQuestion(standalone_question=text),
        parts=(),
        unread=False,
    )


def _is_read_for_care_alone(context: Context) -> bool:
    """Whether a rule or moderation answers, so that only the care head is to read the message."""
    answered = context.matched_rule is not None or context.verdict.action in {"refuse", "person"}
    unread = context.question is None and context.care is None and context.rate == "ok"
    return answered and unread and bool(readable_text(context.message))


def _with_parts(context: Context, parts: Sequence[Context], bands: Bands) -> Context:
    """The context with its classified parts; a failure of the model on one is that of the whole."""
    if not parts:
        return context
    classification_result = next(
        (part.classification_result for part in parts if part.classification is None),
        context.classification_result,
    )
    parts = settle_parts(context, [replace(part, equals=()) for part in parts], bands)
    passages = {p.id: p for each in (*parts, context) for p in each.passages}
    need = context.care or next((part.care for part in parts if part.care), None)
    return replace(
        context,
        classification_result=classification_result,
        parts=tuple(parts),
        passages=tuple(passages.values()),
        care=need,
    )


def _with_knowledge(
    knowledge: Knowledge, context: Context, search_results: Sequence[SearchedReading]
) -> Context:
    """The context with evidence, corrected classification and prices."""
    context = without_idle_talk(with_evidence(knowledge, context, search_results))
    return price_overviews.with_prices(knowledge, with_words_over_model(context))
