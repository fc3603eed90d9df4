"""Digests over HTTP: answers become a draft that a person edits and approves."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.service import Service, client

DIGESTS = "/api/v1/digests"
TEXTS = [f"龙井香气清爽，喝了 {at} 年" for at in range(8)] + ["好", "加微信领券"]


async def finish_digest(http: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    request = {"author": "小林", "question": "您为什么喜欢龙井？"} | body
    job = (await http.post(DIGESTS, json=request)).json()
    async with asyncio.timeout(40):
        while job["state"] not in {"done", "failed"}:
            await asyncio.sleep(0.1)
            job = (await http.get(f"{DIGESTS}/{job['id']}")).json()
    return dict(job)


async def test_answers_become_a_draft(huiyin: Service) -> None:
    async with client(huiyin) as http:
        job = await finish_digest(http, texts=TEXTS)
        post = await http.post(
            f"{DIGESTS}/{job['id']}/post", json={"author": "小林", "title": "大家说龙井"}
        )
        draft = (await http.get(f"/api/v1/posts/{post.json()['post']}")).json()

    assert job["digest"]["answers"] == 8
    assert job["digest"]["left_out"] == {"没有内容": 1, "广告或链接": 1}
    assert (draft["state"], draft["articles"][0]["title"]) == ("draft", "大家说龙井")
    assert draft["articles"][0]["source"] == job["digest"]["markdown"]


@pytest.mark.parametrize(("texts", "usable"), [(TEXTS[:3], 3), (["好"], 0)])
async def test_too_few_answers_fail_with_a_reason(
    huiyin: Service, texts: list[str], usable: int
) -> None:
    async with client(huiyin) as http:
        job = await finish_digest(http, texts=texts)
        post = await http.post(f"{DIGESTS}/{job['id']}/post", json={"author": "林", "title": "x"})

    assert job["state"] == "failed"
    assert f"可用的回答只有 {usable} 条，至少要 5 条" in job["reason"]
    assert (post.status_code, post.json()["code"]) == (409, "digest_not_ready")


async def test_comments_of_an_unknown_post_fail_with_a_reason(huiyin: Service) -> None:
    async with client(huiyin) as http:
        job = await finish_digest(http, post="0" * 16)

    assert job["state"] == "failed"
    assert "0000" in job["reason"]


@pytest.mark.parametrize(
    "body", [{}, {"texts": TEXTS, "post": "0" * 16}, {"texts": ["x" * 3000]}, {"post": "../x"}]
)
async def test_bad_requests_are_refused(api_only: Service, body: dict[str, Any]) -> None:
    async with client(api_only) as http:
        response = await http.post(DIGESTS, json={"author": "林", "question": "？"} | body)

    assert response.status_code == 422
