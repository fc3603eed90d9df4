"""Whether an ad fits a platform: lengths, lines, characters and the address. Nothing is cut."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from app.marketing.ads.platforms import AdPlatform, TextLimit

_CHINESE_UNITS = {"letters": "个半角字符", "characters": "个字符"}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMisfit:
    """What keeps a title or a description out of a platform.

    too_short, too_long: `length` and `bound` in the platform's unit. line_break. refused_letters.
    """

    kind: Literal["too_short", "too_long", "line_break", "refused_letters"]
    label: str
    unit: str = ""
    length: int = 0
    bound: int = 0
    letters: str = ""

    def describe(self) -> str:
        """A clause in English."""
        match self.kind:
            case "too_short":
                return f"{self._size}, at least {self.bound} are needed"
            case "too_long":
                return f"{self._size}, at most {self.bound} are taken"
            case "line_break":
                return f"{self.label} has a line break: ads have one line"
            case "refused_letters":
                return f"{self.label} has {self.letters}, which the platform refuses"

    def explain(self) -> str:
        """A sentence in Chinese, for editors and for the writer that mends it."""
        unit = _CHINESE_UNITS.get(self.unit, self.unit)
        match self.kind:
            case "too_short":
                return f"有 {self.length} {unit}，广告平台至少要 {self.bound} {unit}"
            case "too_long":
                return f"有 {self.length} {unit}，广告平台最多 {self.bound} {unit}，请缩短"
            case "line_break":
                return "广告只能有一行，不能换行"
            case "refused_letters":
                return f"有广告平台不接受的符号“{self.letters}”"

    @property
    def _size(self) -> str:
        return f"{self.label} has {self.length} {self.unit}"


def list_misfits(ad: AdText, platform: AdPlatform, *, needs_url: bool = True) -> Iterator[str]:
    """What keeps the ad out of the platform, a clause each; none: it fits."""
    yield from (each.describe() for each in list_text_misfits(ad.title, platform.title, platform))
    yield from (
        each.describe()
        for each in list_text_misfits(ad.description, platform.description, platform)
    )
    if needs_url:
        yield from _list_url_misfits(ad.url, platform)


def list_text_misfits(text: str, limit: TextLimit, platform: AdPlatform) -> Iterator[TextMisfit]:
    """The same for a title or a description."""
    length, unit = measure_length(text.strip(), platform), platform.unit
    if length < limit.least:
        yield TextMisfit(
            kind="too_short", label=limit.label, unit=unit, length=length, bound=limit.least
        )
    if limit.most is not None and length > limit.most:
        yield TextMisfit(
            kind="too_long", label=limit.label, unit=unit, length=length, bound=limit.most
        )
    if len(text.splitlines()) > 1:
        yield TextMisfit(kind="line_break", label=limit.label)
    if letters := "".join(sorted(set(text) & set(limit.forbidden))):
        yield TextMisfit(kind="refused_letters", label=limit.label, letters=letters)


def _list_url_misfits(url: str, platform: AdPlatform) -> Iterator[str]:
    if not url:
        yield "the landing URL is missing"
    elif len(url) > platform.url_most:
        yield f"the landing URL has {len(url)} characters, at most {platform.url_most} are taken"
