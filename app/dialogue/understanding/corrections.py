"""Corrects the model's classification by words that are certain. No I/O."""

from collections.abc import Mapping
from dataclasses import replace

from app.dialogue.context import Context, readable_text
from app.dialogue.policy import ASKS_FOR_PERSON
from app.dialogue.understanding import manners
from app.dialogue.understanding.complaints import grievance
from app.dialogue.understanding.intent_groups import CONVERSATION_INTENTS, OFF_TOPIC_INTENTS
from app.dialogue.understanding.person_wish import Wish, read_wish
from app.dialogue.understanding.sentences import clarity, sentence_kinds
from app.inference.ports import (
    CareKind,
    Classification,
    ClassificationFailed,
    Intent,
)
from app.safety import care

SURELY_IDLE = 0.7  # confidence; a question that is called small talk has .5, a greeting .9
SHORTEST_QUESTION = 8  # characters: 在吗 and 还有人吗 are manners
LONGEST_IDLE_TALK = 24  # characters; a longer message says more than thanks
GREETINGS = frozenset({"greet", "say_ok", "say_farewell", "express_thanks", "thanks_goodbye"})


def find_care_need(
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


def with_classification(
    context: Context,
    classification: Classification | ClassificationFailed,
    intents: Mapping[str, Intent],
) -> Context:
    """The context with its classification, corrected by certain words, and with the account's
    replies to the intent.

    intents: the taxonomy, by id.
    """
    if isinstance(classification, Classification):
        classification = _by_words(readable_text(context.message), classification, intents)
        classification = _without_weak_complaint(context.slot_result.text, classification)
        intent = classification.intent
        intent = replace(intent, replies=context.replies(intent))
        classification = replace(classification, intent=intent)
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


def _find_wish(context: Context) -> Wish:
    """Whether question or message text asks for a person or refuses one."""
    wish = read_wish(context.question.standalone_question) if context.question else "unnamed"
    if wish != "unnamed":
        return wish
    return "refused" if read_wish(readable_text(context.message)) == "refused" else wish


def without_idle_talk(context: Context) -> Context:
    """The context, out of scope where the model calls a question or a long message a greeting or
    small talk without confidence: 麻烦报一下价，谢谢 asks for a price.
    """
    classification, question = context.classification, context.question
    if classification is None or question is None:
        return context
    intent, text = classification.intent.id, question.standalone_question
    if intent not in CONVERSATION_INTENTS | OFF_TOPIC_INTENTS:
        return context
    says_more = intent in GREETINGS and manners.says_more(text)
    is_question = sentence_kinds.is_question(text) and len(text) > SHORTEST_QUESTION
    is_half_sure = classification.confidence < SURELY_IDLE
    if not says_more and not (is_half_sure and (is_question or len(text) > LONGEST_IDLE_TALK)):
        return context
    return replace(context, classification_result=replace(classification, in_scope=False))


def with_words_over_model(context: Context) -> Context:
    """The context, out of scope where the model hears a call for a person that the words refuse,
    or where an entry has the question word for word.
    """
    classification = context.classification
    if classification is None or classification.intent.id != ASKS_FOR_PERSON:
        return context
    if not context.same_words and context.wish in {"asks", "unnamed"}:
        return context
    return replace(context, classification_result=replace(classification, in_scope=False))
