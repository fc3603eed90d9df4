"""Bad input over REST: each a clear answer, nothing sent twice, nothing lost."""

import base64
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.publishing.sending.outcomes import NO_RIGHT
from app.simulator.accounts.followers import Follower
from app.simulator.families.freepublish import SUBMIT
from app.simulator.families.mass_send import SEND_ALL
from app.simulator.platform import Platform
from app.simulator.publishing.jobs import JobPlans, MassPlan, PublishPlan
from tests.conftest import Open
from tests.publishing.images.https_pictures import HOST, open_pictures
from tests.publishing.rest import POSTS, PublishingApi, open_publishing

ADD = "/cgi-bin/draft/add"
ARTICLE: dict[str, Any] = {"source": "# 春茶上新\n\n今年的龙井到店了。"}


def make_animated_webp() -> str:
    """A data URI with an animated webp."""
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "green")]
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:])
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode()


def tag_followers(platform: Platform, tags: dict[int, list[str]]) -> None:
    """Give the platform's tags followers."""
    book = platform.account().followers
    for tag_id, openids in tags.items():
        book.tags[tag_id] = f"标签{tag_id}"
        for openid in openids:
            book.followers.setdefault(openid, Follower()).tag_ids.append(tag_id)


async def check(api: PublishingApi, **article: Any) -> list[tuple[str, str]]:
    """Severity and sentence of each finding."""
    response = await api.http.post(f"{POSTS}/check", json={"articles": [ARTICLE | article]})
    assert response.status_code == 200, response.text
    [checked] = response.json()["articles"]
    return [(finding["severity"], finding["message"]) for finding in checked["findings"]]


async def test_what_an_article_may_not_be_is_named_before_anything_is_called(
    open_service: Open,
) -> None:
    async with open_publishing(open_service) as api:
        title = await check(api, title="茶" * 33)
        digest = await check(api, digest="茶" * 129)
        long = await check(api, source="# 茶\n\n" + "茶" * 20_001)
        heavy = await check(api, source="# 茶\n\n" + "## 茶\n\n" * 12_000)
        body = {"articles": [ARTICLE | {"source": "茶" * 200_001}]}
        huge = await api.http.post(f"{POSTS}/check", json=body)
        hostile = await check(
            api,
            format="html",
            source="<h1>茶</h1><script>x()</script><iframe src='//a'></iframe>"
            "<style>p { color: red; position: fixed }</style><p>到店</p>",
        )
        post = await api.create(ARTICLE | {"theme": "neon"})
        theme = await api.refuse(post, "submit", version=1)
        post = await api.create(ARTICLE | {"title": "茶" * 33})
        refused = await api.refuse(post, "submit", version=1)

    assert title == [("error", "标题有 33 个字，最多 32 个，请缩短。")]
    assert digest == [("error", "摘要有 129 个字，最多 128 个，请缩短。")]
    assert [severity for severity, _ in long] == ["error"]
    assert long[0][1].startswith("正文排版后有 20,")
    assert "要少于 20,000 个" in long[0][1]
    assert ("error", "正文排版后超过 1 MB：请精简，或拆成几篇。") in heavy
    assert (huge.status_code, huge.json()["code"]) == (413, "article_too_long")
    assert hostile == [
        ("warning", "公众号文章不支持脚本，已去掉。"),
        ("warning", "公众号文章不支持内嵌页面（iframe），已去掉。"),
    ]
    assert (theme[0], theme[1][:16]) == (422, "没有名为“neon”的主题。可用的主题"[:16])
    assert refused == (422, "标题有 33 个字，最多 32 个，请缩短。")
    assert api.platform.calls[ADD] == api.platform.calls[SUBMIT] == 0


async def test_images_that_can_not_be_used_are_named_each(
    open_service: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with (
        open_pictures(tmp_path, monkeypatch),
        open_publishing(open_service) as api,
    ):
        source = "# 茶\n\n![好](https://{0}/a.png)\n\n![大](https://{0}/large.png)"
        source += "\n\n![无](https://{0}/missing.png)\n\n![动]({1})"
        findings = await check(api, source=source.format(HOST, make_animated_webp()))

    assert findings == [
        ("error", f"图片 https://{HOST}/large.png：图片超过 30 MB，请压缩后再用。"),
        ("error", f"图片 https://{HOST}/missing.png：图片不存在（404），请检查地址。"),
        ("error", "图片 内嵌图片：是动态的 WEBP，公众号不支持；请改用 GIF 动图。"),
    ]


async def test_steps_out_of_order_are_refused_and_nothing_is_sent(open_service: Open) -> None:
    async with open_publishing(open_service) as api:
        plans = api.platform.account().store(JobPlans).publications
        plans.append(PublishPlan(seconds=0))
        post = await api.create(ARTICLE)
        await api.step(post, "submit", version=1)
        own = await api.refuse(post, "approve", by="小林", version=1)
        edit = {"editor": "周周", "version": 1, "articles": [ARTICLE]}
        await api.http.put(f"{POSTS}/{post}", json=edit)
        await api.step(post, "submit", version=2)
        stale = await api.refuse(post, "approve", by="王敏", version=1)
        await api.step(post, "approve", by="王敏", version=2)
        past = await api.refuse(post, "schedule", at="2020-03-01T09:00")
        calls_before = api.platform.calls[SUBMIT]
        await api.step(post, "schedule")
        await api.wait_for(post, "published")
        cancelled = await api.refuse(post, "unschedule")
        nameless = await api.refuse(post, "withdraw", by=" ")

    assert own == (403, "这个公众号不允许审核自己写的内容，请换一位同事审核。")
    assert stale == (
        409, "内容已经被修改：现在是第 2 版，您看到的是第 1 版。请刷新后再操作。"
    )  # fmt: skip
    assert past == (422, "发布时间已经过去了，请选一个将来的时间。")
    assert cancelled == (409, "这篇内容的状态是“已发布”，不能取消排期。")
    assert nameless == (422, "请写明操作人的姓名。")
    assert (calls_before, api.platform.calls[SUBMIT]) == (0, 1)


async def test_a_mass_message_to_nobody_is_refused_before_the_call(open_service: Open) -> None:
    async with open_publishing(open_service) as api:
        tag_followers(api.platform, {101: ["oAn"], 102: []})
        post = await api.create(ARTICLE, channel="mass", audience={"tag_ids": [101, 102]})
        empty = await api.refuse(post, "submit", version=1)
        unknown = await api.create(ARTICLE, channel="mass", audience={"tag_ids": [999]})
        deleted = await api.refuse(unknown, "submit", version=1)
        body = {"author": "小林", "articles": [ARTICLE], "audience": {"tag_ids": [101]}}
        silent = await api.http.post(POSTS, json=body)
        twice = await api.http.post(
            POSTS, json=body | {"channel": "mass", "audience": {"tag_ids": [101, 101]}}
        )

    assert empty == (422, "标签 102 下没有粉丝，没有人能收到，请先打标签或换一个标签。")
    assert deleted == (422, "标签 999 已经被删除（45159），请换一个标签。")
    assert [(each.status_code, each.json()["code"]) for each in (silent, twice)] == [
        (422, "bad_content"), (422, "bad_content")
    ]  # fmt: skip
    assert api.platform.calls[SEND_ALL] == 0


async def test_quota_used_up_in_mid_campaign_holds_the_rest_and_says_so(
    open_service: Open,
) -> None:
    async with open_publishing(open_service, kind="subscription") as api:
        tag_followers(api.platform, {101: ["oAn"], 102: ["oBo"]})
        api.platform.account().store(JobPlans).mass_sends.append(MassPlan(seconds=0))
        post = await api.create(ARTICLE, channel="mass", audience={"tag_ids": [101, 102]})
        await api.schedule(post)
        waiting = await api.wait_for_reason(post)
        withdrawn = await api.refuse(post, "withdraw", by="王敏")

    assert waiting["state"] == "sending"
    assert waiting["reason"].startswith("已发送 1 个标签，共 2 个。群发额度已用完，其余的标签等到")
    assert withdrawn == (409, "这篇内容的状态是“发送中”，不能撤回。")
    assert {openid: len(each) for openid, each in api.platform.sent.items() if each} == {"oAn": 1}


async def test_an_account_without_the_right_gets_html_checks_and_a_plain_sentence(
    open_service: Open,
) -> None:
    async with open_publishing(open_service, kind="personal", verified=False) as api:
        post = await api.create(ARTICLE | {"title": "茶" * 21, "theme": "ink"})
        await api.schedule(post)
        exported = await api.wait_for(post, "exported")
        preview = await api.http.get(f"{POSTS}/{post}/preview")
        export = (await api.http.get(f"{POSTS}/{post}/export")).json()
        phone = await api.refuse(post, "phone-preview", wechat_name="wang_min")
        settled = await api.refuse(post, "settle", by="王敏", is_published=True)

    assert (exported["channel"], exported["reason"]) == ("export", NO_RIGHT)
    assert export["content"] in preview.text
    assert (export["findings"], export["pictures"]) == ([], [])
    assert export["advice"].startswith("复制 content 中的 HTML，粘贴到公众平台后台")
    assert phone[0] == 403
    assert settled == (409, "这篇内容的状态是“待手动发布”，不能确认结果。")
    assert api.platform.calls[SEND_ALL] == 0
