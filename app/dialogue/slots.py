"""What a follower's message names: an order, a parcel, a phone, a product. No I/O."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.sessions.store import Session

Slot = Literal["order", "tracking", "phone", "product"]
TITLES: Mapping[Slot, str] = {
    "order": "订单号",
    "tracking": "快递单号",
    "phone": "手机号",
    "product": "商品",
}
ASKS: Mapping[Slot, tuple[str, ...]] = {
    "order": (
        "请发一下订单号，我马上为您查。订单号在「我的订单」里长按就能复制。",
        "还差一个订单号：在「我的订单」里复制发给我就行；不方便的话，回复「人工」由同事帮您查。",
    ),
    "tracking": ("请发一下快递单号，我帮您看看。",),
    "phone": ("请留一下下单时用的手机号。",),
    "product": ("请问您说的是哪一款商品呢？发一下商品名称就行。",),
}
# What can only be answered about one order. A question about orders in general needs none.
OF_AN_ORDER = frozenset({
    "ask_logistics_status", "ask_tracking_number", "ask_return_received", "complain_slow_logistics",
    "urge_shipping", "verify_order",
})  # fmt: skip

_NO_DIGIT = r"(?<![0-9A-Za-z])"
_END = r"(?![0-9A-Za-z])"
_PHONE = re.compile(
    rf"{_NO_DIGIT}(?:\+?86[ -]?)?(1[3-9][0-9](?:[ -]?[0-9]{{4}}){{2}}){_END}",
)
_PARCEL = re.compile(  # SF Express, YTO, J&T, JD, Deppon, China Post
    rf"{_NO_DIGIT}(SF[0-9]{{12,15}}|YT[0-9]{{13,15}}|JT[0-9]{{13,15}}|JD[VXA]?[0-9A-Z]{{11,15}}"
    rf"|DPK[0-9]{{9,14}}|[A-Z]{{2}}[0-9]{{9}}CN){_END}",
    re.IGNORECASE,
)
_LABEL = r"[\s:#是为,，、]*"
_PARCEL_SAID = re.compile(
    rf"(?:快递|物流|运单|包裹|退货|寄回)(?:的)?(?:单号|号码|号|单){_LABEL}([A-Za-z]{{0,4}}[0-9][0-9A-Za-z]{{7,24}}){_END}"
)
_ORDER_SAID = re.compile(
    rf"(?:订单(?:编号|号码|号)?|单号|编号){_LABEL}([A-Za-z]{{0,6}}-?[0-9](?:[0-9A-Za-z]|-(?=\w)){{4,31}}){_END}"
)
_ORDER = re.compile(rf"{_NO_DIGIT}([A-Za-z]{{1,4}}[0-9]{{8,20}}|[0-9]{{10,20}}){_END}")
_IN_GROUPS = re.compile(rf"{_NO_DIGIT}([0-9]{{3,6}}(?:[ -][0-9]{{3,6}}){{2,4}}){_END}")
_WHEN_ASKED = re.compile(
    rf"{_NO_DIGIT}([A-Za-z]{{0,6}}-?[0-9](?:[0-9A-Za-z]|-(?=\w)){{4,31}}){_END}"
)
_CARD = re.compile(r"(?:身份证|银行卡|卡号)\D{0,6}[0-9Xx](?:[ -]?[0-9Xx]){9,24}")
_FILLER = re.compile(
    r"订单编号|订单号码?|快递单号|物流单号|运单号|单号|订单|编号|手机号码?|电话号码?|电话|手机|号码?"
    r"|我的|就是|这个|那个|这是|这|是|为|请|给你|给您|你好|您好|好的|麻烦|帮我|查一下|查下|看一下|看下|一下|查|看|谢谢|亲"
    r"|的|了|哦|啊|呢|吧|嗯|在这|如下|\W"
)


@dataclass(frozen=True, slots=True)
class Heard:
    """One message in the light of the session: what is known now, and what there is to answer."""

    slots: dict[str, str]  # of the session, with those of this message
    text: str  # the message; or the earlier question, when this is what it waited for
    resumed: bool = False
    bare: bool = False  # nothing but a number was said


def hear(text: str, session: Session, products: Collection[str] = ()) -> Heard:
    """Take what the message names. Another question than the one that waits is answered itself."""
    waits = bool(session.waiting)
    named = find(text, products, asked="order" if waits else None)
    known = session.slots | dict(named)
    bare = bool(named) and _is_bare(text, named)
    if bare and waits:
        return Heard(known, session.waiting, resumed=True, bare=True)
    return Heard(known, text, bare=bare)


def find(text: str, products: Collection[str] = (), asked: Slot | None = None) -> dict[Slot, str]:
    """What a text names. With `asked`, an answer to that question may look like anything.

    Eleven digits that make a mobile number are one, unless the follower calls them an order.
    Identity and bank cards are never taken.
    """
    rest = _CARD.sub(" ", unicodedata.normalize("NFKC", text))
    found: dict[Slot, str] = {}
    steps: list[tuple[Slot, Sequence[re.Pattern[str]]]] = [
        ("tracking", (_PARCEL_SAID, _PARCEL)),
        ("order", (_ORDER_SAID,)),
        ("phone", (_PHONE,)),
        ("order", (_ORDER, _IN_GROUPS, *([_WHEN_ASKED] if asked == "order" else []))),
    ]
    for slot, patterns in steps:
        if slot not in found and (value := _first(patterns, rest)):
            found[slot] = _plain(slot, value)
            rest = rest.replace(value, " ", 1)
    if product := _product(rest, products):
        found["product"] = product
    return found


def missing(intent: str, known: Mapping[str, str]) -> tuple[Slot, ...]:
    """What has to be asked for before such a question can be answered."""
    return tuple(slot for slot in needed(intent) if not known.get(slot))


def needed(intent: str) -> tuple[Slot, ...]:
    """What an intent is about, by its id."""
    return ("order",) if intent in OF_AN_ORDER else ()


def _first(patterns: Sequence[re.Pattern[str]], text: str) -> str | None:
    for pattern in patterns:
        for match in pattern.finditer(text):
            if not _private(match[1]):
                return match[1]
    return None


def _plain(slot: Slot, value: str) -> str:
    if slot == "phone":
        return re.sub(r"\D", "", value)
    return value.upper() if re.search("[A-Za-z]", value) else re.sub(r"[ -]", "", value)


def _product(text: str, products: Collection[str]) -> str | None:
    plain = text.casefold()
    named = [p for p in products if unicodedata.normalize("NFKC", p).casefold() in plain]
    return max(named, key=len, default=None)


def _is_bare(text: str, named: Mapping[Slot, str]) -> bool:
    rest = re.sub(r"[ -]", "", unicodedata.normalize("NFKC", text)).upper()
    for value in named.values():
        rest = rest.replace(re.sub(r"[ -]", "", value).upper(), "")
    return not _FILLER.sub("", rest.removeprefix("+86"))


def _private(number: str) -> bool:
    """An identity card (a date of birth and a check digit) or a UnionPay card."""
    digits = re.sub(r"[ -]", "", number)
    return _is_identity(digits) or (
        digits.startswith("62") and len(digits) in {16, 19} and _luhn(digits)
    )


def _is_identity(digits: str) -> bool:
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9Xx]", digits):
        return False
    try:
        date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    weighed = sum(int(d) * pow(2, 17 - i, 11) for i, d in enumerate(digits[:17]))
    return "10X98765432"[weighed % 11] == digits[17].upper()  # GB 11643


def _luhn(digits: str) -> bool:
    doubled = [int(d) * (1 + i % 2) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0
