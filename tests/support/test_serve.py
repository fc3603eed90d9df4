import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.simulator.callback.wechat import WeChat
from app.simulator.callback.wire import CallbackAccount
from app.simulator.phones.phone import Phone
from tests.support.serve import serving

ACCOUNT = CallbackAccount("wx1", "token", "/wechat/brand")


async def test_an_app_that_hangs_does_not_hold_the_end_of_the_block() -> None:
    async def hang(_: Request) -> Response:
        await asyncio.Event().wait()
        raise AssertionError

    app = Starlette(routes=[Route(ACCOUNT.path, hang, methods=["POST"])])
    async with (
        asyncio.timeout(3),
        serving(app) as base,
        WeChat(account=ACCOUNT, bases=[base]) as wechat,
    ):
        waiting = asyncio.create_task(Phone(wechat, "mei").say("在吗"))
        await asyncio.sleep(0.05)
        waiting.cancel()

    assert waiting.cancelled()


async def test_the_app_is_started_before_the_block_and_stopped_after_it() -> None:
    events = []

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        events.append("started")
        yield
        events.append("stopped")

    async with serving(Starlette(lifespan=lifespan)):
        events.append("served")

    assert events == ["started", "served", "stopped"]


async def test_an_app_that_does_not_start_is_an_error_of_the_block() -> None:
    settings: dict[str, str] = {}

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, str]]:
        yield {"database": settings["database"]}

    with pytest.raises(RuntimeError, match="the app did not start"):
        async with serving(Starlette(lifespan=lifespan)):
            raise AssertionError("never served")
