"""The sample's order system: answers the signed order webhook like a real shop's system."""

import hmac
import time
from datetime import date, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from app.deps import State
from app.dialogue.orders.tools import Order
from app.errors import Forbidden
from app.kit.signing import sign_request
from app.sample import shop
from app.settings import Settings

PATH = "/sample/orders"
FRESH = 300.0  # seconds between a request's timestamp and now, at most
MOST_BYTES = 4096
router = APIRouter(include_in_schema=False)


class OrderQuestion(BaseModel):
    """The worker's request; its other fields are ignored."""

    number: str


def webhook_address(settings: Settings) -> str:
    """The URL of the sample's order webhook in this process."""
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::", ""} else settings.host  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}{PATH}"


def make_orders(today: date) -> dict[str, Order]:
    """Six sample orders by number, one in each of the states asked for most."""

    def day(after: int) -> str:
        then = today + timedelta(days=after)
        return f"{then.month}月{then.day}日"

    order_list = [
        Order(number="TH10240001", status="unpaid"),
        Order(number="TH10240002", status="paid", ship_by=day(1)),
        Order(
            number="TH10240003", status="shipped", carrier="中通快递", tracking="75400002410243",
            latest=f"{day(0)} 06:40 到达转运中心", arrives=day(2),
        ),
        Order(
            number="TH10240004", status="delivering", carrier="顺丰速运",
            tracking="SF1302410240044", latest=f"{day(0)} 08:15 派送员已取件", arrives=day(0),
        ),
        Order(number="TH10240005", status="signed", latest=f"{day(-2)} 17:32 由驿站代收"),
        Order(number="TH10240006", status="refunding", latest=f"{day(-1)} 已收到退回的包裹"),
    ]  # fmt: skip
    return {order.number: order for order in order_list}


@router.post(PATH)
async def answer_order(request: Request, state: State) -> JSONResponse:
    """Answer with the order, or null. Raises Forbidden without the worker's signature."""
    body = await request.body()
    _check_signature(request, body, state.get_account(shop.ACCOUNT).webhook_secret)
    number = OrderQuestion.model_validate_json(body).number.upper()
    order = make_orders(date.fromtimestamp(time.time())).get(number)
    return JSONResponse({"order": order.model_dump() if order else None})


def _check_signature(request: Request, body: bytes, secret: str) -> None:
    timestamp = request.headers.get("X-Huiyin-Timestamp", "")
    signature = request.headers.get("X-Huiyin-Signature", "")
    is_fresh = timestamp.isdecimal() and abs(time.time() - float(timestamp)) <= FRESH
    is_ours = hmac.compare_digest(
        sign_request(secret, timestamp, body).encode(), signature.encode()
    )
    if not (is_fresh and is_ours):
        raise Forbidden("the stand-in for orders answers only what this service has signed")
