"""Decides whether a clause of an answer covers a place: 江浙沪 covers 苏州. No I/O."""

import re
from collections.abc import Sequence
from typing import Literal

from app.knowledge.terms import regions

_BITS = regions.number_places()
# Names whose extent only the shop knows.
_UNSURE_NAMES = {
    *regions.ANYWHERE.split(),
    *(name for name in regions.CHINESE.split() if name[0] in "偏边"),
}
_REST_NAMES = {*regions.CHINESE.split()} - _UNSURE_NAMES
_PLACES = {name for name in _BITS if name not in _UNSURE_NAMES | _REST_NAMES and not name.isascii()}


def _any_of(names: set[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_REST = re.compile(
    rf"其[他它余](?:地[方区]|省份?|城市|国家)?|{_any_of(_REST_NAMES)}|别的(?:地方|省)"
)
_NAME = re.compile(_any_of(_PLACES))
_UNSURE_PLACES = _any_of(_UNSURE_NAMES - {"地区", "城市", "世界"})
_UNSURE = re.compile(rf"(?<!其[他它余])(?<!别的)(?:{_UNSURE_PLACES}|市区|周边|附近)")
_PLACE = "|".join(each.pattern for each in (_NAME, _REST, _UNSURE))
_PLACE_LIST = re.compile(rf"(?:{_PLACE})(?:[、和及/]?(?:{_PLACE}))*(?:地区|地方|[省市])?")

Cover = Literal["listed", "rest", "other", "unsure"]


def find_coverage(text: str, place: str) -> Cover | None:
    """How a clause covers a place: lists it, covers all the rest, lists others only, or unsure.
    None where the clause names no place.
    """
    rest = _REST.search(text)
    if _UNSURE.search(_REST.sub(" ", text)):
        return "unsure"
    names = _NAME.findall(_REST.sub(" ", text))
    if not names:
        return "rest" if rest else None
    return _compare_places(place, names)


def find_place_span(text: str) -> tuple[int, int]:
    """Start and end of the places in a clause: 新疆、西藏 of 新疆、西藏20元; (0, 0) for none."""
    match = _PLACE_LIST.search(text)
    return match.span() if match else (0, 0)


def _compare_places(place: str, names: Sequence[str]) -> Cover:
    place_name = _NAME.match(place)
    if place_name is None:
        return "unsure"
    bits = _BITS[place_name[0]]
    if any(_BITS[name] & bits == bits for name in names):
        return "listed"
    return "unsure" if any(_BITS[name] & bits for name in names) else "other"
