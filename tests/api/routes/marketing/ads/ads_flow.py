"""Steps from a brief to ads over HTTP, and a writer of ads, for tests."""

import asyncio
from typing import Any

import httpx

from app.inference.fakes import FakeWriter
from app.inference.ports import GeneratedAnswer, Prompt
from tests.api.routes.marketing.copy_flow import create_brief

GENERATE = "/api/v1/ads/generate"
JOBS = "/api/v1/ads/jobs"
TITLES = ["明前龙井，50 克 168 元", "西湖龙井村的明前龙井", "全国最好喝的明前龙井"]
EN_TITLE = "Mingqian Longjing from xihulongjingcun"
EN_DESCRIPTION = "Longjing from xihulongjingcun in hangzhou, 168 yuan for 50 g."
DESCRIPTION = "明前龙井，产地杭州西湖龙井村，50 克 168 元。"


class AdWriter(FakeWriter):
    """Writes the titles in turn, always the same description, and the last title when it is asked
    to rewrite a text.
    """

    async def write(self, prompt: Prompt) -> GeneratedAnswer:
        return await FakeWriter(answer=self._choose_text(prompt)).write(prompt)

    def _choose_text(self, prompt: Prompt) -> str:
        question = prompt.messages[-1].text
        if "Text:" in question:
            return EN_DESCRIPTION if DESCRIPTION in question else EN_TITLE
        if "请改写" in question:
            return TITLES[-1]
        if "标题" not in question:
            return DESCRIPTION
        self.prompts.append(prompt)
        return TITLES[len(self.prompts) % len(TITLES)]


async def wait_until_finished(http: httpx.AsyncClient, job_id: str) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while True:
            job: dict[str, Any] = (await http.get(f"{JOBS}/{job_id}")).json()
            if job["state"] in {"done", "failed"}:
                return job
            await asyncio.sleep(0.05)


async def write_ads(http: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    """The finished job that wrote ads from the example of a brief."""
    request = {
        "author": "小林", "brief": await create_brief(http), "platform": "baidu_search", "count": 3,
    }  # fmt: skip
    response = await http.post(GENERATE, json=request | changes)
    return await wait_until_finished(http, response.json()["id"])
