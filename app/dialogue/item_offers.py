"""Offers items of the account to a follower who asks for some, and stops where they refuse.

No I/O: the worker passes in where items come from; without any, the usual reply stays.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from pydantic import ValidationError

from app.dialogue.context import Context, readable_text
from app.dialogue.fallbacks import unanswered
from app.dialogue.generate import GenerateAnswer
from app.dialogue.items import ItemRequest, OfferedItem
from app.dialogue.turn import Draft, ItemTurn
from app.dialogue.understanding.item_followups import MOST_TURNS, read_followup
from app.dialogue.understanding.item_wishes import (
    WishKind,
    asks_recommendation,
    is_stop,
    read_wish,
)
from app.dialogue.understanding.sentences import sentence_kinds
from app.dialogue.wording import answer_texts
from app.messages.values import Article
from app.rules.fields import ITEMS_SLOT
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
_NAME = re.compile(
    "(?!.*(?:晚安|早安|再见|拜拜|哈哈|嗯嗯|谢|好的|可以|不|我|你|的$))[\u4e00-\u9fff]{2,8}"
)
_TITLE, _DESCRIPTION = 64, 120  # characters of a card
_WIDE = str.maketrans("<>", "＜＞")
_ENCODED = str.maketrans({'"': "%22", "<": "%3C", ">": "%3E"})


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
    if not context.slot_result.filled_slot and _is_bare_name(text):
        return ItemRequest(
            account=account,
            openid=context.message.openid,
            question=text,
            count=MOST_OFFERED,
            name=text,
        )
    return None


def _find_followup(context: Context, draft: Draft) -> ItemRequest | None:
    """What a follower asks for of the items that they were just shown; None for other messages."""
    session, text = context.session, readable_text(context.message)
    if not _was_offered_items(context):
        return None
    followup = read_followup(text, session.item_question)
    if followup is None or not _may_follow(context, draft, replaces_stock=followup.is_other_name):
        return None
    return ItemRequest(
        account=context.account.name,
        openid=context.message.openid,
        question=followup.question,
        count=MOST_OFFERED,
        excluded=session.offered_items if followup.wants_others else (),
        name=followup.name,
        goes_on=True,
    )


def _was_offered_items(context: Context) -> bool:
    """Whether items were shown within the last MOST_TURNS turns."""
    session = context.session
    return bool(session.offered_items) and session.turns_since_items < MOST_TURNS


def _may_follow(context: Context, draft: Draft, *, replaces_stock: bool) -> bool:
    """Whether items may be the reply: to no care, rule, agent or, for another name, answer."""
    if replaces_stock:
        return _may_replace(context, draft, "available")
    is_free = context.handoff is None and not draft.message and not draft.safety_flag
    return context.classification is not None and is_free and draft.source not in _STANDING


def word_answer(
    context: Context, draft: Draft, request: ItemRequest, items: Sequence[OfferedItem]
) -> Draft:
    """The draft with the items; where the account has none such, it says so."""
    if items:
        item_turn = ItemTurn(
            question=request.question, earlier=request.excluded, items=tuple(items)
        )
        return replace(word_offer(context, items), item_turn=item_turn)
    if request.excluded or (request.goes_on and request.question != request.name):
        item_turn = ItemTurn(question=request.question, earlier=request.excluded)
        text = context.say(answer_texts.NO_MORE_ITEMS)
        return Draft(text=text, source="template", item_turn=item_turn)
    if read_wish(request.question) == "asked":
        words = context.say(answer_texts.NO_SUCH_ITEM) + unanswered.ask_person(context)
        return Draft(text=words, source="knowledge_missing")
    return draft


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
    replaced = _UNKNOWING if wish == "explained" else _STOCK
    return all(
        each.source in replaced and each.pending in _REPLACED_SLOTS and not each.arranged
        for each in drafts
    )


def _is_bare_name(text: str) -> bool:
    """Whether a message may be only the name of a thing: 挂耳."""
    is_manners = sentence_kinds.is_greeting(text) or sentence_kinds.is_closing(text)
    return bool(_NAME.fullmatch(text)) and not is_manners and not sentence_kinds.is_question(text)


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


def word_offer(context: Context, items: Sequence[OfferedItem]) -> Draft:
    """A card of the first item, where it has a link; the text lists all of them."""
    lines = "\n".join(f"· {item.title}（{item.reason}）{item.link}" for item in items)
    text = context.say(answer_texts.ITEMS, items=lines)
    return Draft(text=text, source="template", message=build_card(items))


def welcomes_with_items(draft: Draft) -> bool:
    """Whether the draft is a welcome text with a place for items."""
    return draft.source == "rule" and ITEMS_SLOT in draft.text


def write_lines(items: Sequence[OfferedItem]) -> list[str]:
    """A line for each item, with its title as a link and the reason."""
    return [f"· {_link_title(item)}（{item.reason}）" for item in items]


def _link_title(item: OfferedItem) -> str:
    """The title as a link of a text message, whose markup is nothing else."""
    title = item.title[:_TITLE].translate(_WIDE)
    return f'<a href="{item.link.translate(_ENCODED)}">{title}</a>' if item.link else title


def build_card(items: Sequence[OfferedItem]) -> Article | None:
    """A card of the first item, which names the others; None where it has no usable link."""
    first, *others = items
    more = f"。还有：{'、'.join(item.title for item in others)}" if others else ""
    try:
        return Article(
            type="article",
            title=first.title[:_TITLE],
            description=f"{first.reason}{more}"[:_DESCRIPTION],
            url=first.link,
            picture=first.cover,
        )
    except ValidationError:  # no link, or none that the platform takes
        return None
