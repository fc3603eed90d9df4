"""Care: the reply for a follower in need, and the handoff's title and priority."""

from app.dialogue.care import care_phrases
from app.dialogue.context import Context, readable_text
from app.dialogue.handoff import summary
from app.dialogue.turn import Draft
from app.inbox.states import FIRST, ORDINARY, SOONER, Urgency
from app.inference.ports import CareKind
from app.messages.phrases import Say, as_shipped, choose
from app.messages.values import BETWEEN
from app.safety import care, texts
from app.safety.care_texts import DO_NOT_WAIT, QUEUED_FIRST

SURELY = 0.9  # probability from which an entry on a reaction follows the care text
OF_BODIES: frozenset[CareKind] = care.INJURIES | {"food_poisoning", "adverse_reaction"}
OF_SELF: frozenset[CareKind] = frozenset({"suicide", "self_harm"})
SELF_HARM = "self_harm"  # the category of moderation whose reply an operator may word


def draft_care_reply(context: Context) -> Draft | None:
    """The draft for the message's kind of care; None where it needs none.

    Goes before rules, moderation, rate limit and handoff. Once read, it is not repeated while an
    agent has the conversation or the rate limit is reached; sympathy isn't said then at all, and
    its draft has no `care`, so that no agent is called.
    """
    kind = context.care
    if kind is None:
        return None
    is_sorrow = kind in care.SORROWS
    if (is_sorrow or _has_read(context, kind)) and _is_held_back(context):
        return None
    if is_sorrow:
        return Draft(text=_next_text(context, kind), source="care")
    text = _operators_words(context, kind) or _next_text(context, kind)
    matched_entry = context.matched_entry if kind in OF_BODIES else None
    sure = matched_entry is not None and (context.same_words or matched_entry.probability >= SURELY)
    if matched_entry is not None and sure and matched_entry.rich is None:
        return Draft(
            text=f"{text}{BETWEEN}{matched_entry.answer}",
            source="care",
            citations=(matched_entry.id,),
            care=kind,
        )
    return Draft(text=text, source="care", care=kind)


def alert_title(kind: CareKind) -> str:
    """The title of an alert or a handoff, for agents."""
    return f"需要关怀：{care.TITLES[kind]}"


def queue_priority(kind: CareKind | None) -> int:
    """The priority of a waiting conversation; ORDINARY without care."""
    if kind is None:
        return ORDINARY
    return FIRST if care.urgency(kind) == "life" else SOONER


def handoff_urgency(kind: CareKind) -> Urgency:
    """The urgency that an open handoff gets by a message of this kind."""
    return Urgency(
        queue_priority(kind), "care", alert_title(kind), care.headline(kind), summary.CALM
    )


def care_notice(kind: CareKind, when: str, *, open: bool, say: Say = as_shipped) -> str:  # noqa: A002
    """The notice after a care text that an agent takes over.

    when: one line on when agents reply. open: whether agents are certainly there now. In an
    emergency it is only said not to wait: every other word delays the call.
    """
    if kind in care.EMERGENCIES:
        return say(DO_NOT_WAIT)
    wait = "" if open or care.urgency(kind) == "harm" else say(DO_NOT_WAIT)
    return say(QUEUED_FIRST) + when + wait


def _has_read(context: Context, kind: CareKind) -> bool:
    texts_of_kind = _text_variants(context, kind)
    return any(text in turn.answer for turn in context.session.turns for text in texts_of_kind)


def _is_held_back(context: Context) -> bool:
    is_taken = context.handoff is not None and context.handoff.state == "taken"
    return is_taken or context.rate != "ok"


def _next_text(context: Context, kind: CareKind) -> str:
    """A variant of the care text, one that the session hasn't had yet where there is one."""
    earlier_answers = [turn.answer for turn in context.session.turns]
    variants = _text_variants(context, kind)
    fresh = [text for text in variants if not any(text in answer for answer in earlier_answers)]
    return choose(fresh or variants, context.seed)


def _text_variants(context: Context, kind: CareKind) -> list[str]:
    """The variants of the care text; one text of several languages where it is in two."""
    text = readable_text(context.message)
    phrases = care_phrases.choose_care_phrases(text, kind, context.language)
    texts_by_language = [context.phrases.variants(phrase) for phrase in phrases]
    if len(texts_by_language) == 1:
        return [context.filled(each) for each in texts_by_language[0]]
    return [context.filled("\n".join(variants[0] for variants in texts_by_language))]


def _operators_words(context: Context, kind: CareKind) -> str:
    """The operator's reply to self-harm by moderation, filled; "" for the shipped text."""
    verdict = context.verdict
    hit = verdict.action == "person" and any(h.category == SELF_HARM for h in verdict.hits)
    standard = context.phrases.variants(texts.CARING)
    own = hit and kind in OF_SELF and verdict.reply not in standard
    return context.filled(verdict.reply) if own else ""
