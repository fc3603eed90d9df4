"""Which words of ours answer a message that nothing else answers. No I/O.

The intent's own words where they fit, what is true in any case where they don't. The first way
that has something to say decides.
"""

import re
from collections.abc import Callable, Sequence

from app.dialogue import policy, templates
from app.dialogue.context import Context
from app.dialogue.fallbacks import fitting, referrals, small_talk, unanswered
from app.dialogue.fallbacks.small_talk import Topic
from app.dialogue.generation import brand_claims
from app.dialogue.policy import Source
from app.dialogue.slot_filling import questions
from app.dialogue.turn import FAILED, Draft
from app.dialogue.understanding import grievance, manners, splitting
from app.dialogue.wording import english
from app.inference.ports import Judgement
from app.knowledge.values import Evidence
from app.messages.phrases import Phrase

_CONTACTS = re.compile("电话|座机|号码|地址|联系方式")
# Who asks whether something can be done isn't told 好的, which reads as a yes.
_WHETHER = re.compile("(?:能|可以|可否|能否|行).*[吗么不嗎]|能不能|可不可以|行不行|能否|可否")
_YES = re.compile("^(?:好的?|可以|行|没问题)[，,。！!]")
# In English only the intent tells of a complaint.
_COMPLAINTS = grievance.GRIEVANCES | {"report_product_problem", "request_compensation"}
_NEVER_OURS: frozenset[Topic] = frozenset({"weather", "fun", "writing"})

_FAREWELLS = frozenset({"say_farewell", "thanks_goodbye", "say_ok", "chitchat"})

Way = Callable[[Context, Judgement, Source], Draft | None]


def words(context: Context, judged: Judgement, source: Source) -> Draft:
    """What is said from this source."""
    found = (way(context, judged, source) for way in _WAYS)
    if draft := next((each for each in found if each), None):
        return draft
    usable = _usable(context, judged)
    if not usable:
        return Draft(text=unanswered.unknown(context), source="knowledge_missing")
    return Draft(text=context.say_one(usable), source=source)


def searched(context: Context, intent: str) -> tuple[Evidence, ...] | None:
    """What the knowledge base has that details may be asked for; None where people see them in
    any case.
    """
    slot = questions.ASKED_BY.get(intent)
    is_arranged = slot in questions.CONFIRMED_BY_A_PERSON and context.account.desk != "none"
    return None if context.hold is not None or is_arranged else context.candidates


def may_invite(context: Context, intent: str) -> bool:
    """Whether details that are asked for come to somebody, or to a base that may use them."""
    if intent not in fitting.SUBJECTS | fitting.CHOSEN:
        return True
    return questions.can_use(questions.ASKED_BY.get(intent), searched(context, intent))


def _not_understood(context: Context, judged: Judgement, source: Source) -> Draft | None:
    if source not in FAILED:
        return None
    topic = small_talk.named(context.heard.text)
    if topic and topic in _NEVER_OURS:
        return Draft(text=unanswered.talk(context, topic), source="small_talk")
    nobody = source == "offer_person" and context.account.desk == "none"
    text = context.say(templates.OFFER_PERSON) if nobody else unanswered.reply(context)
    return Draft(text=text, source=source)


def _without_people(context: Context, judged: Judgement, source: Source) -> Draft | None:
    nobody = source == "handoff" and context.account.desk == "none"
    return Draft(text=context.say(templates.NO_DESK), source=source) if nobody else None


def _of_the_operator(context: Context, judged: Judgement, source: Source) -> Draft | None:
    if not context.is_own(judged.intent.id):
        return None
    return Draft(text=context.say_one(_usable(context, judged)), source=source)


def _to_open_talk(context: Context, judged: Judgement, source: Source) -> Draft | None:
    if judged.intent.id not in policy.OPEN:
        return None
    text = context.heard.text
    topic = small_talk.read(text)
    of_brand = _asks_brand(context, text) or questions.wishes_to_order(text)
    if topic in {None, "advice", "news"} and of_brand:
        return Draft(text=unanswered.unknown(context), source="knowledge_missing")
    if topic is None:
        return None
    return Draft(text=unanswered.talk(context, topic), source=source, declines=topic == "advice")


def _to_a_farewell(context: Context, judged: Judgement, source: Source) -> Draft | None:
    """Who names a day hears it again."""
    day = manners.find_meeting(context.heard.text) if judged.intent.id in _FAREWELLS else ""
    return Draft(text=context.say(templates.SEE_YOU, day=day), source=source) if day else None


def _asks_brand(context: Context, text: str) -> bool:
    asks = bool(_CONTACTS.search(text)) or brand_claims.asks_brand(text, [context.account.brand])
    return asks and splitting.asks(text)


def _in_english(context: Context, judged: Judgement, source: Source) -> Draft | None:
    """Of our intents' words only some are written in English; an operator's intent has its own."""
    intent = judged.intent
    if context.language != "english" or not fitting.ships(intent.id):
        return None
    if english.replies(intent.id) and judged.confidence >= fitting.SURE:
        return None
    if source == "handoff":
        return Draft(text=context.say(_of_people(context, judged)), source=source)
    return Draft(text=unanswered.unknown(context), source="knowledge_missing")


def _to_a_choice(context: Context, judged: Judgement, source: Source) -> Draft | None:
    """Who has told much of what they want isn't asked for it again."""
    intent, text = judged.intent.id, context.heard.text
    if intent not in questions.CHOSEN:
        return None
    if not fitting.fits(judged, text):
        return Draft(text=unanswered.unknown(context), source="knowledge_missing")
    if questions.is_short(text) and may_invite(context, intent):
        return None
    return Draft(text=unanswered.advice(context), source=source, declines=True)


def _to_people(context: Context, judged: Judgement, source: Source) -> Draft | None:
    if source != "handoff" or fitting.fits(judged, context.heard.text):
        return None
    return Draft(text=context.say(_of_people(context, judged)), source=source)


def _of_people(context: Context, judged: Judgement) -> Phrase:
    if context.language == "english" and judged.intent.id in _COMPLAINTS:
        return templates.HANDED_OVER["angry"]
    return referrals.of_fault(context, judged)


def _to_a_guess(context: Context, judged: Judgement, source: Source) -> Draft | None:
    text = context.heard.text
    if fitting.fits(judged, text) and fitting.fits_unknown(judged, text):
        return None
    topic = small_talk.named(text) if judged.confidence < fitting.SURE else None
    if topic and topic in _NEVER_OURS:
        return Draft(text=unanswered.talk(context, topic), source="small_talk")
    return Draft(text=unanswered.unknown(context), source="knowledge_missing")


_WAYS: Sequence[Way] = (
    _not_understood, _without_people, _of_the_operator, _to_a_farewell, _to_open_talk,
    _in_english, _to_a_choice, _to_people, _to_a_guess,
)  # fmt: skip


def _usable(context: Context, judged: Judgement) -> tuple[str, ...]:
    """The intent's templates that ask for nothing in vain."""
    intent = judged.intent
    agent = intent.action == "handoff" and context.account.desk != "none"
    replies = questions.usable(intent.replies, context.heard.slots, agent=agent)
    if context.is_own(intent.id):
        return replies
    if not may_invite(context, intent.id):
        replies = questions.without_invitations(replies)
    replies = questions.without_pages(replies, context.candidates)
    if not _WHETHER.search(context.heard.text):
        return replies
    return tuple(_YES.sub("", text) for text in replies)
