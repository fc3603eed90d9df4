"""Understands messages: rules and moderation first, then one batch for encoder and search."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.dialogue import language, memory
from app.dialogue.answers import candidates, choices, entry_replies, price_overviews, siblings
from app.dialogue.answers.choosing import choose_answered_question, choose_evidence
from app.dialogue.answers.reading_search import SearchedReading, embed_readings, search_readings
from app.dialogue.context import NOTHING, Context, readable_text
from app.dialogue.generation.passages import Passage
from app.dialogue.policy import ASKS_FOR_PERSON
from app.dialogue.several_questions.parts import settle_parts
from app.dialogue.slot_filling.extraction import extract_slots
from app.dialogue.slot_filling.slots import SlotResult
from app.dialogue.understanding import (
    clarity,
    followups,
    gestures,
    grievance,
    manners,
    part_readings,
    places,
    splitting,
)
from app.dialogue.understanding.followups import RewrittenQuestion
from app.dialogue.understanding.intent_groups import CONVERSATION_INTENTS, OFF_TOPIC_INTENTS
from app.dialogue.understanding.person_wish import Wish, read_wish
from app.dialogue.understanding.reach import with_reach
from app.inference.ports import (
    Bands,
    CareKind,
    Classification,
    ClassificationFailed,
    Classifier,
    Intent,
)
from app.jobs import MessageJob
from app.knowledge.search.index import Index
from app.knowledge.service import Knowledge
from app.knowledge.values import Evidence
from app.privacy import consent
from app.rules.rulebook import RuleAnswer
from app.safety import care
from app.safety.normalise import fold_word

PASSAGES = 5
SURELY_IDLE = 0.7  # confidence; a question that is called small talk has .5, a greeting .9
SHORTEST_QUESTION = 8  # characters: 在吗 and 还有人吗 are manners
LONGEST_MANNERS = 24  # characters; a longer message says more than thanks
GREETINGS = frozenset({"greet", "say_ok", "say_farewell", "express_thanks", "thanks_goodbye"})
EXPLAINED = 3  # candidates in the explanation of a turn
PASSAGE = 0.2  # of the band `possible`: candidates from there on are passages for a model


def prepare_message(context: Context) -> Context:
    """The context with language, care by word stems, verdict, matched rule, slots and questions.

    `question` stays None, so that nothing is classified, where rate limit, moderation, a request
    about data, a reset or a rule with a reply decides already, and for gestures and other kinds.
    """
    message = context.message
    earlier = [turn.text for turn in context.session.turns]
    is_choice = choices.find_choice(readable_text(message), context.session) is not None
    detected_language = language.detect_language(
        "" if is_choice else readable_text(message), earlier
    )  # the label of a choice is in the bot's words
    context = replace(
        context, care=care.recognise(readable_text(message)), language=detected_language
    )
    verdict = (
        context.moderation.check(readable_text(message), "incoming")
        if context.moderation
        else NOTHING
    )
    is_stopped = context.rate != "ok" or verdict.action in {"refuse", "person"}
    is_stopped = (
        is_stopped
        or consent.parse_request(message.text) is not None
        or memory.is_reset_request(message.text)
    )
    matched_rule = (
        None
        if is_stopped
        else context.rulebook.answer(message.kind, message.text, message.received)
    )
    text = (
        ""
        if is_stopped or gestures.read_gesture(readable_text(message))
        else _text_to_classify(message, matched_rule)
    )
    slot_result = extract_slots(text, context.session)
    context = replace(context, verdict=verdict, matched_rule=matched_rule, slot_result=slot_result)
    if not slot_result.text:
        return context
    return _with_questions(context, splitting.split_questions(slot_result.text))


def _with_questions(context: Context, questions: Sequence[str]) -> Context:
    """The context with its standalone question; with several questions also one part for each.

    A masked message, or one that fills a pending slot, is read as one question.
    """
    slot_result, session = context.slot_result, context.session
    if len(questions) == 1 or slot_result.is_resumed or context.verdict.action == "mask":
        only = questions[0] if len(questions) == 1 else slot_result.text
        return replace(
            context, slot_result=replace(slot_result, text=only),
            question=with_reach(followups.rewrite_question(only, session), only),
        )  # fmt: skip
    parts: list[Context] = []
    for question in questions[: splitting.PARTS]:
        earlier = [part.message.text for part in parts]
        reading = (
            part_readings.read_part(question, earlier)
            if earlier
            else followups.rewrite_question(question, session)
        )
        message = context.message.model_copy(update={"text": question})
        standalone_question = reading.standalone_question if earlier else question
        parts.append(
            replace(
                context,
                message=message,
                slot_result=SlotResult(slots=slot_result.slots, text=standalone_question),
                question=reading,
            )
        )
    return replace(
        context,
        question=RewrittenQuestion(standalone_question=slot_result.text),
        parts=tuple(parts),
        unread=len(questions) > splitting.PARTS,
    )


async def understand_messages(
    classifier: Classifier, knowledge: Knowledge, contexts: Sequence[Context]
) -> list[Context]:
    """The contexts with classification, care and evidence, in their order.

    All questions, parts and alternatives of all messages are one batch for the encoder.
    """
    contexts = [_as_written(knowledge.index(c.account.name), c) for c in contexts]
    contexts = [siblings.with_branch(c, knowledge.index(c.account.name)) for c in contexts]
    each = [part for context in contexts for part in (context, *context.parts)]
    aside = [c for c in each if _is_read_for_care_alone(c)]
    readings = [context.question for context in each if context.question]
    read_aside = [
        RewrittenQuestion(standalone_question=readable_text(context.message)) for context in aside
    ]
    ways = [c.question.ways if c.question and _has_knowledge(knowledge, c) else () for c in each]
    first = [some[:1] for some in ways]
    classifications, queries = await asyncio.gather(
        followups.classify_questions(classifier, [*readings, *read_aside]),
        embed_readings(knowledge, each, first),
    )
    next_classifications = iter(classifications)
    intents = classifier.intents
    classified_contexts = [
        _with_classification(c, next(next_classifications), intents) if c.question else c
        for c in each
    ]
    needs = {id(c): _find_care_need(c, next(next_classifications)) for c in aside}
    classified_contexts = [
        replace(new, care=needs.get(id(old)) or _find_care_need(new, new.classification_result))
        for old, new in zip(each, classified_contexts, strict=True)
    ]
    searched = await search_readings(knowledge, classified_contexts, ways, queries)
    contexts_with_knowledge = iter(
        [
            _with_knowledge(knowledge, *each)
            for each in zip(classified_contexts, searched, strict=True)
        ]
    )
    bands = knowledge.search.bands
    return [
        _with_parts(
            next(contexts_with_knowledge), [next(contexts_with_knowledge) for _ in c.parts], bands
        )
        for c in contexts
    ]


def _as_written(index: Index, context: Context) -> Context:
    """The context with the message itself as its question, where an entry has it word for word:
    then it is no follow-up and no answer to a question of the bot.
    """
    text = readable_text(context.message)
    if context.question is None or not splitting.is_question(text) or not index.is_asked_so(text):
        return context
    return replace(
        context,
        slot_result=SlotResult(slots=context.session.slots, text=text),
        question=RewrittenQuestion(standalone_question=text),
        parts=(),
        unread=False,
    )


def _has_knowledge(knowledge: Knowledge, context: Context) -> bool:
    return knowledge.has_content(context.account.name)


def _is_read_for_care_alone(context: Context) -> bool:
    """Whether a rule or moderation answers, so that only the care head is to read the message."""
    answered = context.matched_rule is not None or context.verdict.action in {"refuse", "person"}
    unread = context.question is None and context.care is None and context.rate == "ok"
    return answered and unread and bool(readable_text(context.message))


def _find_care_need(
    context: Context, classification: Classification | ClassificationFailed | None
) -> CareKind | None:
    """The kind of care by word stems, else by the model's suspicion; None for no need."""
    if (
        context.care is not None
        or not isinstance(classification, Classification)
        or not classification.suspicion
    ):
        return context.care
    return care.recognise(readable_text(context.message), classification.suspicion)


def _with_classification(
    context: Context,
    classification: Classification | ClassificationFailed,
    intents: Mapping[str, Intent],
) -> Context:
    """The context with its classification, corrected by certain words, and with the account's
    replies to the intent.
    """
    if isinstance(classification, Classification):
        classification = _by_words(readable_text(context.message), classification, intents)
        classification = _without_weak_complaint(context.slot_result.text, classification)
        intent = classification.intent
        classification = replace(
            classification, intent=replace(intent, replies=context.replies(intent))
        )
    return replace(context, classification_result=classification, wish=_find_wish(context))


def _without_weak_complaint(text: str, classification: Classification) -> Classification:
    """The classification, out of scope where the model calls a wish or a question a complaint:
    背着鞋太沉，想放你们那儿.
    """
    weak = classification.intent.id in grievance.COMPLAINTS and not grievance.is_complaint(
        text, classification
    )
    return replace(classification, in_scope=False) if weak else classification


def _by_words(
    text: str, classification: Classification, intents: Mapping[str, Intent]
) -> Classification:
    """The classification by words alone for thanks, greetings and keys pressed at random."""
    if clarity.is_random(text):
        return replace(classification, in_scope=False)
    surely = intents.get(manners.recognise_intent(text, classification.intent.id))
    if surely is None:
        return classification
    return replace(
        classification,
        intent=surely,
        in_scope=True,
        confidence=max(classification.confidence, SURELY_IDLE),
    )


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


def _find_wish(context: Context) -> Wish:
    """Whether question or message text asks for a person or refuses one."""
    wish = read_wish(context.question.standalone_question) if context.question else "unnamed"
    if wish != "unnamed":
        return wish
    return "refused" if read_wish(readable_text(context.message)) == "refused" else wish


def _with_knowledge(
    knowledge: Knowledge, context: Context, searched: Sequence[SearchedReading]
) -> Context:
    """The context with evidence, corrected classification and prices."""
    context_with_evidence = _with_evidence(knowledge, context, searched)
    return price_overviews.with_prices(
        knowledge, _with_words_over_model(_without_idle_talk(context_with_evidence))
    )


def _with_evidence(
    knowledge: Knowledge,
    context: Context,
    search_results: Sequence[SearchedReading],
) -> Context:
    """The context with matched entry, choices and passages by the bands of the search."""
    classification, bands = context.classification, knowledge.search.bands
    if not (search_results and classification):
        return (
            context
            if knowledge.has_content(context.account.name)
            else replace(context, candidates=())
        )
    last = context.session.last_entry_id
    previous_entry = knowledge.get_evidence(context.account.name, last) if last else None
    context = replace(
        context,
        previous_entry=previous_entry
        if previous_entry and previous_entry.kind == "entry"
        else None,
    )
    choice = choices.find_choice(readable_text(context.message), context.session)
    chosen_entry = choice and knowledge.get_evidence(
        context.account.name, choice.id, choice.passage
    )
    if chosen_entry:
        return replace(context, matched_entry=chosen_entry, same_words=True)
    reading, evidence = choose_answered_question(search_results, bands.sure, last)
    context = replace(context, question=reading, candidates=tuple(evidence))
    if not evidence:
        return context
    exact = _find_entry_worded_so(
        knowledge, context.account.name, reading.standalone_question, evidence
    )
    other = siblings.find_sibling(readable_text(context.message), last, evidence, bands)
    matched_entry = (
        exact
        or other
        or entry_replies.settle_entry(
            context,
            choose_evidence(reading, classification, evidence, last, bands.sure),
            bands.sure,
        )
    )
    if exact is None and _is_of_another_branch(reading.standalone_question, evidence):
        matched_entry, evidence = None, ()
    likely = [e for e in evidence if e.probability >= bands.possible and not e.rich]
    if [e.id for e in likely] == [context.session.last_entry_id]:
        likely = []  # was just said
    likely = [] if matched_entry else _worth_offering(knowledge, context, likely)
    lone = likely[0] if len(likely) == 1 and likely[0].probability >= bands.likely else None
    equals = (
        siblings.find_equals(context, matched_entry, bands) if matched_entry and not exact else ()
    )
    passage_threshold = bands.possible * PASSAGE
    passages = [e for e in evidence if e.probability >= passage_threshold and not e.rich]
    return replace(
        context,
        matched_entry=matched_entry,
        equals=equals,
        same_words=exact is not None,
        evidence=tuple(evidence[:EXPLAINED]),
        choices=tuple(likely),
        suggested=lone,
        passages=tuple(Passage(e.id, e.text, e.title) for e in passages[:PASSAGES]),
    )


def _worth_offering(
    knowledge: Knowledge, context: Context, likely: Sequence[Evidence]
) -> list[Evidence]:
    """Select choices among the possible answers. Where one is below the band `doubtful`, those
    below have to mention a rare word of the question.
    """
    account, doubtful = context.account.name, knowledge.search.bands.doubtful
    if all(each.probability >= doubtful for each in likely):
        return candidates.select(likely)
    things = candidates.find_things(
        context.question.standalone_question if context.question else ""
    )
    things = [thing for thing in things if knowledge.is_rare(account, thing)]
    return candidates.select([
        each
        for each in likely
        if each.probability >= doubtful
        or candidates.speaks_of(knowledge.text(account, each.id), things)
    ])  # fmt: skip


def _is_of_another_branch(question: str, evidence: Sequence[Evidence]) -> bool:
    """Whether the question names a branch that no candidate mentions."""
    branch = places.find_branch(question)
    return bool(branch) and not any(
        places.mentions_branch(e.title + e.text, branch) for e in evidence
    )


def _find_entry_worded_so(
    knowledge: Knowledge, account: str, text: str, evidence: Sequence[Evidence]
) -> Evidence | None:
    """The entry with this text as its question or variant, probability 1; None for none."""
    stored_entries, words = knowledge.index(account).stored_entries, fold_word(text)
    for each in evidence:
        if each.id in stored_entries and words in map(
            fold_word, stored_entries[each.id].entry.texts
        ):
            return replace(each, probability=1.0)
    return None


def _without_idle_talk(context: Context) -> Context:
    """The context, out of scope where the model calls a question or a long message a greeting or
    small talk without confidence: 麻烦报一下价，谢谢 asks for a price.
    """
    classification, question = context.classification, context.question
    idle = (
        classification is not None
        and classification.intent.id in CONVERSATION_INTENTS | OFF_TOPIC_INTENTS
    )
    if classification is None or question is None or not idle:
        return context
    says_more = classification.intent.id in GREETINGS and manners.says_more(
        question.standalone_question
    )
    length = len(question.standalone_question)
    is_question = splitting.is_question(question.standalone_question) and length > SHORTEST_QUESTION
    half_sure = classification.confidence < SURELY_IDLE
    if not says_more and not (half_sure and (is_question or length > LONGEST_MANNERS)):
        return context
    return replace(context, classification_result=replace(classification, in_scope=False))


def _with_words_over_model(context: Context) -> Context:
    """The context, out of scope where the model hears a call for a person that the words refuse,
    or where an entry has the question word for word.
    """
    classification = context.classification
    if classification is None or classification.intent.id != ASKS_FOR_PERSON:
        return context
    if not context.same_words and context.wish in {"asks", "unnamed"}:
        return context
    return replace(context, classification_result=replace(classification, in_scope=False))


def _text_to_classify(message: MessageJob, matched_rule: RuleAnswer | None) -> str:
    """The text to classify: the message text or the rule question; "" where a rule replies."""
    if matched_rule is None:
        return readable_text(message)
    return matched_rule.ask if not (matched_rule.reply or matched_rule.to_person) else ""
