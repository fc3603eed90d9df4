"""Chooses a stock reply for a message that nothing else answers. No I/O.

The intent's replies if they fit, else a reply that is true in any case. The functions in `_WAYS`
are tried in order; the first that returns a draft decides.
"""

import re
from collections.abc import Callable, Sequence

from app.dialogue.context import Context
from app.dialogue.fallbacks import fitting, referrals, small_talk, unanswered
from app.dialogue.fallbacks.small_talk import Topic
from app.dialogue.generation.claims import claim_sources
from app.dialogue.policy import Source
from app.dialogue.slot_filling import questions, usable_texts
from app.dialogue.slot_filling.slots import CONFIRMED_BY_A_PERSON
from app.dialogue.turn import FAILURE_SOURCES, Draft
from app.dialogue.understanding import manners
from app.dialogue.understanding.complaints import grievance
from app.dialogue.understanding.intent_groups import OFF_TOPIC_INTENTS
from app.dialogue.understanding.sentences import sentence_kinds
from app.dialogue.wording import answer_texts, english, handover_texts, kind_texts
from app.inference.ports import Classification
from app.knowledge.values import Evidence
from app.messages.phrases import Phrase

_CONTACTS = re.compile("电话|座机|号码|地址|联系方式")
# To a question whether something is possible, a reply must not begin with 好的: it reads as a yes.
_WHETHER = re.compile("(?:能|可以|可否|能否|行).*[吗么不嗎]|能不能|可不可以|行不行|能否|可否")
_YES = re.compile("^(?:好的?|可以|行|没问题)[，,。！!]")
# English messages are recognised as complaints by their intent only.
_COMPLAINTS = grievance.GRIEVANCES | {"report_product_problem", "request_compensation"}
_NEVER_OURS: frozenset[Topic] = frozenset({"weather", "fun", "writing"})

_FAREWELLS = frozenset({"say_farewell", "thanks_goodbye", "say_ok", "chitchat"})

Way = Callable[[Context, Classification, Source], Draft | None]


def draft_reply(context: Context, classification: Classification, source: Source) -> Draft:
    """The stock reply for this source, which the policy has chosen."""
    drafts = (way(context, classification, source) for way in _WAYS)
    if draft := next((each for each in drafts if each), None):
        return draft
    usable = _select_usable_replies(context, classification)
    if not usable:
        return Draft(text=unanswered.word_unknown(context), source="knowledge_missing")
    return Draft(text=context.say_one(usable), source=source)


def get_candidates(context: Context, intent: str) -> tuple[Evidence, ...] | None:
    """The candidates that could use details asked for; None if a person sees the details in any
    case.
    """
    slot = questions.ASKED_BY.get(intent)
    is_arranged = slot in CONFIRMED_BY_A_PERSON and context.account.desk != "none"
    return None if context.handoff is not None or is_arranged else context.candidates


def may_invite(context: Context, intent: str) -> bool:
    """Whether the intent's replies may ask for details: a person or a candidate can use them."""
    if intent not in fitting.SUBJECTS | fitting.CHOICE_INTENTS:
        return True
    return questions.can_use(questions.ASKED_BY.get(intent), get_candidates(context, intent))


def _not_understood(
    context: Context, classification: Classification, source: Source
) -> Draft | None:
    if source not in FAILURE_SOURCES:
        return None
    topic = small_talk.find_named_topic(context.slot_result.text)
    if topic and topic in _NEVER_OURS:
        return Draft(text=unanswered.word_small_talk(context, topic), source="small_talk")
    nobody = source == "offer_person" and context.account.desk == "none"
    text = context.say(answer_texts.OFFER_PERSON) if nobody else unanswered.word_reply(context)
    return Draft(text=text, source=source)


def _without_people(
    context: Context, classification: Classification, source: Source
) -> Draft | None:
    nobody = source == "handoff" and context.account.desk == "none"
    return Draft(text=context.say(handover_texts.NO_DESK), source=source) if nobody else None


def _of_the_operator(
    context: Context, classification: Classification, source: Source
) -> Draft | None:
    if not context.is_own(classification.intent.id):
        return None
    return Draft(
        text=context.say_one(_select_usable_replies(context, classification)),
        source=source,
        wording=context.find_intent_wording(classification.intent.id),
    )


def _to_open_talk(context: Context, classification: Classification, source: Source) -> Draft | None:
    if classification.intent.id not in OFF_TOPIC_INTENTS:
        return None
    text = context.slot_result.text
    topic = small_talk.find_topic(text)
    of_brand = _asks_brand(context, text) or questions.wishes_to_order(text)
    if topic in {None, "advice", "news"} and of_brand:
        return Draft(text=unanswered.word_unknown(context), source="knowledge_missing")
    if topic is None:
        return None
    return Draft(
        text=unanswered.word_small_talk(context, topic), source=source, declines=topic == "advice"
    )


def _to_a_farewell(
    context: Context, classification: Classification, source: Source
) -> Draft | None:
    """Answer a farewell that names a day by repeating the day."""
    day = (
        manners.find_meeting(context.slot_result.text)
        if classification.intent.id in _FAREWELLS
        else ""
    )
    return Draft(text=context.say(kind_texts.SEE_YOU, day=day), source=source) if day else None


def _asks_brand(context: Context, text: str) -> bool:
    is_about_brand = bool(_CONTACTS.search(text)) or claim_sources.asks_brand(
        text, [context.account.brand]
    )
    return is_about_brand and sentence_kinds.is_question(text)


def _in_english(context: Context, classification: Classification, source: Source) -> Draft | None:
    """For English messages of shipped intents without English replies, or with low confidence."""
    intent = classification.intent
    if context.language != "english" or not fitting.is_shipped(intent.id):
        return None
    if english.get_replies(intent.id) and classification.confidence >= fitting.SURE:
        return None
    if source == "handoff":
        return Draft(text=context.say(_of_people(context, classification)), source=source)
    return Draft(text=unanswered.word_unknown(context), source="knowledge_missing")


def _to_a_choice(context: Context, classification: Classification, source: Source) -> Draft | None:
    """For choices: no details are asked for if the message tells many already."""
    intent, text = classification.intent.id, context.slot_result.text
    if intent not in questions.CHOICE_INTENTS:
        return None
    if not fitting.fits_message(classification, text):
        return Draft(text=unanswered.word_unknown(context), source="knowledge_missing")
    if questions.is_short(text) and may_invite(context, intent):
        return None
    return Draft(text=unanswered.word_advice(context), source=source, declines=True)


def _to_people(context: Context, classification: Classification, source: Source) -> Draft | None:
    if source != "handoff" or fitting.fits_message(classification, context.slot_result.text):
        return None
    return Draft(text=context.say(_of_people(context, classification)), source=source)


def _of_people(context: Context, classification: Classification) -> Phrase:
    if context.language == "english" and classification.intent.id in _COMPLAINTS:
        return handover_texts.HANDED_OVER["angry"]
    return referrals.of_fault(context, classification)


def _to_a_guess(context: Context, classification: Classification, source: Source) -> Draft | None:
    text = context.slot_result.text
    if fitting.fits_message(classification, text) and fitting.fits_unknown(classification, text):
        return None
    topic = small_talk.find_named_topic(text) if classification.confidence < fitting.SURE else None
    if topic and topic in _NEVER_OURS:
        return Draft(text=unanswered.word_small_talk(context, topic), source="small_talk")
    return Draft(text=unanswered.word_unknown(context), source="knowledge_missing")


_WAYS: Sequence[Way] = (
    _not_understood, _without_people, _of_the_operator, _to_a_farewell, _to_open_talk,
    _in_english, _to_a_choice, _to_people, _to_a_guess,
)  # fmt: skip


def _select_usable_replies(context: Context, classification: Classification) -> tuple[str, ...]:
    """The intent's replies without those that ask for details nobody can use, or already sent."""
    intent = classification.intent
    agent = intent.action == "handoff" and context.account.desk != "none"
    replies = usable_texts.select_usable(intent.replies, context.slot_result.slots, agent=agent)
    if context.is_own(intent.id):
        return replies
    if not may_invite(context, intent.id):
        replies = usable_texts.without_invitations(replies)
    replies = usable_texts.without_pages(replies, context.candidates)
    if not _WHETHER.search(context.slot_result.text):
        return replies
    return tuple(_YES.sub("", text) for text in replies)
