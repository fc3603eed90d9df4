"""An article goes from Markdown over REST to a published one on the simulated platform."""

import time
from functools import partial
from typing import Any

import httpx
from pydantic import SecretStr

from app.simulator.accounts.state import PlatformAccount
from app.simulator.platform import Platform
from app.simulator.publishing.articles import PublishedArticles
from app.simulator.publishing.comment_threads import add_comment
from app.simulator.publishing.jobs import JobPlans, PublishPlan
from tests.conftest import Open
from tests.publishing.sending.senders import FONT
from tests.service import ACCOUNT, SHIPPED, SHIPPING, client, until
from tests.support.serve import serving

POSTS = "/api/v1/posts"
SOURCE = """# 春茶上新

今年的**龙井**到店了，[产地介绍](https://tea.example/longjing)。

| 品名 | 价格 |
| --- | --- |
| 龙井 | 128 元 |
"""


def make_platform() -> Platform:
    """The platform of the service's account; a publication is done at once."""
    account = PlatformAccount(appid=ACCOUNT.appid, secret="secret")
    platform = Platform([account])
    platform.account().store(JobPlans).publications.append(PublishPlan(seconds=0))
    return platform


async def take_step(http: httpx.AsyncClient, post: str, step: str, **body: Any) -> dict[str, Any]:
    """The answer to a step that succeeds."""
    response = await http.post(f"{POSTS}/{post}/{step}", json=body)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def read(http: httpx.AsyncClient, post: str) -> dict[str, Any]:
    """The post with its steps."""
    return dict((await http.get(f"{POSTS}/{post}")).json())


async def is_submitted(http: httpx.AsyncClient, post: str) -> bool:
    """Whether the platform's publish_id is stored."""
    steps = (await read(http, post))["steps"]
    return any(step["name"] == "publish" and step["ended_at"] for step in steps)


async def is_published(http: httpx.AsyncClient, post: str) -> bool:
    """Whether the post counts as published."""
    return bool((await read(http, post))["state"] == "published")


async def approve_new_post(http: httpx.AsyncClient) -> str:
    """The id of a post by 小林 that 王敏 has approved."""
    article = {"source": SOURCE, "theme": "ink", "open_comments": True}
    body = {"author": "小林", "articles": [article]}
    post = str((await http.post(POSTS, json=body)).json()["id"])
    await take_step(http, post, "submit", version=1)
    await take_step(http, post, "approve", by="王敏", version=1)
    return post


async def test_an_article_is_approved_previewed_scheduled_and_published(
    open_service: Open,
) -> None:
    platform, secret = make_platform(), SecretStr("secret")
    async with (
        serving(platform.app) as base,
        open_service(wechat_api_base=base, wechat_secret=secret, cover_font=FONT) as running,
        running.wechat() as wechat,
        client(running) as http,
    ):
        platform.connect(wechat)
        post = await approve_new_post(http)
        preview = (await http.get(f"{POSTS}/{post}/preview")).text
        export = (await http.get(f"{POSTS}/{post}/export")).json()
        await take_step(http, post, "schedule")
        await until(partial(is_submitted, http, post))
        pushed = await platform.push_due_events()
        await until(partial(is_published, http, post))
        published = await read(http, post)

    [message] = platform.account().store(PublishedArticles).list_published(time.time())
    [article] = message.articles
    assert pushed == 1
    assert (article["title"], article["content"]) == ("春茶上新", export["content"])
    assert article["content"] in preview
    assert published["urls"] == message.urls
    assert published["approval"] | {"at": 0} == {"by": "王敏", "version": 1, "at": 0, "reason": ""}
    assert platform.calls["/cgi-bin/freepublish/get"] == 0  # its event said so


async def publish_post(http: httpx.AsyncClient, platform: Platform) -> str:
    """The id of a published post."""
    post = await approve_new_post(http)
    await take_step(http, post, "schedule")
    await until(partial(is_submitted, http, post))
    await platform.push_due_events()
    await until(partial(is_published, http, post))
    return post


async def test_comments_are_answered_by_a_named_person(open_service: Open) -> None:
    platform, secret = make_platform(), SecretStr("secret")
    async with (
        serving(platform.app) as base,
        open_service(wechat_api_base=base, wechat_secret=secret, cover_font=FONT) as running,
        running.wechat() as wechat,
        client(running) as http,
    ):
        platform.connect(wechat)
        post = await publish_post(http, platform)
        [message] = platform.account().store(PublishedArticles).list_published(time.time())
        comment = add_comment(
            platform.account(), message.msg_data_id, 0,
            openid="mei", content=SHIPPING, now=time.time(),
        ).comment_id  # fmt: skip
        comments = f"{POSTS}/{post}/comments"
        suggestion = (await http.post(f"{comments}/suggestion", json={"text": SHIPPING})).json()
        reply = {"comment": comment, "text": suggestion["reply"]}
        nameless = await http.post(f"{comments}/replies", json=reply | {"by": " "})
        answered = await http.post(f"{comments}/replies", json=reply | {"by": "王敏"})
        again = await http.post(f"{comments}/replies", json=reply | {"by": "王敏"})
        elect = {"action": "elect", "comment": comment}
        elected = await http.post(f"{comments}/actions", json=elect)
        page = (await http.get(comments)).json()
        await http.post(f"{comments}/actions", json={"action": "delete", "comment": comment})
        left = (await http.get(comments)).json()

    assert suggestion == {"reply": SHIPPED}
    assert (nameless.status_code, nameless.json()["detail"]) == (
        422, "回复留言要写明是谁确认的：请填写 by。"
    )  # fmt: skip
    assert [answered.status_code, elected.status_code] == [204, 204]
    assert (again.status_code, "88005" in again.json()["detail"]) == (409, True)
    assert [(each["reply"]["content"], each["comment_type"]) for each in page["comment"]] == [
        (SHIPPED, 1)
    ]
    assert left["total"] == 0


async def test_a_phone_preview_keeps_the_draft_that_is_sent_later(open_service: Open) -> None:
    platform, secret = make_platform(), SecretStr("secret")
    async with (
        serving(platform.app) as base,
        open_service(wechat_api_base=base, wechat_secret=secret, cover_font=FONT) as running,
        running.wechat() as wechat,
        client(running) as http,
    ):
        platform.connect(wechat)
        post = await approve_new_post(http)
        preview = await take_step(http, post, "phone-preview", wechat_name="wang_min")
        await take_step(http, post, "schedule")
        await until(partial(is_submitted, http, post))
        late = await http.post(f"{POSTS}/{post}/phone-preview", json={"wechat_name": "wang_min"})

    assert preview == {"sent_to": "wang_min"}
    assert len(platform.sent["wang_min"]) == 1
    assert platform.calls["/cgi-bin/draft/add"] == 1
    assert (late.status_code, late.json()["detail"]) == (409, "已经开始发送，不能再发手机预览。")
