"""Offers items of the account to a follower who asks what is recommended. No I/O.

The items come from a source that the worker passes in; without any, the usual reply stays.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from app.dialogue.context import Context
from app.dialogue.turn import Draft
from app.dialogue.wording import answer_texts
from app.messages.values import Article
from app.rules.fields import ITEMS_SLOT

ITEM_INTENTS = frozenset({"ask_recommendation", "ask_gift_advice"})
# Replies that an offer replaces; an entry's, an agent's or an operator's reply is none of them.
_STOCK = frozenset({"template", "small_talk", "slot", "knowledge_missing"})
_TITLE, _DESCRIPTION = 64, 120  # characters of a card
_PLAIN = 7  # characters of 有什么推荐的吗
_WIDE = str.maketrans("<>", "＜＞")
_ENCODED = str.maketrans({'"': "%22", "<": "%3C", ">": "%3E"})


@dataclass(frozen=True, slots=True)
class OfferedItem:
    """An item and why it is offered, in Chinese; `link` and `cover` may be ""."""

    title: str
    reason: str
    link: str
    cover: str


# Account, openid, what is asked for ("" for nothing in particular), and how many at most -> items,
# the best first.
FindItems = Callable[[str, str, str, int], Awaitable[Sequence[OfferedItem]]]


async def find_no_items(
    _account: str, _openid: str, _question: str, _count: int
) -> Sequence[OfferedItem]:
    """The source of a service without items."""
    return ()


def asks_for_items(context: Context, draft: Draft) -> bool:
    """Whether the follower asks for a recommendation and the draft is a stock reply."""
    classification = context.classification
    if classification is None or not classification.in_scope or draft.message:
        return False
    intent = classification.intent.id
    return intent in ITEM_INTENTS and draft.source in _STOCK and not context.is_own(intent)


def read_wish(context: Context) -> str:
    """What the items should be near to: a gift's occasion; "" for 有什么推荐."""
    text = context.slot_result.text or context.message.text
    plain = context.classification is not None and (
        context.classification.intent.id == "ask_recommendation" and len(text) <= _PLAIN
    )
    return "" if plain else text


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
