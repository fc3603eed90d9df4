"""Writes ads as the sheet that an ad platform's bulk upload takes: CSV or a workbook.

Ads that don't fit are named together, and no sheet is written. A platform whose ad has several
titles gets one row for each landing URL with the titles and descriptions of its ads.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.errors import Refusal
from app.knowledge.imports.formats.cells import FORMULA, escape_characters, guard_formula
from app.marketing.ads.fitting import AdText, list_misfits
from app.marketing.ads.platforms import AdPlatform, SheetColumn

MOST_NAMED = 20  # misfits in a refusal's sentence


class UnfitAds(Refusal):
    """Ads that the platform wouldn't take; the message names each with its row."""

    status = 422
    name = "unfit_ads"


@dataclass(frozen=True, slots=True)
class AdSheet:
    """A header and rows of cells."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class SheetPlace:
    """Where the ads go: the names of the campaign, and of the ad group in it."""

    campaign: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _PlatformAd:
    """One row: an ad with as many titles and descriptions as the platform takes."""

    titles: tuple[str, ...]
    descriptions: tuple[str, ...]
    url: str
    name: str


def build_sheet(ads: Sequence[AdText], platform: AdPlatform, place: SheetPlace) -> AdSheet:
    """The sheet of the ads, in their order. Raises UnfitAds with all that doesn't fit."""
    platform_ads = _join_ads(ads, platform)
    misfits = [
        *(
            (f"ads[{at}]: {misfit.describe()}", f"ads[{at}]：{misfit.explain()}")
            for at, ad in enumerate(ads)
            for misfit in list_misfits(ad, platform)
        ),
        *(misfit for ad in platform_ads for misfit in _list_missing_parts(ad, platform)),
    ]
    if misfits:
        raise _make_refusal(misfits, platform)
    return AdSheet(
        tuple(header for column in platform.columns for header in _list_headers(column, platform)),
        tuple(_fill_row(ad, platform, place) for ad in platform_ads),
    )


def _make_refusal(misfits: Sequence[tuple[str, str]], platform: AdPlatform) -> UnfitAds:
    """The refusal of misfits in English and in Chinese."""
    english, chinese = zip(*misfits[:MOST_NAMED], strict=True)
    more = len(misfits) - MOST_NAMED
    return UnfitAds(
        f"{platform.name} takes no such ads: {'; '.join(english)}"
        + (f"; and {more} more" if more > 0 else ""),
        chinese=f"{platform.name} 不接受这些广告：{'；'.join(chinese)}"
        + (f"；还有 {more} 处" if more > 0 else ""),
    )


def write_csv(sheet: AdSheet) -> bytes:
    """CSV in UTF-8 with a mark, without which Excel reads another encoding.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(sheet.header)
    writer.writerows([guard_formula(cell) for cell in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def write_workbook(sheet: AdSheet) -> bytes:
    """A workbook (.xlsx) whose cells are all text: none is run as a formula."""
    from openpyxl import Workbook  # 0.3 s that only workbooks cost

    book = Workbook()
    page = book.active
    for row_at, row in enumerate([sheet.header, *sheet.rows], start=1):
        for column_at, content in enumerate(row, start=1):
            cell = page.cell(row_at, column_at, escape_characters(content))
            cell.data_type = "s"  # openpyxl takes =… for a formula, and #N/A for an error
            cell.quotePrefix = bool(FORMULA.match(content))  # as if typed after an apostrophe
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _join_ads(ads: Sequence[AdText], platform: AdPlatform) -> list[_PlatformAd]:
    """Ads of one landing URL become one where the platform's ad has several titles."""
    if platform.titles.most == 1:
        return [
            _PlatformAd(
                titles=(ad.title.strip(),), descriptions=(ad.description.strip(),), url=ad.url,
                name=ad.name or f"ad {at}",
            )
            for at, ad in enumerate(ads, start=1)
        ]  # fmt: skip
    joined: list[_PlatformAd] = []
    for url in dict.fromkeys(ad.url for ad in ads):
        of_url = [ad for ad in ads if ad.url == url]
        joined += _split_parts(of_url, platform)
    return joined


def _split_parts(ads: Sequence[AdText], platform: AdPlatform) -> Iterator[_PlatformAd]:
    """As few of the platform's ads as hold all titles and descriptions, each in one at least."""
    titles = tuple(dict.fromkeys(ad.title.strip() for ad in ads))
    descriptions = tuple(dict.fromkeys(ad.description.strip() for ad in ads))
    count = max(
        -(-len(titles) // platform.titles.most),
        -(-len(descriptions) // platform.descriptions.most),
    )
    for at in range(count):
        yield _PlatformAd(
            titles=_take_share(titles, at, count, platform.titles.least),
            descriptions=_take_share(descriptions, at, count, platform.descriptions.least),
            url=ads[0].url,
            name=ads[0].name or f"ad {at + 1}",
        )


def _take_share(texts: tuple[str, ...], at: int, count: int, least: int) -> tuple[str, ...]:
    """Each `count`th text from `at` on; texts of other shares fill it up to `least`."""
    share = texts[at::count]
    others = [text for text in texts if text not in share]
    return (*share, *others[: max(0, least - len(share))])


def _list_missing_parts(ad: _PlatformAd, platform: AdPlatform) -> Iterator[tuple[str, str]]:
    """What an ad of several parts lacks, in English and in Chinese."""
    parts = (
        (ad.titles, platform.titles, platform.title),
        (ad.descriptions, platform.descriptions, platform.description),
    )
    for texts, limit, text_limit in parts:
        if len(texts) < limit.least:
            yield (
                f"the ads for {ad.url or 'no URL'} have {len(texts)} different {text_limit.label}s"
                f" together, and an ad needs {limit.least}: give more ads with this URL",
                f"{ad.url or '没有网址'} 的广告一共有 {len(texts)} 个不同的 {text_limit.label}，"
                f"一条广告要有 {limit.least} 个：请多给几条同一网址的广告",
            )


def _list_headers(column: SheetColumn, platform: AdPlatform) -> Iterator[str]:
    if "{n}" not in column.header:
        yield column.header
        return
    most = platform.titles.most if column.value == "title" else platform.descriptions.most
    yield from (column.header.format(n=number) for number in range(1, most + 1))


def _fill_row(ad: _PlatformAd, platform: AdPlatform, place: SheetPlace) -> tuple[str, ...]:
    values = {
        "campaign": place.campaign, "group": place.group, "name": ad.name, "url": ad.url, "": "",
    }  # fmt: skip
    cells: list[str] = []
    for column in platform.columns:
        if column.value == "title":
            cells += _pad(ad.titles, platform.titles.most)
        elif column.value == "description":
            cells += _pad(ad.descriptions, platform.descriptions.most)
        else:
            cells.append(column.text or values[column.value])
    return tuple(cells)


def _pad(texts: Sequence[str], count: int) -> list[str]:
    return [*texts, *[""] * (count - len(texts))]
