"""From a product sheet to an approved article and ranked, lawful, approved ads, through REST."""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx

from app.inference.fakes import FakeWriter
from app.inference.ports import GeneratedAnswer, Prompt
from tests.conftest import Open
from tests.publishing.sending.senders import FONT
from tests.service import client

API = "/api/v1"
SHEET = """产品,产地,采摘,价格（元）,文案类型,行业
明前龙井,杭州西湖龙井村,清明前手工采摘,168,文章,食品
祁门红茶,安徽祁门,五月采摘,99,广告,食品
无名茶,,,,广告,食品
"""
PLATFORM, URL = "baidu_search", "https://shop.example/qimen"
TITLES = ["祁门红茶，产地安徽祁门", "五月采摘的祁门红茶", "99 元，祁门红茶"]
ARTICLE = "明前龙井，产地杭州西湖龙井村，清明前手工采摘，168 元。"
AD = "祁门红茶，产地安徽祁门，五月采摘，99 元。"


@dataclass
class TeaWriter(FakeWriter):
    """Writes of the tea that a prompt is about."""

    async def write(self, prompt: Prompt) -> GeneratedAnswer:
        return await FakeWriter(answer=self._choose_text(prompt)).write(prompt)

    def _choose_text(self, prompt: Prompt) -> str:
        question = prompt.messages[-1].text
        if "祁门红茶" not in question:
            return ARTICLE
        if "标题" not in question:
            return AD
        self.prompts.append(prompt)
        return TITLES[len(self.prompts) % len(TITLES)]


async def import_sheet(http: httpx.AsyncClient) -> list[str]:
    """The ids of the sheet's briefs: a dry run names the row that is none, and it is skipped."""
    files = [("files", ("春茶.csv", SHEET.encode("gb18030")))]
    address, query = f"{API}/briefs/import", {"author": "小林"}
    preview = await http.post(address, params=query | {"dry_run": "true"}, files=files)
    assert [fault["product"] for fault in preview.json()["faults"]] == ["无名茶"]
    response = await http.post(address, params=query | {"skip_faulty": "true"}, files=files)
    assert response.status_code == 201, response.text
    return [row["id"] for row in response.json()["briefs"]]


async def wait_for_job(http: httpx.AsyncClient, address: str, **order: Any) -> dict[str, Any]:
    """The job of an order once it is done."""
    job = (await http.post(f"{API}/{address}/generate", json={"author": "小林", **order})).json()
    async with asyncio.timeout(30):
        while job["state"] not in {"done", "failed"}:
            await asyncio.sleep(0.05)
            job = (await http.get(f"{API}/{address}/jobs/{job['id']}")).json()
    assert job["state"] == "done", job["reason"]
    return dict(job)


async def create_draft(http: httpx.AsyncClient, address: str, **request: Any) -> dict[str, Any]:
    """A draft by 小林, with the review of its text as `reviewed`."""
    response = await http.post(f"{API}/{address}", json={"author": "小林", **request})
    draft = dict(response.json())
    review = (await http.get(f"{API}/drafts/{draft['id']}/review")).json()
    return draft | {"reviewed": review}


def list_sources(draft: dict[str, Any]) -> set[str]:
    return {claim["source"] for claim in draft["reviewed"]["claims"]}


async def step(http: httpx.AsyncClient, address: str, **body: Any) -> dict[str, Any]:
    """The answer to a step that succeeds."""
    response = await http.post(f"{API}/{address}", json=body)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def check_lawful(http: httpx.AsyncClient, text: str) -> None:
    check = {"text": text, "industry": "food"}
    passes: dict[str, Any] = {
        "findings": [],
        "notices": [],
        "rewritten": text,
        "dropped": [],
    }
    assert await step(http, "content/check", **check) == passes


async def rank_ads(http: httpx.AsyncClient, brief: str) -> dict[str, Any]:
    """The ads of a brief by their predicted click rates, the first one lawful."""
    job = await wait_for_job(http, "ads", brief=brief, platform=PLATFORM, count=3, url=URL)
    ads = job["groups"][0]["ads"]
    texts = [f"{ad['title']['text']} {ad['description']['text']}" for ad in ads]
    await check_lawful(http, texts[0])
    ranking = (await step(http, "ads/rank", texts=texts))["ranking"]
    return {
        "job": job["id"],
        "ids": [ad["id"] for ad in ads],
        "are_clean": [ad["is_clean"] for ad in ads],
        "ranking": [place["row"] for place in ranking],
    }


async def test_a_product_sheet_becomes_an_approved_article_and_approved_ads(
    open_service: Open,
) -> None:
    opening = open_service(writer=TeaWriter(), cover_font=FONT)
    async with opening as service, client(service) as http:
        article_brief, ad_brief = await import_sheet(http)

        copy_job = await wait_for_job(http, "content", brief=article_brief, count=1)
        await check_lawful(http, copy_job["variants"][0]["text"])
        article = await create_draft(http, "drafts", job=copy_job["id"], variant=1)
        post = f"posts/{article['post']}"
        findings = (await http.get(f"{API}/{post}/findings")).json()["findings"]
        await step(http, f"{post}/submit", version=1)
        approved_post = await step(http, f"{post}/approve", by="老陈", version=1)

        ads = await rank_ads(http, ad_brief)
        ad = await create_draft(http, "ads/drafts", job=ads["job"], ad=ads["ids"][0])
        approved_ad = await step(http, f"drafts/{ad['id']}/approve", by="老陈", version=1)
        sheet = await http.post(
            f"{API}/ads/export", json={"platform": PLATFORM, "drafts": [ad["id"]]}
        )

    places = {f"春茶.csv 第 {{}} 行 {column}" for column in ("产地", "采摘", "价格")}
    assert (approved_post["state"], approved_post["approval"]["by"]) == ("approved", "老陈")
    assert (findings, list_sources(article)) == ([], {place.format(2) for place in places})
    assert (ads["ranking"], ads["are_clean"]) == ([0, 1, 2], [True, True, True])
    assert (approved_ad["state"], approved_ad["approval"]["by"]) == ("approved", "老陈")
    assert (ad["reviewed"]["is_clean"], list_sources(ad) <= {p.format(3) for p in places}) == (
        True, True,
    )  # fmt: skip
    description = ad["versions"][0]["text"].splitlines()[1]
    assert (sheet.status_code, description in sheet.content.decode("utf-8-sig")) == (200, True)
