"""Whether an ad fits a platform: lengths, lines, characters and the address. Nothing is cut."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from app.marketing.ads.platforms import AdPlatform, TextLimit

_CHINESE_UNITS = {"letters": "个半角字符", "characters": "个字符"}
_ENGLISH = {
    "too_short": "{label} has {length} {unit}, at least {bound} are needed",
    "too_long": "{label} has {length} {unit}, at most {bound} are taken",
    "line_break": "{label} has a line break: ads have one line",
    "refused_letters": "{label} has {letters}, which the platform refuses",
    "url_missing": "the landing URL is missing",
    "url_too_long": "the landing URL has {length} characters, at most {bound} are taken",
}
_CHINESE = {
    "too_short": "{label}有 {length} {unit}，广告平台至少要 {bound} {unit}",
    "too_long": "{label}有 {length} {unit}，广告平台最多 {bound} {unit}，请缩短",
    "line_break": "{label}只能有一行，不能换行",
    "refused_letters": "{label}有广告平台不接受的符号“{letters}”",
    "url_missing": "没有落地页网址，请写上",
    "url_too_long": "落地页网址有 {length} 个字符，最多 {bound} 个",
}


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
    return -(-count_letters(text) // platform.unit_width)


def count_letters(text: str) -> int:
    """Half-width letters: a wide character counts two."""
    return sum(2 if _is_wide(each) else 1 for each in text)


def _is_wide(character: str) -> bool:
    """Signs of ambiguous width (“ … ·) count as wide, letters such as é don't (UAX 11)."""
    width = unicodedata.east_asian_width(character)
    return width in {"W", "F"} or (width == "A" and not character.isalpha())


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMisfit:
    """What keeps a title, a description or an address out of a platform.

    too_short, too_long: `length` and `bound` in the platform's unit. line_break. refused_letters.
    url_missing. url_too_long: in characters.
    """

    kind: Literal[
        "too_short", "too_long", "line_break", "refused_letters", "url_missing", "url_too_long"
    ]
    label: str = ""
    unit: str = ""
    length: int = 0
    bound: int = 0
    letters: str = ""

    def describe(self) -> str:
        """A clause in English."""
        return self._fill(_ENGLISH, self.unit)

    def explain(self) -> str:
        """A sentence in Chinese, for editors and for the writer that mends it."""
        return self._fill(_CHINESE, _CHINESE_UNITS.get(self.unit, self.unit))

    def _fill(self, sentences: Mapping[str, str], unit: str) -> str:
        return sentences[self.kind].format(
            label=self.label, length=self.length, bound=self.bound, unit=unit, letters=self.letters
        )


def list_misfits(
    ad: AdText, platform: AdPlatform, *, needs_url: bool = True
) -> Iterator[TextMisfit]:
    """What keeps the ad out of the platform; none: it fits."""
    yield from list_text_misfits(ad.title, platform.title, platform)
    yield from list_text_misfits(ad.description, platform.description, platform)
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


def _list_url_misfits(url: str, platform: AdPlatform) -> Iterator[TextMisfit]:
    if not url:
        yield TextMisfit(kind="url_missing")
    elif len(url) > platform.url_most:
        yield TextMisfit(kind="url_too_long", length=len(url), bound=platform.url_most)
