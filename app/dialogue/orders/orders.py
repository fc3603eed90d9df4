"""Answers questions about one order: asks for a missing number, then looks the order up."""

import re
from dataclasses import dataclass

import structlog

from app.accounts import Account
from app.dialogue.orders import actions, tools
from app.dialogue.orders.tools import ToolFailed, Tools
from app.dialogue.slot_filling import slots
from app.dialogue.slot_filling.slots import Slot, SlotResult
from app.knowledge.values import Evidence
from app.messages.phrases import Say, as_shipped
from app.safety.words.normalise import BARRIER, fold_letters

STATUS = "ask_logistics_status"  # an intent of `slots.OF_AN_ORDER`
_GOODS = (
    "快递员?|包裹|物流|运单|订单|配送员?|骑手|师傅|外卖|东西|[货件花]"
    r"|我(?:的|买的|订的)\w{1,6}?"
)
_AT = "到哪(?:里|儿|个?地方|一?步|一?站)?|到(?:什么|啥)地方"
# 花送到哪了, 快递到哪一步了, 花送到了吗, 发货了没. Not 能送到哪, 公交到哪了, 课上到哪了.
_WHERE = re.compile(
    f"(?:(?:{_GOODS})(?:现在|目前|这会儿?|已经)?[送寄发运派走]?|[送寄发运派])(?:{_AT})[了啦]"
    f"|(?:快递|包裹|物流|运单|订单)(?:现在|目前)?[送寄发运走]?(?:{_AT})$"
    "|(?:[送寄派]到|送达|寄出|发货|发出|派送|(?:快递|包裹|[货件])到)了?(?:没有?$|没(?=[啊呀])|了[吗么嘛])"
)
_NOT_YET = re.compile(
    "(?:能|可以|会)[送寄发派到]|多久|几[点天时]|什么时候|怎么|如何|一般|通常|下单"
)
# Questions on an order that the message names: 订单 TH1001 什么时候发, 帮我查下 TH1001.
_OF_ORDER = re.compile(
    "[发寄送](?:货|出|了|走|没|的?吗|到|$)|(?:什么|啥)时候?|几[时天号]|哪天|多久|物流|快递|进度|状态|情况"
    "|到(?:了|没|货)|查|催|怎么样|咋样|还没"
)
_OF_ELSE = re.compile("退|换|发票|改|取消|坏|错|漏|少[了发]|碎")
# In an entry: where to look up a delivery.
_WHERE_TO_LOOK = re.compile("到哪|物流|进度|单号|查.{0,6}(?:快递|订单|包裹|配送)")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class AskForSlot:
    """Ask the follower for a slot; the question is kept in the session until it is filled."""

    slot: Slot
    waiting: str  # the question, for Session.waiting


@dataclass(frozen=True, slots=True)
class LookUpOrder:
    """Look up the order of this number."""

    number: str


def asks_where(text: str) -> bool:
    """Whether a text asks where an order is now, or whether it has arrived."""
    letters = fold_letters(text).letters
    return any(
        _WHERE.search(clause) and not _NOT_YET.search(clause) for clause in letters.split(BARRIER)
    )


def asks_of_named(text: str, slot_result: SlotResult) -> bool:
    """Whether a text names an order, asks for its status, and wants nothing done about it."""
    number = slot_result.slots.get("order", "")
    if not number or number.casefold() not in text.casefold():
        return False
    rest = re.sub(re.escape(number), "", text, flags=re.IGNORECASE)
    is_about_order = _OF_ORDER.search(rest) is not None and not _OF_ELSE.search(rest)
    return is_about_order and actions.find_action(rest) is None


def tells_where(evidence: Evidence | None) -> bool:
    """Whether an entry or passage says where to look up a delivery."""
    return evidence is not None and bool(_WHERE_TO_LOOK.search(evidence.title + evidence.answer))


def step_to_person(slot_result: SlotResult) -> AskForSlot | str:
    """The next step if agents look it up: ask for the order number, or the number to pass on."""
    slots_by_weight = ("order", "tracking", *(("phone",) if slot_result.is_resumed else ()))
    number = next(
        (slot_result.slots[each] for each in slots_by_weight if slot_result.slots.get(each)), ""
    )
    return number or AskForSlot("order", slot_result.text)


def plan_step(intent: str | None, slot_result: SlotResult) -> AskForSlot | LookUpOrder | None:
    """The next step for an account with an order system: ask for a slot, look up, or None.

    `intent` is None if the model isn't sure. A bare order number without a question is looked
    up, since its sender wants to know the status.
    """
    needed_slots = slots.get_needed_slots(intent) if intent else ()
    number = slot_result.slots.get("order")
    if slot_result.is_bare_number and number and (not slot_result.is_resumed or not needed_slots):
        return LookUpOrder(number)
    if not needed_slots:
        return None
    if lacking := slots.find_missing_slots(intent or "", slot_result.slots):
        return AskForSlot(lacking[0], slot_result.text)
    return LookUpOrder(number) if number else None


async def look_up(
    shop_tools: Tools, account: Account, openid: str, number: str, say: Say = as_shipped
) -> str:
    """Look up an order and word the reply. A ToolFailed is logged and worded, not raised."""
    try:
        order = await shop_tools.order(account, openid, number)
    except ToolFailed as error:
        log.warning("tool_failed", account=account.name, reason=str(error))
        return say(tools.LOOKUP_FAILED)
    return tools.word_order_status(order, number, say)
