"""From a product sheet to an approved article and approved copy, through REST."""

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
ARTICLE = "明前龙井，产地杭州西湖龙井村，清明前手工采摘，168 元。"
AD = "祁门红茶，产地安徽祁门，五月采摘，99 元！"
EDITED_AD = "祁门红茶，产地安徽祁门，五月采摘，99 元。"


@dataclass
class TeaWriter(FakeWriter):
    """Writes of the tea that a prompt is about."""

    async def write(self, prompt: Prompt) -> GeneratedAnswer:
        self.answer = AD if "祁门红茶" in prompt.messages[-1].text else ARTICLE
        return await super().write(prompt)


async def import_sheet(http: httpx.AsyncClient) -> list[str]:
    """The ids of the sheet's briefs: a dry run names the row that is none, and it is skipped."""
    files = [("files", ("春茶.csv", SHEET.encode("gb18030")))]
    address, query = f"{API}/briefs/import", {"author": "小林"}
    preview = await http.post(address, params=query | {"dry_run": "true"}, files=files)
    assert [fault["product"] for fault in preview.json()["faults"]] == ["无名茶"]
    response = await http.post(address, params=query | {"skip_faulty": "true"}, files=files)
    assert response.status_code == 201, response.text
    return [row["id"] for row in response.json()["briefs"]]


async def generate(http: httpx.AsyncClient, brief: str) -> dict[str, Any]:
    """The draft of the first variant, which is lawful."""
    order = {"author": "小林", "brief": brief, "count": 1, "seed": 7}
    job = (await http.post(f"{API}/content/generate", json=order)).json()
    async with asyncio.timeout(30):
        while job["state"] not in {"done", "failed"}:
            await asyncio.sleep(0.05)
            job = (await http.get(f"{API}/content/jobs/{job['id']}")).json()
    assert job["state"] == "done", job["reason"]
    check = {"text": job["variants"][0]["text"], "industry": "food"}
    assert (await http.post(f"{API}/content/check", json=check)).json() == {"findings": []}
    request = {"author": "小林", "job": job["id"], "variant": 1}
    draft: dict[str, Any] = (await http.post(f"{API}/drafts", json=request)).json()
    return draft


async def step(http: httpx.AsyncClient, address: str, **body: Any) -> dict[str, Any]:
    """The answer to a step that succeeds."""
    response = await http.post(f"{API}/{address}", json=body)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def test_a_product_sheet_becomes_an_approved_article_and_approved_copy(
    open_service: Open,
) -> None:
    opening = open_service(writer=TeaWriter(), cover_font=FONT)
    async with opening as service, client(service) as http:
        article_brief, ad_brief = await import_sheet(http)

        article = await generate(http, article_brief)
        article_review = (await http.get(f"{API}/drafts/{article['id']}/review")).json()
        post = article["post"]
        findings = (await http.get(f"{API}/posts/{post}/findings")).json()["findings"]
        await step(http, f"posts/{post}/submit", version=1)
        approved_post = await step(http, f"posts/{post}/approve", by="老陈", version=1)

        ad = await generate(http, ad_brief)
        edit = {"editor": "小周", "version": 1, "text": EDITED_AD}
        await http.put(f"{API}/drafts/{ad['id']}", json=edit)
        ad_review = (await http.get(f"{API}/drafts/{ad['id']}/review")).json()
        approved_ad = await step(http, f"drafts/{ad['id']}/approve", by="老陈", version=2)

    assert (approved_post["state"], approved_post["approval"]["by"]) == ("approved", "老陈")
    assert findings == []
    assert {claim["source"] for claim in article_review["claims"]} == {
        f"春茶.csv 第 2 行 {column}" for column in ("产地", "采摘", "价格")
    }
    assert (approved_ad["state"], approved_ad["versions"][-1]["text"]) == ("approved", EDITED_AD)
    assert {claim["source"] for claim in ad_review["claims"]} == {
        f"春茶.csv 第 3 行 {column}" for column in ("产地", "采摘", "价格")
    }
    assert approved_ad["origin"] | {"tokens": 0, "seconds": 0.0} == approved_ad["origin"] | {
        "tokens": 0, "seconds": 0.0, "model": "fake-writer-1", "variant": 1, "brief_version": 1,
    }  # fmt: skip
