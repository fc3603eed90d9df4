"""What the shop's own systems tell us on a follower's behalf, and how we pass it on. No I/O."""

import re
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.accounts import Account

Status = Literal[
    "unpaid", "paid", "shipped", "delivering", "signed", "cancelled", "refunding", "refunded",
    "closed", "other",
]  # fmt: skip
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def _one_line(value: object) -> object:
    return _CONTROLS.sub(" ", value).strip() if isinstance(value, str) else value


Short = Annotated[str, Field(max_length=64), BeforeValidator(_one_line)]


class Order(BaseModel):
    """An order as the shop's system tells it; what it doesn't know is ""."""

    model_config = ConfigDict(frozen=True)

    number: Annotated[str, Field(min_length=1, max_length=64), BeforeValidator(_one_line)]
    status: Status
    status_text: Short = ""  # in the shop's words; said where `status` is `other`
    carrier: Short = ""
    tracking: Short = ""
    latest: Annotated[str, Field(max_length=200), BeforeValidator(_one_line)] = ""
    ship_by: Short = ""  # dates as a follower should read them: 11月27日
    arrives: Short = ""


class ToolFailed(Exception):
    """The shop's system did not answer, or not as agreed. The message is for the log."""


class Tools(Protocol):
    """What a worker may ask for a follower. Each account has its own systems behind it."""

    def offers(self, account: Account) -> bool:
        """Whether the account has connected a system to ask."""
        ...

    async def order(self, account: Account, openid: str, number: str) -> Order | None:
        """None when the follower has no order of that number. Raises ToolFailed."""
        ...


OPENINGS: dict[Status, str] = {
    "unpaid": "订单 {number} 还没有付款，付款后我们会尽快为您安排。",
    "paid": "订单 {number} 已付款，正在备货。",
    "shipped": "订单 {number} 已发货。",
    "delivering": "订单 {number} 正在派送，请留意电话。",
    "signed": "订单 {number} 已签收。",
    "cancelled": "订单 {number} 已取消。",
    "refunding": "订单 {number} 正在退款。",
    "refunded": "订单 {number} 已退款。",
    "closed": "订单 {number} 已关闭。",
    "other": "订单 {number} 的状态：{status_text}。",
}
UNDERWAY = {"shipped", "delivering"}
UNKNOWN = "没有查到订单 {number}。请核对一下订单号，或回复「人工」由同事帮您查。"
FAILED = (
    "抱歉，订单系统暂时没有回应，我这边没能查到。您可以稍后再发一次，或回复「人工」请同事帮您查。"
)


def tell(order: Order | None, number: str) -> str:
    """The answer on an order's status; `number` is the one that was asked for."""
    if order is None:
        return UNKNOWN.format(number=number)
    words = order.status_text or "处理中"
    opening = OPENINGS[order.status].format(number=order.number, status_text=words)
    parcel = " ".join(filter(None, (order.carrier, order.tracking)))
    return opening + "".join(
        [
            f"预计 {order.ship_by} 前发出。" if order.ship_by and order.status == "paid" else "",
            f"快递：{parcel}。" if parcel else "",
            f"最新进度：{order.latest.rstrip('。')}。" if order.latest else "",
            f"预计 {order.arrives} 送达。" if order.arrives and order.status in UNDERWAY else "",
        ]
    )
