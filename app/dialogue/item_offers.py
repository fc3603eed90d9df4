"""Offers items of the account to a follower who asks for some, and stops where they refuse.

No I/O: the worker passes in where items come from; without any, the usual reply stays.
"""

from app.dialogue.context import Context, readable_text
from app.dialogue.fallbacks import unanswered
from app.dialogue.generate import GenerateAnswer
from app.dialogue.items import ItemRequest
from app.dialogue.policy import SURELY_CALLED
from app.dialogue.turn import Draft, ItemTurn
from app.dialogue.understanding.item_followups import (
    MOST_TURNS,
    ItemFollowup,
    ask_order,
    read_followup,
)
from app.dialogue.understanding.item_reactions import declines_items, finds_too_dear
from app.dialogue.understanding.item_wishes import (
    WishKind,
    asks_recommendation,
    is_stop,
    read_names,
    read_wish,
)
from app.dialogue.understanding.sentences import sentence_kinds
from app.dialogue.wording import answer_texts
from app.rules.item_lines import MOST_OFFERED

ITEM_INTENTS = frozenset({"ask_recommendation", "ask_gift_advice"})
# Replies that an offer replaces; an entry's, an agent's or an operator's reply is none of them.
_STOCK = frozenset({
    "template", "small_talk", "slot", "knowledge_missing", "ask_back", "offer_person", "unsure",
})  # fmt: skip
# Replies that say that something isn't known, which an article on the question replaces, too.
_UNKNOWING = frozenset({"knowledge_missing", "small_talk", "ask_back", "offer_person", "unsure"})
# Replies that stay though a message may be about the items shown before.
_STANDING = frozenset({"care", "rule", "person", "pace", "data", "anew", "failure", "refused"})
_REPLACED_SLOTS = frozenset({None, "details", "product"})  # that a reply asks for


def draft_refusal(context: Context) -> Draft | None:
    """The draft for a follower who wants nothing recommended; None for other messages."""
    if context.classification is None or context.handoff or context.same_words:
        return None
    wish = read_wish(_get_text(context))
    if wish == "none" and _was_offered_items(context) and is_stop(readable_text(context.message)):
        wish = "refused"
    if wish == "disapproved" and context.classification.intent.id in ITEM_INTENTS:
        words = context.say(answer_texts.DISAPPROVED) + unanswered.ask_person(context)
        return Draft(text=words, source="template", item_turn=ItemTurn(refuses=True))
    if _is_just_after_items(context) and declines_items(readable_text(context.message)):
        return Draft(text=context.say(answer_texts.ITEMS_DECLINED), source="template")
    if wish != "refused":
        return None
    text = context.say(answer_texts.ITEMS_REFUSED)
    return Draft(text=text, source="template", item_turn=ItemTurn(refuses=True))


def find_request(context: Context, draft: Draft) -> ItemRequest | None:
    """The items that the follower asks for, where the draft is a stock reply; None otherwise."""
    return _find_followup(context, draft) or _find_wish(context, draft)


def _find_wish(context: Context, draft: Draft) -> ItemRequest | None:
    """What a message asks for by itself, or in other items than before."""
    text = _get_text(context)
    wish = read_wish(text)
    if not _may_replace(context, draft, wish):
        return None
    session, account = context.session, context.account.name
    if wish == "more" and session.offered_items:
        return ItemRequest(
            account=account,
            openid=context.message.openid,
            question=session.item_question,
            count=MOST_OFFERED,
            excluded=session.offered_items,
        )
    is_new_wish = wish == "more" and asks_recommendation(text)
    if wish in {"asked", "available", "explained"} or is_new_wish or _is_meant(context, wish):
        return ItemRequest(
            account=account,
            openid=context.message.openid,
            question=text,
            count=MOST_OFFERED,
            explains=wish == "explained",
        )
    names = () if context.slot_result.filled_slot else _read_bare_names(text)
    if names:
        return ItemRequest(
            account=account,
            openid=context.message.openid,
            question=text,
            count=MOST_OFFERED,
            names=names,
        )
    return None


def _find_followup(context: Context, draft: Draft) -> ItemRequest | None:
    """What a follower asks for of the items that they were just shown; None for other messages."""
    session = context.session
    followup = _read_followup(context) if _was_offered_items(context) else None
    if followup is None or not _may_follow(context, draft, followup):
        return None
    return ItemRequest(
        account=context.account.name,
        openid=context.message.openid,
        question=followup.question,
        count=MOST_OFFERED,
        excluded=session.offered_items if followup.wants_others else (),
        names=(followup.name,) if followup.name else (),
        goes_on=True,
        dearer=session.offered_items if followup.is_cheaper else (),
    )


def _read_followup(context: Context) -> ItemFollowup | None:
    text, question = readable_text(context.message), context.session.item_question
    if followup := read_followup(text, question):
        return followup
    is_complaint = _is_just_after_items(context) and finds_too_dear(text)
    is_answered = context.same_words  # by an entry on just these words
    return (
        ask_order(question, "cheapest", is_cheaper=True)
        if is_complaint and not is_answered
        else None
    )


def _was_offered_items(context: Context) -> bool:
    """Whether items were shown within the last MOST_TURNS turns."""
    session = context.session
    return bool(session.offered_items) and session.turns_since_items < MOST_TURNS


def _is_just_after_items(context: Context) -> bool:
    """Whether the last reply showed items."""
    return _was_offered_items(context) and context.session.turns_since_items == 0


def _may_follow(context: Context, draft: Draft, followup: ItemFollowup) -> bool:
    """Whether items may be the reply: to no care, rule or agent; what the knowledge base has of
    another name goes first.
    """
    if followup.is_other_name and _has_entry_with(context, followup.name):
        return _may_replace(context, draft, "available")
    is_free = context.handoff is None and not draft.message and not draft.safety_flag
    return context.classification is not None and is_free and draft.source not in _STANDING


def _has_entry_with(context: Context, name: str) -> bool:
    """Whether the knowledge base may answer with an entry that has the name."""
    return any(name in f"{each.title}{each.text}" for each in context.candidates or ())


def _get_text(context: Context) -> str:
    """The message as the follower sent it; a question that it completes, or that a rule asks."""
    slot_result = context.slot_result
    is_read_otherwise = slot_result.is_resumed or context.matched_rule is not None
    return slot_result.text if is_read_otherwise else readable_text(context.message)


def _may_replace(context: Context, draft: Draft, wish: WishKind) -> bool:
    classification = context.classification
    if classification is None or wish in {"refused", "disapproved"} or draft.message:
        return False
    if classification.in_scope and context.is_own(classification.intent.id):
        return False
    action = draft.pending_action
    if (
        wish in {"available", "explained"}
        and isinstance(action, GenerateAnswer)
        and action.question.passages
    ):
        return False  # the knowledge base goes first
    drafts = draft.parts or (draft,)
    replaced = _STOCK
    if wish == "explained":
        is_half_sure = classification.confidence < SURELY_CALLED
        replaced = _UNKNOWING | {"handoff"} if is_half_sure else _UNKNOWING
    return all(
        each.source in replaced and each.pending in _REPLACED_SLOTS and not each.arranged
        for each in drafts
    )


def _read_bare_names(text: str) -> tuple[str, ...]:
    """The names of things, where a message may be nothing else: 挂耳, 吉他或者尤克里里."""
    is_manners = sentence_kinds.is_greeting(text) or sentence_kinds.is_closing(text)
    names = () if is_manners else read_names(text)
    is_question = len(names) == 1 and not text.isascii() and sentence_kinds.is_question(text)
    return () if is_question else names


def _is_meant(context: Context, wish: WishKind) -> bool:
    """Whether the intent asks for items though the words don't; not after a refusal."""
    classification = context.classification
    return (
        classification is not None
        and classification.in_scope
        and classification.intent.id in ITEM_INTENTS
        and wish == "none"
        and not context.session.refuses_items
    )
