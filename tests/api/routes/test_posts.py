"""Posts over HTTP: what is refused, and in which words."""

import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.conftest import Open
from tests.publishing.images.pictures import draw
from tests.publishing.sending.senders import FONT
from tests.service import Service, client

POSTS = "/api/v1/posts"
ARTICLE = {"title": "春茶上新", "source": "今年的龙井到店了。"}
PICTURE = "data:image/png;base64," + base64.b64encode(draw()).decode()
ANIMATED = "data:image/webp;base64," + base64.b64encode(draw("WEBP", frames=2)).decode()
ABSENT = "https://127.0.0.1/absent.png"


@pytest.fixture
async def publishing(open_service: Open) -> AsyncIterator[Service]:
    """The service with a font for covers; nobody answers for the platform."""
    async with open_service(cover_font=FONT) as running:
        yield running


async def create(http: httpx.AsyncClient, **changed: Any) -> str:
    """The id of a new post of one article."""
    body = {"author": "小林", "articles": [ARTICLE | changed]}
    response = await http.post(POSTS, json=body)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def do(http: httpx.AsyncClient, post: str, step: str, **body: Any) -> tuple[int, Any]:
    """Status, and detail or state, of a step."""
    response = await http.post(f"{POSTS}/{post}/{step}", json=body)
    answer = response.json()
    return response.status_code, answer.get("detail", answer.get("state"))


async def test_what_the_platform_would_refuse_is_named_before_it_is_asked(
    publishing: Service,
) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"title": "茶" * 33}, "标题有 33 个字，最多 32 个，请缩短。"),
        ({"digest": "茶" * 129}, "摘要有 129 个字，最多 128 个，请缩短。"),
        ({"author": "林" * 17}, "作者有 17 个字，最多 16 个，请缩短。"),
        ({"title": ""}, "缺少标题：请填写标题，或在正文开头写一个一级标题。"),
        ({"source": ""}, "正文是空的，请写点内容再发布。"),
        ({"source_url": "shop"}, "“阅读原文”的地址要以 https:// 或 http:// 开头。"),
        ({"theme": "gold"}, "没有名为“gold”的主题。"),
        ({"source": f"![茶]({ANIMATED})"}, "图片 内嵌图片：是动态的 WEBP，公众号不支持"),
        ({"source": f"![茶]({ABSENT})"}, f"图片 {ABSENT}：地址指向内网，不能使用。"),
        ({"cover": "data:image/png;base64,AAAA"}, "图片 内嵌图片：不是能识别的图片"),
        ({"source": "<p>" + "茶" * 20_000 + "</p>", "format": "html"}, "要少于 20,000 个"),
    ]
    async with client(publishing) as http:
        for changed, sentence in cases:
            post = await create(http, **changed)
            status, detail = await do(http, post, "submit", version=1)
            assert (status, sentence in detail) == (422, True), (changed, detail)


async def test_a_check_lists_findings_and_stores_nothing(publishing: Service) -> None:
    source = f"<script>alert(1)</script><iframe></iframe><p>茶</p><img src='{PICTURE}'>"
    article = {"title": "春茶", "source": source, "format": "html"}
    async with client(publishing) as http:
        response = await http.post(f"{POSTS}/check", json={"articles": [article]})
        listed = await http.get(POSTS)

    [checked] = response.json()["articles"]
    assert [(each["rule"], each["severity"]) for each in checked["findings"]] == [
        ("removed-element", "warning"), ("removed-element", "warning")
    ]  # fmt: skip
    assert "<script" not in checked["content"]
    assert PICTURE in checked["content"]
    assert listed.json() == {"posts": []}


async def test_findings_under_the_law_are_mended_or_signed_for(publishing: Service) -> None:
    async with client(publishing) as http:
        post = await create(http, source=f"全城最正宗的龙井。\n\n![茶]({PICTURE})")
        findings = (await http.get(f"{POSTS}/{post}/findings")).json()["findings"]
        await do(http, post, "submit", version=1)
        status, sentence = await do(http, post, "approve", by="王敏", version=1)
        signed = await do(http, post, "approve", by="王敏", version=1, reason="协会证书在案")
        stored = (await http.get(f"{POSTS}/{post}")).json()

    assert [(each["article"], each["field"], each["text"]) for each in findings] == [
        (1, "source", "全城最正宗")
    ]
    assert status == 422
    assert sentence == (
        "内容还有待处理的问题：第 1 篇“全城最正宗”（绝对化用语：全国最……、行业最……，"
        "广告法第九条第（三）项）。请修改后再审核；如确认可以使用，请在 reason 里写明理由"
        "（至少 4 个字），由审核人签字负责。"
    )
    assert signed == (200, "approved")
    assert (stored["approval"]["by"], stored["approval"]["reason"]) == ("王敏", "协会证书在案")


async def test_each_wrong_step_is_refused_with_its_reason(publishing: Service) -> None:
    async with client(publishing) as http:
        post = await create(http)
        early = await do(http, post, "approve", by="王敏", version=1)
        await do(http, post, "submit", version=1)
        own = await do(http, post, "approve", by="小林", version=1)
        stale = await do(http, post, "approve", by="王敏", version=2)
        nameless = await do(http, post, "approve", by=" ", version=1)
        await do(http, post, "approve", by="王敏", version=1)
        past = await do(http, post, "schedule", at="2020-01-01T09:00")
        wild = await do(http, post, "schedule", at="9999-12-31T23:59:59-12:00")
        later = await do(http, post, "schedule", at="2090-01-01T09:00")
        unknown = await do(http, "0" * 16, "submit", version=1)
        stored = (await http.get(f"{POSTS}/{post}")).json()

    assert early == (409, "这篇内容的状态是“草稿”，不能审核。")
    assert own == (403, "这个公众号不允许审核自己写的内容，请换一位同事审核。")
    assert stale[0] == 409
    assert nameless == (422, "请写明操作人的姓名。")
    assert past == (422, "发布时间已经过去了，请选一个将来的时间。")
    assert wild[0] == 422
    assert later == (200, "scheduled")
    assert unknown == (404, "没有编号为 0000000000000000 的内容。")
    assert stored["scheduled_at"] == 3_786_915_600  # 09:00 in Shanghai


async def test_edits_are_listed_and_void_the_approval(publishing: Service) -> None:
    async with client(publishing) as http:
        post = await create(http)
        await do(http, post, "submit", version=1)
        await do(http, post, "approve", by="王敏", version=1)
        body = {"editor": "周周", "version": 1, "articles": [ARTICLE | {"digest": "新茶"}]}
        edited = (await http.put(f"{POSTS}/{post}", json=body)).json()
        again = await http.put(f"{POSTS}/{post}", json=body)
        edits = (await http.get(f"{POSTS}/{post}/edits")).json()["edits"]

    assert (edited["state"], edited["version"], edited["approval"]) == ("draft", 2, None)
    assert again.status_code == 409
    assert [(edit["version"], edit["editor"]) for edit in edits] == [(1, "小林"), (2, "周周")]
    assert edits[1]["diffs"] == [
        {"article": 1, "field": "digest", "diff": "--- \n+++ \n@@ -0,0 +1 @@\n+新茶"}
    ]


async def test_a_preview_runs_no_script(publishing: Service) -> None:
    async with client(publishing) as http:
        post = await create(http, source="**新**茶<script>alert(1)</script>", theme="warm")
        page = await http.get(f"{POSTS}/{post}/preview")
        export = (await http.get(f"{POSTS}/{post}/export")).json()

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"].endswith("sandbox")
    assert "<script" not in page.text
    assert export["content"] in page.text
    assert export["title"] == "春茶上新"


async def test_the_calendar_names_two_mass_sends_a_day(publishing: Service) -> None:
    async with client(publishing) as http:
        for _ in range(2):
            body = {"author": "小林", "articles": [ARTICLE], "channel": "mass"}
            post = (await http.post(POSTS, json=body)).json()["id"]
            await do(http, post, "submit", version=1)
            await do(http, post, "approve", by="王敏", version=1)
            await do(http, post, "schedule", at="2090-01-01T09:00")
        days = {"first": "2090-01-01", "last": "2090-01-31"}
        calendar = (await http.get("/api/v1/calendar", params=days)).json()
        wrong = await http.get(
            "/api/v1/calendar", params={"first": "2090-02-01", "last": "2090-01-01"}
        )

    [day] = calendar["days"]
    assert (calendar["zone"], day["day"], len(day["posts"])) == (
        "Asia/Shanghai", "2090-01-01", 2
    )  # fmt: skip
    assert day["conflicts"] == [
        "这一天排了 2 次群发：请确认账号当天的群发次数够用（订阅号每天 1 次），"
        "不够就改期，或改用“发布”。"
    ]
    assert wrong.status_code == 422


async def test_an_account_may_let_authors_approve(publishing: Service) -> None:
    policy = {"rules": {"own_allowed": True}, "revision": 0}
    async with client(publishing) as http:
        stored = await http.put("/api/v1/approval-policy", json=policy)
        read = (await http.get("/api/v1/approval-policy")).json()
        post = await create(http)
        await do(http, post, "submit", version=1)
        approved = await do(http, post, "approve", by="小林", version=1)

    assert stored.json() == read == {
        "account": "default", "rules": {"own_allowed": True, "industry": "general"}, "revision": 1
    }  # fmt: skip
    assert approved == (200, "approved")
