"""From a brief to the sheet of an ad platform over HTTP: written, ranked, approved, exported."""

import csv
import io
from typing import Any

import httpx
import pytest

from tests.api.routes.marketing.ads.ads_flow import AdWriter, write_ads
from tests.api.routes.marketing.copy_flow import DRAFTS, create_draft
from tests.conftest import Open
from tests.service import client

URL = "https://shop.example/longjing"
EXPORT = "/api/v1/ads/export"


async def take_ad(http: httpx.AsyncClient, job: dict[str, Any], rank: int) -> dict[str, Any]:
    ad = job["groups"][0]["ads"][rank - 1]
    request = {"author": "小林", "job": job["id"], "ad": ad["id"]}
    draft: dict[str, Any] = (await http.post("/api/v1/ads/drafts", json=request)).json()
    return draft


async def approve(http: httpx.AsyncClient, draft: dict[str, Any], version: int = 1) -> int:
    approval = {"by": "老陈", "version": version}
    response = await http.post(f"{DRAFTS}/{draft['id']}/approve", json=approval)
    return response.status_code


async def test_a_brief_becomes_ranked_approved_ads_in_the_platforms_sheet(
    open_service: Open,
) -> None:
    async with open_service(writer=AdWriter()) as service, client(service) as http:
        job = await write_ads(http, url=URL)
        ads = job["groups"][0]["ads"]
        texts = [f"{ad['title']['text']} {ad['description']['text']}" for ad in ads]
        ranking = (await http.post("/api/v1/ads/rank", json={"texts": texts})).json()["ranking"]
        drafts = [await take_ad(http, job, rank) for rank in (1, 2)]
        review = (await http.get(f"{DRAFTS}/{drafts[0]['id']}/review")).json()
        early = await http.post(
            EXPORT, json={"platform": "baidu_search", "drafts": [drafts[0]["id"]]}
        )
        approvals = [await approve(http, draft) for draft in drafts]
        sheet = await http.post(
            EXPORT,
            json={
                "platform": "baidu_search", "campaign": "春茶", "group": "龙井",
                "drafts": [draft["id"] for draft in drafts],
            },
        )  # fmt: skip

    assert [place["row"] for place in ranking] == [0, 1, 2]
    assert (review["is_clean"], approvals) == (True, [200, 200])
    assert (early.status_code, early.json()["code"]) == (409, "unapproved_ads")
    assert "drafts[0] is in state draft: have it approved" in early.json()["detail"]
    [_, *rows] = csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"), newline=""))
    assert rows == [
        ["春茶", "龙井", ad["title"]["text"], ad["description"]["text"], "", URL] for ad in ads[:2]
    ]


async def test_an_ads_draft_keeps_what_made_it_and_its_edits(open_service: Open) -> None:
    async with open_service(writer=AdWriter()) as service, client(service) as http:
        job = await write_ads(http, audiences=["上班族"])
        draft = await take_ad(http, job, 1)
        await approve(http, draft)
        edit = {"editor": "小周", "version": 1, "text": "明前龙井，西湖龙井村\n50 克 168 元。"}
        edited = (await http.put(f"{DRAFTS}/{draft['id']}", json=edit)).json()
        voided = await http.post(EXPORT, json={"platform": "meta_feed", "drafts": [draft["id"]]})
        await approve(http, draft, version=2)
        request = {"platform": "meta_feed", "drafts": [draft["id"]], "url": URL}
        sheet = await http.post(EXPORT, json=request)

    ad = job["groups"][0]["ads"][0]
    text = f"{ad['title']['text']}\n{ad['description']['text']}"
    assert (draft["channel"], draft["versions"][0]["text"]) == ("ad", text)
    assert draft["origin"]["prediction"] == ad["prediction"]
    assert (draft["origin"]["audience"], draft["origin"]["language"]) == ("上班族", "zh")
    assert draft["origin"]["title"]["model"] == "fake-writer-1"
    assert [text[claim["start"] : claim["end"]] for claim in draft["review"]["claims"]] == [
        claim["text"] for claim in draft["review"]["claims"]
    ]
    assert (edited["state"], voided.status_code) == ("draft", 409)
    [_, row] = csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"), newline=""))
    assert row[3:] == ["明前龙井，西湖龙井村", "50 克 168 元。", URL]


async def test_an_ad_too_long_for_its_platform_is_signed_for_and_named_at_the_export(
    open_service: Open,
) -> None:
    fault = "创意描述有 82 字节，广告平台最多 80 字节，请缩短"
    refused_sheet = f"百度推广 搜索创意 不接受这些广告：ads[0]：{fault}"
    async with open_service(writer=AdWriter()) as service, client(service) as http:
        draft = await take_ad(http, await write_ads(http), 1)
        address = f"{DRAFTS}/{draft['id']}"
        text = "明前龙井，西湖龙井村\n" + "茶" * 41
        await http.put(address, json={"editor": "小周", "version": 1, "text": text})
        review = (await http.get(f"{address}/review")).json()
        refused_approval = await approve(http, draft, version=2)
        approval = {"by": "老陈", "version": 2, "reason": "先存档，导出前再改短"}
        await http.post(f"{address}/approve", json=approval)
        request = {"platform": "baidu_search", "drafts": [draft["id"]], "url": URL}
        sheet = await http.post(EXPORT, json=request, headers={"Accept-Language": "zh-CN"})

    assert (review["faults"], review["is_clean"], refused_approval) == ([fault], False, 422)
    assert (sheet.status_code, sheet.json()["detail"]) == (422, refused_sheet)


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"drafts": ["0" * 32]}, 404, "there is no draft"),
        ({"drafts": []}, 422, "give either ads or drafts"),
        ({"ads": [{"title": "新茶上市了"}]}, 422, "give either ads or drafts"),
        ({"drafts": ["0" * 32] * 2}, 422, "drafts has the same id twice"),
        ({}, 409, "drafts[0] is copy for moments, no ad"),
    ],
)
async def test_what_is_no_approved_ad_is_not_exported(
    open_service: Open, changes: dict[str, Any], status: int, sentence: str
) -> None:
    async with open_service(writer=AdWriter()) as service, client(service) as http:
        drafts = [(await create_draft(http))["id"]]
        request = {"platform": "meta_feed", "url": URL, "drafts": drafts}
        response = await http.post(EXPORT, json=request | changes)

    assert response.status_code == status
    assert sentence in response.text


async def test_an_unknown_ad_is_named(open_service: Open) -> None:
    async with open_service(writer=AdWriter()) as service, client(service) as http:
        job = await write_ads(http, count=1)
        request = {"author": "小林", "job": job["id"], "ad": "0" * 32}
        response = await http.post("/api/v1/ads/drafts", json=request)

    assert (response.status_code, response.json()["code"]) == (404, "unknown_ad")
