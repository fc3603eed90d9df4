"""Finds numbers in a text: of orders, parcels and phones, and never of cards. No I/O."""

import re
from collections.abc import Mapping, Sequence

from app.dialogue.slot_filling.slots import Slot
from app.kit.text import fold_width
from app.privacy import pii

_NO_DIGIT = r"(?<![0-9A-Za-z])"
_END = r"(?![0-9A-Za-z])"
_PHONE = re.compile(
    rf"{_NO_DIGIT}(?:\+?86[ -]?)?(1[3-9][0-9](?:[ -]?[0-9]{{4}}){{2}}){_END}",
)
_LANDLINE = re.compile(
    rf"{_NO_DIGIT}(400[ -]?[0-9]{{3,4}}[ -]?[0-9]{{3,4}}"
    rf"|0[0-9]{{2,3}}[ -][0-9]{{4}}[ -]?[0-9]{{3,4}}){_END}"
)
_TAIL = re.compile(rf"尾号(?:是|为|:)?\s*([0-9]{{4}}){_END}")
_COURIER = "顺丰|中通|圆通|申通|韵达|极兔|邮政|京东|德邦|百世|EMS|ems"
_PARCEL = re.compile(  # SF Express, YTO, J&T, JD, Deppon, China Post
    rf"{_NO_DIGIT}(SF[0-9]{{12,15}}|YT[0-9]{{13,15}}|JT[0-9]{{13,15}}|JD[VXA]?[0-9A-Z]{{11,15}}"
    rf"|DPK[0-9]{{9,14}}|[A-Z]{{2}}[0-9]{{9}}CN){_END}",
    re.IGNORECASE,
)
_LABEL = r"[\s:#是为,，、]*"
_PARCEL_SAID = re.compile(
    rf"(?:(?:快递|物流|运单|包裹|退货|寄回)(?:的)?(?:单号|号码|号|单)|(?:{_COURIER})(?:快递|速递|速运|物流|单号|的)*)"
    rf"{_LABEL}([A-Za-z]{{0,4}}[0-9][0-9A-Za-z]{{7,24}}){_END}"
)
_ORDER_SAID = re.compile(
    rf"(?:订单(?:编号|号码|号)?|单号|编号){_LABEL}([A-Za-z]{{0,6}}-?[0-9](?:[0-9A-Za-z]|-(?=\w)){{4,31}}){_END}"
)
_IN_LETTERED_GROUPS = re.compile(
    rf"{_NO_DIGIT}([A-Za-z]{{1,4}}(?:[ -]?[0-9]{{1,8}})?(?:[ -][0-9]{{1,8}}){{1,6}}){_END}"
)
_CARRIERS = ("SF", "YT", "JT", "JD", "ZT", "ZTO", "STO", "YD", "YUN", "EMS", "DPK", "HT")
_SHORTEST_PARCEL = 10  # digits
_LEAST_DIGITS = 8  # of a number in groups
_SPOKEN_DIGITS = re.compile(r"[零〇幺一二三四五六七八九]{7,}")
_FIGURES = str.maketrans("零〇幺一二三四五六七八九", "001123456789")
_ORDER = re.compile(rf"{_NO_DIGIT}([A-Za-z]{{1,4}}[0-9]{{8,20}}|[0-9]{{10,20}}){_END}")
_ORDER_SAID_IN_GROUPS = re.compile(
    rf"(?:订单(?:编号|号码|号)?|单号|编号){_LABEL}([0-9]{{2,8}}(?:[ -][0-9]{{2,8}}){{1,4}}){_END}"
)
_IN_GROUPS = re.compile(rf"{_NO_DIGIT}([0-9]{{3,6}}(?:[ -][0-9]{{3,6}}){{2,4}}){_END}")
_WHEN_ASKED = re.compile(
    rf"{_NO_DIGIT}([A-Za-z]{{0,6}}-?[0-9](?:[0-9A-Za-z]|-(?=\w)){{4,31}}){_END}"
)
_IDENTITY = re.compile("[1-9][0-9]{16}[0-9Xx]")
_CARD = re.compile(r"(?:身份证|银行卡|卡号)\D{0,6}[0-9Xx](?:[ -]?[0-9Xx]){9,24}")
_FILLER = re.compile(
    r"订单编号|订单号码?|快递单号|物流单号|运单号|单号|订单|编号|手机号码?|电话号码?|电话|手机|号码?"
    r"|顺丰|中通|圆通|申通|韵达|极兔|邮政|京东|德邦|百世|下单|预留|留|用|快递|物流|尾号|应该|单|寄|发|我"
    r"|我的|就是|这个|那个|这是|这|是|为|请|给你|给您|你好|您好|好的|麻烦|帮我|查一下|查下|看一下|看下|一下|查|看|谢谢|亲"
    r"|的|了|哦|啊|呢|吧|嗯|在这|如下|\W"
)


# The patterns of each slot, in the order in which numbers are taken from the text.
_STEPS: tuple[tuple[Slot, Sequence[re.Pattern[str]]], ...] = (
    ("tracking", (_PARCEL_SAID, _PARCEL)),
    ("order", (_ORDER_SAID_IN_GROUPS, _ORDER_SAID)),
    ("phone", (_PHONE, _LANDLINE)),
)
_BARE_ORDER = (_ORDER, _IN_GROUPS)
_ANY_ORDER = (*_BARE_ORDER, _WHEN_ASKED)


def find_numbers(text: str, *, is_order_asked: bool = False) -> dict[Slot, str]:
    """The numbers in a text. With `is_order_asked` any number of five digits may be an order's.

    Eleven digits of a mobile number are a phone, unless the text calls them an order. Numbers of
    identity and bank cards are never returned.
    """
    rest = _CARD.sub(" ", _write_digits(text))
    numbers: dict[Slot, str] = {}
    if number := _find_lettered_number(rest):
        rest = rest.replace(number, " ", 1)
        plain_number = re.sub(" ", "", number).upper()
        numbers["tracking" if _is_parcel(plain_number) else "order"] = plain_number
    for slot, patterns in (*_STEPS, ("order", _ANY_ORDER if is_order_asked else _BARE_ORDER)):
        if slot not in numbers and (value := _find_first_number(patterns, rest)):
            numbers[slot] = _fold_value(slot, value)
            rest = rest.replace(value, " ", 1)
    if "phone" not in numbers and (tail := _TAIL.search(rest)):
        numbers["phone"] = f"尾号{tail[1]}"
    return numbers


def _write_digits(text: str) -> str:
    """The text in half width, with spoken numbers in digits: 一三八 becomes 138."""
    return _SPOKEN_DIGITS.sub(lambda m: m[0].translate(_FIGURES), fold_width(text))


def _find_first_number(patterns: Sequence[re.Pattern[str]], text: str) -> str | None:
    for pattern in patterns:
        for match in pattern.finditer(text):
            if not _is_private(match[1]):
                return match[1]
    return None


def _find_lettered_number(text: str) -> str:
    """A number in groups that begins with letters: yt 7730 1928 4456 0; "" for none."""
    for match in _IN_LETTERED_GROUPS.finditer(text):
        if len(re.sub(r"\D", "", match[1])) >= _LEAST_DIGITS:
            return match[1]
    return ""


def _is_parcel(number: str) -> bool:
    digits = len(re.sub(r"\D", "", number))
    return number.startswith(_CARRIERS) and digits > _SHORTEST_PARCEL


def _fold_value(slot: Slot, value: str) -> str:
    if slot == "phone":
        return re.sub(r"\D", "", value)
    return value.upper() if re.search("[A-Za-z]", value) else re.sub(r"[ -]", "", value)


def is_bare_number(text: str, numbers: Mapping[Slot, str]) -> bool:
    """Whether the text says nothing beside its numbers."""
    rest = re.sub(r"[ -]", "", _write_digits(text)).upper()
    for value in numbers.values():
        rest = rest.replace(re.sub(r"[ -]", "", value).upper(), "")
    return not _FILLER.sub("", rest.removeprefix("+86"))


def _is_private(number: str) -> bool:
    """Whether a number is of an identity card (birth date, check digit) or a UnionPay card."""
    digits = re.sub(r"[ -]", "", number)
    if _IDENTITY.fullmatch(digits) and pii.is_identity_number(digits.upper()):
        return True
    is_unionpay = digits.startswith("62") and len(digits) in {16, 19}
    return is_unionpay and pii.passes_luhn(digits)
