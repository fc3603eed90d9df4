"""Variants become drafts over HTTP: reviewed, edited, approved by a named person."""

from typing import Any

from app.inference.fakes import FakeWriter
from app.marketing.content.copy_prompts import prompt_version
from app.marketing.jobs.queue import MarketingJobs
from tests.api.routes.marketing.copy_flow import DRAFTS, create_brief, create_draft, write_copy
from tests.conftest import Open
from tests.publishing.sending.senders import FONT
from tests.service import Service, client

TEXT = "明前龙井，产地杭州西湖龙井村，50 克 168 元。"
ABSOLUTE = "全国最好喝的明前龙井，50 克 168 元。"
EMPTY_REVIEW: dict[str, Any] = {"findings": [], "faults": [], "claims": []}
VARIANT: dict[str, Any] = {
    "text": TEXT, "form": "fact", "review": EMPTY_REVIEW, "model": "m-1",
    "prompt": prompt_version(), "tokens": 30, "seconds": 1.5, "seed": 7, "is_clean": True,
}  # fmt: skip


async def test_a_draft_keeps_its_text_and_what_made_it(open_service: Open) -> None:
    async with open_service(writer=FakeWriter(answer=TEXT)) as service, client(service) as http:
        draft = await create_draft(http, channel="ad")
        read = (await http.get(f"{DRAFTS}/{draft['id']}")).json()
        review = (await http.get(f"{DRAFTS}/{draft['id']}/review")).json()
        page = (await http.get(DRAFTS, params={"state": "draft"})).json()
        none = (await http.get(DRAFTS, params={"state": "approved"})).json()

    assert (draft["channel"], draft["post"], draft["state"]) == ("ad", "", "draft")
    assert (draft["version"], draft["versions"][0]["text"]) == (1, TEXT)
    assert (draft["origin"]["model"], draft["origin"]["prompt"]) == (
        "fake-writer-1",
        prompt_version(),
    )
    assert (read, page, none) == (draft, {"drafts": [draft]}, {"drafts": []})
    assert (review["version"], review["text"], review["is_clean"]) == (1, TEXT, True)
    assert [claim["source"] for claim in review["claims"]] == [
        "产品手册 2026 第 3 页", "价目表 2026-03",
    ]  # fmt: skip


async def test_what_is_open_in_a_text_is_signed_for_by_name_and_reason(
    open_service: Open,
) -> None:
    async with open_service(writer=FakeWriter(answer=TEXT)) as service, client(service) as http:
        draft = await create_draft(http, channel="ad")
        address = f"{DRAFTS}/{draft['id']}"
        edit = {"editor": "小周", "version": 1, "text": ABSOLUTE}
        second = (await http.put(address, json=edit)).json()
        read = (await http.get(address)).json()
        review = (await http.get(f"{address}/review")).json()
        approval = {"by": "老陈", "version": 2}
        refusal = await http.post(f"{address}/approve", json=approval)
        approval_response = await http.post(
            f"{address}/approve", json=approval | {"reason": "有评测报告"}
        )

    assert (second["version"], second["state"]) == (2, "draft")
    assert (draft["review"]["findings"], second["review"], read["review"]) == ([], None, None)
    assert [finding["text"] for finding in review["findings"]] == ["全国最好喝"]
    assert (refusal.status_code, refusal.json()["code"]) == (422, "open_findings")
    assert "“全国最好喝”：绝对化用语" in refusal.json()["detail"]
    assert (approval_response.status_code, approval_response.json()["state"]) == (200, "approved")
    assert approval_response.json()["approval"] | {"at": 0.0} == {
        "by": "老陈", "version": 2, "at": 0.0, "reason": "有评测报告",
    }  # fmt: skip


async def test_who_wrote_a_version_does_not_approve_it(open_service: Open) -> None:
    async with open_service(writer=FakeWriter(answer=TEXT)) as service, client(service) as http:
        draft = await create_draft(http, channel="ad")
        address = f"{DRAFTS}/{draft['id']}"
        await http.put(
            address, json={"editor": "小周", "version": 1, "text": "明前龙井，50 克 168 元。"}
        )
        approvals = [
            await http.post(f"{address}/approve", json={"by": name, "version": version})
            for name, version in [("小林", 2), (" 小周 ", 2), ("老陈", 1), ("老陈", 2), ("老陈", 2)]
        ]

    assert [(each.status_code, each.json().get("code")) for each in approvals] == [
        (403, "self_approval"), (403, "self_approval"), (409, "stale_version"), (200, None),
        (409, "wrong_state"),
    ]  # fmt: skip


async def test_a_rejected_draft_is_edited_again(open_service: Open) -> None:
    async with open_service(writer=FakeWriter(answer=TEXT)) as service, client(service) as http:
        draft = await create_draft(http, channel="ad")
        address = f"{DRAFTS}/{draft['id']}"
        rejection = await http.post(f"{address}/reject", json={"by": "老陈", "reason": "太平淡"})
        approval = await http.post(f"{address}/approve", json={"by": "老陈", "version": 1})
        edit = {"editor": "小林", "version": 1, "text": TEXT}
        stale = await http.put(address, json=edit | {"version": 2})
        edition = await http.put(address, json=edit)

    assert (rejection.json()["state"], rejection.json()["reason"]) == ("rejected", "老陈：太平淡")
    assert (approval.status_code, approval.json()["code"]) == (409, "wrong_state")
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert "没有第 2 版：最新的是第 1 版" in stale.json()["detail"]
    assert (edition.json()["state"], edition.json()["reason"]) == ("draft", "")


async def test_a_broadcast_is_a_mass_message_of_text(open_service: Open) -> None:
    async with open_service(writer=FakeWriter(answer=TEXT)) as service, client(service) as http:
        draft = await create_draft(http, channel="broadcast")
        post = (await http.get(f"/api/v1/posts/{draft['post']}")).json()
        review = (await http.get(f"{DRAFTS}/{draft['id']}/review")).json()

    text = draft["versions"][0]["text"]
    assert (post["channel"], post["articles"]) == (
        "mass", [{"article_type": "text", "text": text, "ai_generated": True}],
    )  # fmt: skip
    assert (review["text"], review["is_clean"]) == (text, True)


async def test_an_article_is_edited_and_approved_as_a_post(open_service: Open) -> None:
    title, post_channel = "明前龙井，产自杭州西湖龙井村", "publish"  # the first that was written
    async with open_service(writer=FakeWriter(answer=TEXT)) as service, client(service) as http:
        draft = await create_draft(http, channel="article")
        address, post_address = f"{DRAFTS}/{draft['id']}", f"/api/v1/posts/{draft['post']}"
        post = (await http.get(post_address)).json()
        article = post["articles"][0]
        edit = {"editor": "小周", "version": 1, "articles": [article | {"source": ABSOLUTE}]}
        await http.put(post_address, json=edit | {"channel": post_channel})
        review = (await http.get(f"{address}/review")).json()
        refusals = [
            await http.put(address, json={"editor": "小周", "version": 1, "text": "新茶"}),
            await http.post(f"{address}/approve", json={"by": "老陈", "version": 1}),
            await http.post(f"{address}/reject", json={"by": "老陈"}),
        ]

    assert (post["author"], post["channel"], post["state"]) == ("小林", post_channel, "draft")
    assert (article["title"], article["source"]) == (title, draft["versions"][0]["text"])
    assert article["ai_generated"]
    assert (review["version"], review["text"].splitlines()[-1]) == (2, ABSOLUTE)
    assert {(each.status_code, each.json()["code"]) for each in refusals} == {
        (409, "draft_is_post")
    }


async def test_a_post_of_a_draft_is_approved_with_its_claims_supported_or_signed_for(
    open_service: Open,
) -> None:
    opening = open_service(writer=FakeWriter(answer=TEXT), cover_font=FONT)
    async with opening as service, client(service) as http:
        draft = await create_draft(http, channel="article")
        address = f"/api/v1/posts/{draft['post']}"
        post = (await http.get(address)).json()
        article = post["articles"][0] | {
            "title": "安溪的**明前龙井**", "source": f"<p>{TEXT}</p>", "format": "html",
        }  # fmt: skip
        edit = {"editor": "小周", "version": 1, "channel": "publish", "articles": [article]}
        await http.put(address, json=edit)
        await http.post(f"{address}/submit", json={"version": 2})
        findings = (await http.get(f"{address}/findings")).json()
        approval = {"by": "老陈", "version": 2}
        refusal = await http.post(f"{address}/approve", json=approval)
        signature = await http.post(f"{address}/approve", json=approval | {"reason": "安溪有分厂"})

    assert findings == {
        "findings": [],
        "open_points": [
            {
                "quote": "安溪的**明前龙井**",
                "sentence": "“安溪的**明前龙井**”：事实里没有“安溪”",
            }
        ],
    }
    assert (refusal.status_code, refusal.json()["code"]) == (422, "open_findings")
    assert "“安溪的**明前龙井**”：事实里没有“安溪”" in refusal.json()["detail"]
    assert (signature.status_code, signature.json()["approval"]["reason"]) == (200, "安溪有分厂")


async def test_only_a_finished_job_gives_drafts(api_only: Service) -> None:
    jobs = MarketingJobs(api_only.engine)
    async with client(api_only) as http:
        brief = await create_brief(http)
        request = {"brief": brief, "brief_version": 1, "count": 1}
        job = await jobs.add("default", "copy", "小林", request)
        order = {"author": "小林", "job": job.id, "variant": 2}
        waiting = await http.post(DRAFTS, json=order)
        await jobs.lease_next("w", ["copy"])
        await jobs.finish(job, "w", {"variants": [VARIANT], "similarity": 0.0})
        beyond = await http.post(DRAFTS, json=order)
        first = await http.post(DRAFTS, json=order | {"variant": 1})
        unknown = await http.post(DRAFTS, json=order | {"job": "0" * 32})
        missing = await http.get(f"{DRAFTS}/{'0' * 32}")

    assert (waiting.status_code, waiting.json()["code"]) == (409, "job_not_done")
    assert (beyond.status_code, beyond.json()["code"]) == (404, "unknown_variant")
    assert first.json()["origin"] == {
        "job": job.id, "variant": 1, "form": "fact", "model": "m-1", "prompt": prompt_version(),
        "tokens": 30, "seconds": 1.5, "seed": 7,
    }  # fmt: skip
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_job")
    assert (missing.status_code, missing.json()["code"]) == (404, "unknown_draft")


async def test_a_text_of_a_template_is_not_labelled_as_generated(huiyin: Service) -> None:
    async with client(huiyin) as http:
        job = await write_copy(http, await create_brief(http, channel="article"))
        order = {"author": "小林", "job": job["id"], "variant": 1, "title": "春茶到店"}
        draft = (await http.post(DRAFTS, json=order)).json()
        post = (await http.get(f"/api/v1/posts/{draft['post']}")).json()

    [article] = post["articles"]
    assert (article["title"], article["ai_generated"]) == ("春茶到店", False)
