"""Words the items that a follower is offered: a card, lines of a text, and that there are none.

No I/O.
"""

from collections.abc import Sequence
from dataclasses import replace

from pydantic import ValidationError

from app.dialogue.context import Context
from app.dialogue.fallbacks import unanswered
from app.dialogue.items import ItemAnswer, ItemRequest, OfferedItem
from app.dialogue.language import Language, in_script
from app.dialogue.turn import Draft, ItemTurn
from app.dialogue.understanding.item_wishes import read_wish
from app.dialogue.wording import answer_texts
from app.messages.values import Article
from app.rules.fields import ITEMS_SLOT

_TITLE, _DESCRIPTION = 64, 120  # characters of a card
_WIDE = str.maketrans("<>", "＜＞")
_ENCODED = str.maketrans({'"': "%22", "<": "%3C", ">": "%3E"})


def word_answer(context: Context, draft: Draft, request: ItemRequest, answer: ItemAnswer) -> Draft:
    """The draft with the items; where the account has none such, it says so."""
    items = answer.items
    if items:
        item_turn = ItemTurn(
            question=request.question, earlier=request.excluded, items=tuple(items)
        )
        return replace(word_offer(context, items), item_turn=item_turn)
    is_told = answer.nearest is not None and not request.answer_text
    is_next = request.goes_on and request.names != (request.question,)
    if is_told or request.excluded or is_next:
        item_turn = ItemTurn(
            question=request.question,
            earlier=request.excluded or request.dearer,
            items=(answer.nearest,) if answer.nearest else (),
        )
        text = _word_nothing(context, request, answer.nearest)
        return Draft(text=text, source="template", item_turn=item_turn)
    if not request.answer_text and read_wish(request.question) == "asked":
        words = context.say(answer_texts.NO_SUCH_ITEM) + unanswered.ask_person(context)
        return Draft(text=words, source="knowledge_missing")
    return draft


def _word_nothing(context: Context, request: ItemRequest, nearest: OfferedItem | None) -> str:
    """That there are no more items, or none at the price asked for, but the nearest to it."""
    if nearest is None:
        return context.say(answer_texts.NO_MORE_ITEMS)
    line = f"· {nearest.title}（{nearest.reason}）{nearest.link}"
    phrase = answer_texts.NO_CHEAPER_ITEM if request.dearer else answer_texts.NO_ITEM_AT_PRICE
    return context.say(phrase, items=line)


def word_offer(context: Context, items: Sequence[OfferedItem]) -> Draft:
    """A card of the first item, where it has a link; the text lists all of them."""
    lines = "\n".join(f"· {item.title}（{item.reason}）{item.link}" for item in items)
    text = context.say(answer_texts.ITEMS, items=lines)
    return Draft(text=text, source="template", message=build_card(items, context.language))


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


def build_card(items: Sequence[OfferedItem], language: Language = "simplified") -> Article | None:
    """A card of the first item, which names the others; None where it has no usable link.

    Titles stay in the shop's script; what we say is in that of the language.
    """
    first, *others = items
    more = "。还有：" if others else ""
    reason = in_script(first.reason, "traditional") if language == "traditional" else first.reason
    if language == "traditional":
        more = in_script(more, language)
    more += "、".join(item.title for item in others)
    try:
        return Article(
            type="article",
            title=first.title[:_TITLE],
            description=f"{reason}{more}"[:_DESCRIPTION],
            url=first.link,
            picture=first.cover,
        )
    except ValidationError:  # no link, or none that the platform takes
        return None
