"""Offers items of the account to a follower who asks for some, and stops where they refuse.

No I/O: the worker passes in where items come from; without any, the usual reply stays.
"""

from dataclasses import replace

from app.dialogue.context import Context, readable_text
from app.dialogue.fallbacks import unanswered
from app.dialogue.item_precedence import (
    find_unsure_answer,
    may_follow,
    may_follow_answer,
    may_replace,
)
from app.dialogue.items import ItemRequest
from app.dialogue.turn import Draft, ItemTurn
from app.dialogue.understanding.item_followups import (
    MOST_TURNS,
    ItemFollowup,
    ask_order,
    read_followup,
    read_other_name,
    wants_fresh_items,
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
ANYTHING = "有什么推荐"


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
    """The items that the follower asks for, where they may be the reply; None otherwise."""
    finders = (_find_followup, _find_after_answer, _find_wish, _find_other_name)
    requests = (find(context, draft) for find in finders)
    return next((each for each in requests if each), None)


def _find_wish(context: Context, draft: Draft) -> ItemRequest | None:
    """What a message asks for by itself, or in other items than before."""
    session, text = context.session, _get_text(context)
    wish = read_wish(text)
    answer_text = ""
    if not may_replace(context, draft, wish):
        answer_text = find_unsure_answer(context, draft, wish)
        if not answer_text:
            return None
    if wish == "more" and session.offered_items:
        request = _make_request(context, session.item_question)
        return replace(request, excluded=session.offered_items)
    request = replace(_make_request(context, text), answer_text=answer_text)
    is_new_wish = wish == "more" and asks_recommendation(text)
    if wish in {"asked", "available", "explained"} or is_new_wish or _is_meant(context, wish):
        return replace(request, explains=wish == "explained")
    names = () if context.slot_result.filled_slot else _read_bare_names(text)
    return replace(request, names=names) if names else None


def _find_followup(context: Context, draft: Draft) -> ItemRequest | None:
    """What a follower asks for of the items that they were just shown; None for other messages."""
    session = context.session
    followup = _read_followup(context) if _was_offered_items(context) else None
    if followup is None or not may_follow(context, draft, followup):
        return None
    return replace(
        _make_request(context, followup.question),
        excluded=session.offered_items if followup.wants_others else (),
        names=(followup.name,) if followup.name else (),
        goes_on=True,
        dearer=session.offered_items if followup.is_cheaper else (),
    )


def _find_after_answer(context: Context, draft: Draft) -> ItemRequest | None:
    """What a follower asks for of the goods that an entry has just told of: 最贵的呢.

    换一批 and 都看过了 ask for any items where the last question was for none.
    """
    session, text = context.session, readable_text(context.message)
    if session.offered_items or not may_follow_answer(context, draft):
        return None
    question = session.last_question if session.question == session.last_question else ""
    is_wish = read_wish(question) in {"asked", "available"}
    followup = read_followup(text, question) if is_wish else None
    if followup is not None and not followup.is_other_name:
        names = (followup.name,) if followup.name else ()
        return replace(_make_request(context, followup.question), names=names)
    return _make_request(context, ANYTHING) if wants_fresh_items(text) else None


def _find_other_name(context: Context, draft: Draft) -> ItemRequest | None:
    """The thing that a message names in place of one that nothing was found for: 那蒸锅呢."""
    name = "" if context.slot_result.filled_slot else read_other_name(_get_text(context))
    if not name or not may_replace(context, draft, "available"):
        return None
    return replace(_make_request(context, name), names=(name,))


def _make_request(context: Context, question: str) -> ItemRequest:
    account, openid = context.account.name, context.message.openid
    return ItemRequest(account=account, openid=openid, question=question, count=MOST_OFFERED)


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


def _get_text(context: Context) -> str:
    """The message as the follower sent it; a question that it completes, or that a rule asks."""
    slot_result = context.slot_result
    is_read_otherwise = slot_result.is_resumed or context.matched_rule is not None
    return slot_result.text if is_read_otherwise else readable_text(context.message)


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
