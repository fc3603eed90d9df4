"""A worker's process is killed (SIGKILL) between a call and its note: nothing twice, none lost."""

import asyncio
import sys
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from app.publishing.sending.sender import LEASE
from app.publishing.values import Channel, Post, PostState
from app.simulator.families.freepublish import SUBMIT
from app.simulator.families.mass_send import SEND_ALL
from tests.pace import seconds
from tests.publishing.factories import make_content
from tests.publishing.sending.senders import SenderSetup, open_sender
from tests.support.serve import serving

ADD, DELETE = "/cgi-bin/draft/add", "/cgi-bin/freepublish/delete"
CHILD = "tests.publishing.sending.sender_process"


@dataclass
class DeadlyApp:
    """The platform, whose answer to one call is never heard: the caller is killed before it."""

    app: Any
    path: str
    is_done: bool  # whether the platform does what it is asked, or the request gets lost, too
    caller: asyncio.subprocess.Process | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer, or kill the caller at the path."""
        if self.caller is None or scope.get("path") != self.path:
            await self.app(scope, receive, send)
            return
        if self.is_done:
            await self.app(scope, receive, _drop)
        self.caller.kill()
        await self.caller.wait()
        await self.app(scope | {"path": "/nowhere"}, receive, _drop)


async def _drop(_: Any) -> None:
    """Nobody hears the answer."""


async def kill_at(
    setup: SenderSetup, engine: AsyncEngine, redis_url: str, path: str, *, is_done: bool = True
) -> None:
    """Let a worker's process send what is due, and kill it when it calls the path."""
    app = DeadlyApp(setup.platform.app, path, is_done)
    database_url = engine.url.render_as_string(hide_password=False)
    async with serving(app) as base:
        arguments = ("-m", CHILD, base, redis_url, database_url, str(setup.clock()))
        app.caller = await asyncio.create_subprocess_exec(sys.executable, *arguments)
        async with asyncio.timeout(seconds(60)):
            assert await app.caller.wait() == -9


async def finish(setup: SenderSetup, post: Post) -> Post:
    """The post once another worker has taken over and the platform was asked for two hours."""
    for pause in (LEASE + 1, 60, 300, 1_800, 1_800, 3_600):
        await setup.pass_time(pause)
    return await setup.read(post)


@pytest.mark.parametrize(
    ("channel", "path", "is_done"),
    [
        ("publish", ADD, True),
        ("publish", SUBMIT, True),
        ("publish", SUBMIT, False),
        ("mass", SEND_ALL, True),
        ("mass", SEND_ALL, False),
    ],
)
async def test_a_post_of_a_killed_worker_is_sent_once_by_another(
    engine: AsyncEngine, redis_url: str, channel: Channel, path: str, is_done: bool
) -> None:
    async with open_sender(engine, redis_url) as setup:
        post = await setup.schedule(make_content(channel=channel))
        await kill_at(setup, engine, redis_url, path, is_done=is_done)
        orphan = await setup.read(post)
        finished = await finish(setup, post)
        received = len(setup.platform.sent["oMei"])

    assert (orphan.state, finished.state) == (PostState.SENDING, PostState.PUBLISHED)
    assert [each.articles[0]["title"] for each in setup.published] == ["春茶上新"]
    assert received == (1 if channel == "mass" else 0)
    assert setup.drafts.drafts == {}


async def test_a_withdrawal_of_a_killed_worker_is_made_again(
    engine: AsyncEngine, redis_url: str
) -> None:
    async with open_sender(engine, redis_url) as setup:
        post = await setup.schedule()
        await setup.sender.send_due()
        await setup.pass_time(60)
        await setup.service.withdraw("default", post.id, by="王敏", reason="价格写错")
        await kill_at(setup, engine, redis_url, DELETE, is_done=False)
        still_there = [message.is_gone for message in setup.published]
        withdrawn = await finish(setup, post)

    assert (still_there, [message.is_gone for message in setup.published]) == ([False], [True])
    assert (withdrawn.state, withdrawn.reason) == (PostState.WITHDRAWN, "王敏：价格写错")
