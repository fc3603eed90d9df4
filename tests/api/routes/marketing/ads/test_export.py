"""Ads over HTTP as the sheet of an ad platform; what doesn't fit is named."""

import csv
import io
from typing import Any

import pytest

from app.api.schemas.marketing.ads.export import ExportAdsRequest
from tests.service import Service, client

EXPORT = "/api/v1/ads/export"
EXAMPLE: dict[str, Any] = ExportAdsRequest.model_json_schema()["examples"][0]
AD = EXAMPLE["ads"][0]
UNLAWFUL = {"title": "全国最好喝的龙井茶", "description": "喝了降血压，50 克 168 元。"}
SIGNED = {"by": "老陈", "reason": "法务看过：有检测报告"}


async def test_ads_are_exported_in_the_columns_of_the_platform(api_only: Service) -> None:
    async with client(api_only) as http:
        sheet = await http.post(EXPORT, json=EXAMPLE | {"format": "csv"})
        workbook = await http.post(EXPORT, json=EXAMPLE)

    [header, row] = csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"), newline=""))
    assert dict(zip(header, row, strict=True)) == {
        "推广计划名称": "春茶",
        "推广单元名称": "龙井",
        "创意标题": AD["title"],
        "创意描述1": AD["description"],
        "创意描述2": "",
        "创意默认访问URL": EXAMPLE["url"],
    }
    assert sheet.headers["content-disposition"] == 'attachment; filename="baidu_search.csv"'
    assert workbook.content[:2] == b"PK"


async def test_platforms_are_listed_with_limits_and_sources(api_only: Service) -> None:
    async with client(api_only) as http:
        response = await http.get("/api/v1/ads/platforms")

    platforms = {each["id"]: each for each in response.json()["platforms"]}
    baidu = platforms["baidu_search"]
    assert baidu["title"] == {
        "label": "创意标题", "least": 9, "most": 50, "visible": None, "forbidden": "",
    }  # fmt: skip
    assert (baidu["unit"], baidu["checked"], baidu["confidence"]) == (
        "字节", "2026-12-01", "secondary",
    )  # fmt: skip
    assert {name: each["columns_confidence"] for name, each in platforms.items()} == {
        "tencent_moments": "none", "tencent_text_link": "none", "baidu_search": "secondary",
        "ocean_engine": "none", "google_search": "official", "meta_feed": "secondary",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"ads": [AD, AD | {"title": "茶" * 26}]}, 422, "ads[1]: 创意标题 has 52 字节, at most 50"),
        ({"ads": [AD | {"description": ""}]}, 422, "ads[0]: 创意描述 has 0 字节, at least 9"),
        ({"url": ""}, 422, "ads[0]: the landing URL is missing"),
        ({"url": "javascript:alert(1)"}, 422, "must be an address that begins with https://"),
        ({"platform": "billboard"}, 404, "no ad platform is named 'billboard'"),
        ({"platform": "google_search"}, 422, "an ad needs 3: give more ads"),
        ({"format": "pdf"}, 422, "must be 'csv' or 'xlsx'"),
        ({"ads": []}, 422, "give either ads or drafts"),
        ({"ads": [AD] * 201}, 422, "must have 200 items or less"),
        ({"account": "nobody"}, 404, "nobody"),
        ({"ads": [AD, UNLAWFUL]}, 422, "ads[1]“全国最好喝”"),
        ({"ads": [UNLAWFUL]}, 422, "“降血压”"),
        ({"by": "老陈"}, 422, "give by and reason together"),
        ({"ads": [], "drafts": ["0" * 32], **SIGNED}, 422, "drafts are approved"),
    ],
)
async def test_ads_that_do_not_fit_are_refused_by_row(
    api_only: Service, changes: dict[str, Any], status: int, sentence: str
) -> None:
    async with client(api_only) as http:
        response = await http.post(EXPORT, json=EXAMPLE | changes)

    assert response.status_code == status
    assert sentence in response.text


async def test_a_named_person_signs_for_unlawful_texts_with_a_reason(api_only: Service) -> None:
    async with client(api_only) as http:
        refusal = await http.post(EXPORT, json=EXAMPLE | {"ads": [UNLAWFUL]})
        sheet = await http.post(EXPORT, json=EXAMPLE | {"ads": [UNLAWFUL], **SIGNED})

    assert (refusal.status_code, refusal.json()["code"]) == (422, "open_findings")
    assert (sheet.status_code, sheet.content[:2]) == (200, b"PK")
