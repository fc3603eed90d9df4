"""An article goes from Markdown over REST to a published one on the simulated platform."""

import time
from functools import partial
from typing import Any

import httpx
from pydantic import SecretStr

from app.simulator.articles import PublishedArticles
from app.simulator.jobs import JobPlans, PublishPlan
from app.simulator.platform import Platform
from app.simulator.platform_state import PlatformAccount
from tests.conftest import Open
from tests.publishing.senders import FONT
from tests.service import ACCOUNT, client, until
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
    body = {"author": "小林", "articles": [{"source": SOURCE, "theme": "ink"}]}
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
    assert published["approval"] | {"at": 0} == {"by": "王敏", "version": 1, "at": 0}
    assert platform.calls["/cgi-bin/freepublish/get"] == 0  # its event said so
