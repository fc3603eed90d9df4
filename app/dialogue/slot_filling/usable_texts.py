"""Selects the variants of a reply that ask for nothing known or unusable. No I/O."""

import re
from collections.abc import Mapping, Sequence

from app.dialogue.slot_filling.slots import Slot
from app.knowledge.values import Evidence

_DETAIL_REQUEST = re.compile(
    r"(?:请|麻烦|可以|先)[^。；]{0,14}(?:告诉|发来|发个|发一?下|发给|发截图|说明|说下|说一?下|说说|提供|补充|留下)|告诉我|发来"
    r"|对吗|您(?:想|更|问的是|在|是|说|打算)[^。；]*[？?]"
)
_INVITES = re.compile(
    r"[？?]|告诉我(?!们)|说说|多说|说一?下|说给我|请说明|请提供|我看看|我对着|帮您参谋|一起缩小|给您参考|给您点|出出主意"
    r"|请留下大概|请把(?!握)[^。；]{0,16}(?:发来|说)"
)
# Pages that a shop may have: named only where its knowledge base has them.
_PAGE = re.compile(
    "我的订单|订单页|订单详情|退款详情|售后(?:详情|页)|商品页|下单页|结算页|付款页|公众号的?菜单|会员卡页面|券的?详情|物流页面|活动页"
)
_PICTURE = re.compile("截图|截屏|照片|图片|拍照|拍下|参考图|拍一?张|发图|发个图")
_ABOUT_NUMBER: Mapping[Slot, str] = {"order": "订单号", "tracking": "单号", "phone": "电话"}
_NEED = re.compile(r"请|附|补充|留下|留好|发来|告诉|备好|带上|写清|提供|准备")


def select_usable(
    variants: Sequence[str], slot_values: Mapping[str, str], *, agent: bool, may_ask: bool = True
) -> tuple[str, ...]:
    """The templates that ask for nothing known or unusable; all where none remains.

    agent: whether an agent reads the reply; only then pictures are asked for. may_ask: False
    leaves out all that ask for a detail, and may return ().
    """
    numbers = [title for slot, title in _ABOUT_NUMBER.items() if slot_values.get(slot)]
    usable_texts = [text for text in variants if agent or not _PICTURE.search(text)]
    usable_texts = [
        text for text in usable_texts if not any(title in text for title in numbers)
    ] or [without for text in usable_texts if (without := _without_numbers(text, numbers))]
    if not may_ask:
        return tuple(text for text in usable_texts if not _DETAIL_REQUEST.search(text))
    return tuple(usable_texts) or tuple(variants)


def without_invitations(variants: Sequence[str]) -> tuple[str, ...]:
    """The variants that don't invite details, which couldn't be used."""
    return tuple(text for text in variants if not _INVITES.search(text))


def without_pages(
    variants: Sequence[str], candidates: Sequence[Evidence] | None
) -> tuple[str, ...]:
    """The variants whose pages and menus the candidates name, too; all where none remains."""
    base_text = "".join(each.title + each.text for each in candidates or ())
    usable_texts = tuple(
        text for text in variants if all(page in base_text for page in _PAGE.findall(text))
    )
    return usable_texts or tuple(variants)


def _without_numbers(text: str, numbers: Sequence[str]) -> str:
    """The text without the clauses that ask for a known number."""
    clauses = re.findall(r"[^，。；]+[，。；]?", text)
    rest = [
        clause
        for clause in clauses
        if not (_NEED.search(clause) and any(number in clause for number in numbers))
    ]
    return re.sub(r"[，；]$", "。", "".join(rest))
