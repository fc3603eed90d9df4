"""Ads fit a platform's limits or are named; sheets have its columns and run no formula."""

import csv
import io

import pytest
from openpyxl import load_workbook

from app.marketing.ads.fitting import AdText, list_misfits, measure_length
from app.marketing.ads.platforms import get_platform, load_platforms
from app.marketing.ads.sheets import (
    AdSheet,
    SheetPlace,
    UnfitAds,
    build_sheet,
    write_csv,
    write_workbook,
)

PLACE = SheetPlace("春茶", "龙井")
URL = "https://shop.example/longjing"


def make_ad(title: str = "明前龙井新茶上市", description: str = "清明前手工采摘。") -> AdText:
    return AdText(title=title, description=description, url=URL)


@pytest.mark.parametrize(
    ("text", "platform", "length"),
    [
        ("明前龙井", "baidu_search", 8),
        ("明前龙井", "ocean_engine", 4),
        ("明前龙井Tea", "ocean_engine", 6),  # two letters make a 字, rounded up
        ("明前龙井", "google_search", 8),
        ("Café", "google_search", 4),
        ("新茶🍵…", "google_search", 8),
        ("봄차 ﾃ", "google_search", 6),
        ("明前龙井 Tea", "meta_feed", 8),
        ("", "baidu_search", 0),
    ],
)
def test_lengths_are_counted_as_the_platform_does(text: str, platform: str, length: int) -> None:
    assert measure_length(text, get_platform(platform)) == length


@pytest.mark.parametrize(
    ("platform", "ad", "misfits"),
    [
        ("baidu_search", make_ad("茶" * 25, "茶" * 40), []),
        ("baidu_search", make_ad("茶" * 25 + "a"), ["创意标题 has 51 字节, at most 50 are taken"]),
        ("baidu_search", make_ad("春茶"), ["创意标题 has 4 字节, at least 9 are needed"]),
        (
            "tencent_moments",
            make_ad("茶" * 10, "茶" * 31),
            ["外层文案 has 31 字, at most 30 are taken"],
        ),
        ("ocean_engine", make_ad("茶" * 30, ""), []),
        ("google_search", make_ad("茶" * 16), ["headline has 32 letters, at most 30 are taken"]),
        ("google_search", make_ad("New tea!"), ["headline has !, which the platform refuses"]),
        (
            "meta_feed",
            make_ad("New\ntea", ""),
            [
                "headline has a line break: ads have one line",
                "primary text has 0 characters, at least 1 are needed",
            ],
        ),
        (
            "meta_feed",
            AdText(title="New tea", description="From Hangzhou."),
            ["the landing URL is missing"],
        ),
    ],
)
def test_what_does_not_fit_is_named(platform: str, ad: AdText, misfits: list[str]) -> None:
    assert [each.describe() for each in list_misfits(ad, get_platform(platform))] == misfits


def test_a_sheet_has_the_platforms_columns() -> None:
    sheet = build_sheet(
        [make_ad(), make_ad("第一家门店的龙井")], get_platform("baidu_search"), PLACE
    )

    header = (
        "推广计划名称", "推广单元名称", "创意标题", "创意描述1", "创意描述2", "创意默认访问URL",
    )  # fmt: skip
    row = ("春茶", "龙井", "明前龙井新茶上市", "清明前手工采摘。", "", URL)
    assert sheet == AdSheet(header, (row, (*row[:2], "第一家门店的龙井", *row[3:])))


def test_titles_of_one_landing_page_make_one_responsive_ad() -> None:
    ads = [make_ad(f"新茶 {at}", f"手工采摘 {at % 2}") for at in range(4)]

    sheet = build_sheet(ads, get_platform("google_search"), PLACE)

    titles = ["新茶 0", "新茶 1", "新茶 2", "新茶 3", *[""] * 11]
    descriptions = ["手工采摘 0", "手工采摘 1", "", ""]
    assert len(sheet.header) == 23
    assert sheet.rows == (
        ("春茶", "龙井", "Responsive search ad", *titles, *descriptions, URL),
    )  # fmt: skip


def test_no_title_or_description_is_left_out_of_responsive_ads() -> None:
    ads = [make_ad(f"新茶 {at}", f"手工采摘 {at}") for at in range(40)]

    sheet = build_sheet(ads, get_platform("google_search"), PLACE)

    cells = {cell for row in sheet.rows for cell in row}
    assert len(sheet.rows) == 10
    assert {ad.title for ad in ads} | {ad.description for ad in ads} <= cells


def test_too_few_titles_for_a_responsive_ad_are_named() -> None:
    with pytest.raises(UnfitAds, match="have 1 different headlines together, and an ad needs 3"):
        build_sheet([make_ad("新茶")], get_platform("google_search"), PLACE)


def test_all_misfits_are_named_and_their_number_is_bounded() -> None:
    ads = [make_ad("茶" * 26) for _ in range(200)]

    with pytest.raises(UnfitAds) as refusal:
        build_sheet(ads, get_platform("baidu_search"), PLACE)

    assert "ads[19]: 创意标题 has 52 字节" in str(refusal.value)
    assert str(refusal.value).endswith("; and 180 more")


@pytest.mark.parametrize(
    "title", ['=HYPERLINK("http://x")', "+1 杯新茶上市啦", "-20% 新茶上市啦", "@明前龙井"]
)
def test_no_cell_is_run_as_a_formula(title: str) -> None:
    sheet = build_sheet([make_ad(title)], get_platform("baidu_search"), PLACE)

    [_, row] = csv.reader(io.StringIO(write_csv(sheet).decode("utf-8-sig"), newline=""))
    page = load_workbook(io.BytesIO(write_workbook(sheet))).worksheets[0]
    cell = page.cell(2, 3)

    assert row[2] == f"'{title}"
    assert (cell.value, cell.data_type, cell.quotePrefix) == (title, "s", True)


def test_every_platform_names_its_source_and_takes_its_own_longest_ad() -> None:
    for platform in load_platforms().values():
        title = "茶" * (platform.title.most or 1) if platform.unit_width == 2 else "t" * 30
        letter = "茶" if platform.unit_width == 2 else "d"
        description = letter * (platform.description.most or 9)

        misfits = list(list_misfits(make_ad(title, description), platform))

        assert misfits == []
        assert platform.source.startswith("https://")
