"""The port to a shop's order system, and the wording of an order's status. No I/O."""

import re
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.accounts import Account
from app.messages.phrases import COMMON, Phrase, Say, as_shipped

Status = Literal[
    "unpaid", "paid", "shipped", "delivering", "signed", "cancelled", "refunding", "refunded",
    "closed", "other",
]  # fmt: skip
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def _one_line(value: object) -> object:
    return _CONTROLS.sub(" ", value).strip() if isinstance(value, str) else value


Short = Annotated[str, Field(max_length=64), BeforeValidator(_one_line)]


class Order(BaseModel):
    """An order from the shop's system; unknown fields are ""."""

    model_config = ConfigDict(frozen=True)

    number: Annotated[str, Field(min_length=1, max_length=64), BeforeValidator(_one_line)]
    status: Status
    status_text: Short = ""  # in the shop's words; used if `status` is `other`
    carrier: Short = ""
    tracking: Short = ""
    latest: Annotated[str, Field(max_length=200), BeforeValidator(_one_line)] = ""
    ship_by: Short = ""  # dates as shown to the follower: 11月27日
    arrives: Short = ""


class ToolFailed(Exception):
    """The shop's system didn't answer, or not as specified. The message is for the log."""


class Tools(Protocol):
    """The port through which a worker asks the shop's system of an account."""

    def offers(self, account: Account) -> bool:
        """Whether the account has connected a system."""
        ...

    async def order(self, account: Account, openid: str, number: str) -> Order | None:
        """The follower's order of that number, or None. Raises ToolFailed."""
        ...


_OF_ORDER = (*COMMON, "number")
_OPENINGS: dict[Status, tuple[str, str]] = {
    "unpaid": ("订单未付款", "订单 {number} 还没有付款。"),
    "paid": ("订单已付款，在备货", "订单 {number} 已付款，正在备货。"),
    "shipped": ("订单已发货", "订单 {number} 已发货。"),
    "delivering": ("订单派送中", "订单 {number} 正在派送，请留意电话。"),
    "signed": ("订单已签收", "订单 {number} 已签收。"),
    "cancelled": ("订单已取消", "订单 {number} 已取消。"),
    "refunding": ("订单退款中", "订单 {number} 正在退款。"),
    "refunded": ("订单已退款", "订单 {number} 已退款。"),
    "closed": ("订单已关闭", "订单 {number} 已关闭。"),
    "other": ("订单的其他状态", "订单 {number} 的状态：{status}。"),
}
OPENINGS: dict[Status, Phrase] = {
    status: Phrase(
        f"order.{status}",
        title,
        (text,),
        (*_OF_ORDER, "status") if status == "other" else _OF_ORDER,
    )
    for status, (title, text) in _OPENINGS.items()
}
SHIPS_BY = Phrase(
    "order.ships_by", "订单：预计发出的时间", ("预计 {date} 前发出。",), (*COMMON, "date")
)
PARCEL = Phrase("order.parcel", "订单：快递和单号", ("快递：{parcel}。",), (*COMMON, "parcel"))
LATEST = Phrase("order.latest", "订单：最新进度", ("最新进度：{latest}。",), (*COMMON, "latest"))
ARRIVES = Phrase(
    "order.arrives", "订单：预计送达的时间", ("预计 {date} 送达。",), (*COMMON, "date")
)
UNDERWAY = {"shipped", "delivering"}
UNKNOWN = Phrase(
    "order.unknown",
    "没有查到订单",
    ("没有查到订单 {number}。请核对一下订单号，或回复「人工」由同事帮您查。",),
    _OF_ORDER,
)
LOOKUP_FAILED = Phrase(
    "order.failed",
    "订单系统没有回应",
    (
        "抱歉，订单系统暂时没有回应，我这边没能查到。您可以稍后再发一次，或回复「人工」请同事帮您查。",
    ),
)


def word_order_status(order: Order | None, number: str, say: Say = as_shipped) -> str:
    """Word the reply on an order; `number` is the one that the follower asked for."""
    if order is None:
        return say(UNKNOWN, number=number)
    words = order.status_text or "处理中"
    parcel = " ".join(filter(None, (order.carrier, order.tracking)))
    parts = [say(OPENINGS[order.status], number=order.number, status=words)]
    if order.ship_by and order.status == "paid":
        parts.append(say(SHIPS_BY, date=order.ship_by))
    if parcel:
        parts.append(say(PARCEL, parcel=parcel))
    if order.latest:
        parts.append(say(LATEST, latest=order.latest.rstrip("。")))
    if order.arrives and order.status in UNDERWAY:
        parts.append(say(ARRIVES, date=order.arrives))
    return "".join(parts)
