"""Whether an ad fits a platform: lengths, lines, characters and the address. Nothing is cut."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from app.marketing.ads.platforms import AdPlatform, TextLimit


@dataclass(frozen=True, slots=True, kw_only=True)
class AdText:
    """An ad as people see it: title, description, and where a click leads ("" if unknown)."""

    title: str
    description: str
    url: str = ""
    name: str = ""  # for the advertiser's own lists


def measure_length(text: str, platform: AdPlatform) -> int:
    """The length in the platform's unit, rounded up: a wide character counts two letters."""
    if not platform.unit_width:
        return len(text)
    letters = sum(2 if _is_wide(each) else 1 for each in text)
    return -(-letters // platform.unit_width)


def _is_wide(character: str) -> bool:
    """Signs of ambiguous width (“ … ·) count as wide, letters such as é don't (UAX 11)."""
    width = unicodedata.east_asian_width(character)
    return width in {"W", "F"} or (width == "A" and not character.isalpha())


def list_misfits(ad: AdText, platform: AdPlatform, *, needs_url: bool = True) -> Iterator[str]:
    """What keeps the ad out of the platform, a clause each; none: it fits."""
    yield from list_text_misfits(ad.title, platform.title, platform)
    yield from list_text_misfits(ad.description, platform.description, platform)
    if needs_url:
        yield from _list_url_misfits(ad.url, platform)


def list_text_misfits(text: str, limit: TextLimit, platform: AdPlatform) -> Iterator[str]:
    """The same for a title or a description."""
    length = measure_length(text.strip(), platform)
    if length < limit.least:
        yield f"{limit.label} has {length} {platform.unit}, at least {limit.least} are needed"
    if limit.most is not None and length > limit.most:
        yield f"{limit.label} has {length} {platform.unit}, at most {limit.most} are taken"
    if len(text.splitlines()) > 1:
        yield f"{limit.label} has a line break: ads have one line"
    if letters := sorted(set(text) & set(limit.forbidden)):
        yield f"{limit.label} has {''.join(letters)}, which the platform refuses"


def _list_url_misfits(url: str, platform: AdPlatform) -> Iterator[str]:
    if not url:
        yield "the landing URL is missing"
    elif len(url) > platform.url_most:
        yield f"the landing URL has {len(url)} characters, at most {platform.url_most} are taken"
