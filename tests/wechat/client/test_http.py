"""Requests as they arrive and answers as they are read, over a socket."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.errors import BadSettings
from app.settings import Settings
from app.wechat.client.errors import ApiError
from app.wechat.client.http import (
    Download,
    FileUpload,
    PlatformHttp,
    PlatformRequest,
    open_platform_http,
)
from tests.support.raw_http import raw_server, respond
from tests.support.serve import serving

Answer = Callable[[Request], Awaitable[Response]]
ASK = PlatformRequest(method="POST", path="/x", query={"access_token": "t0ken"}, body={})


def settings_for(base: str, proxy: str = "") -> Settings:
    return Settings(_env_file=None, wechat_api_base=base, wechat_proxy=SecretStr(proxy))


@contextlib.asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[PlatformHttp]:
    app = Starlette(routes=[Route("/x", answer, methods=["GET", "POST"])])
    async with (
        serving(app) as base,
        open_platform_http(settings_for(base)) as http,
    ):
        yield PlatformHttp(http)


def reply(content: bytes, content_type: str = "application/json", **headers: str) -> Answer:
    """A route that always answers this."""

    async def answer(_: Request) -> Response:
        return Response(content, media_type=content_type, headers=headers)

    return answer


async def test_json_goes_out_unescaped() -> None:
    bodies: list[bytes] = []

    async def answer(request: Request) -> Response:
        bodies.append(await request.body())
        return JSONResponse({"errcode": 0, "errmsg": "ok", "id": 7})

    async with answering(answer) as http:
        content = await http.ask(
            PlatformRequest(method="POST", path="/x", body={"title": "您好😀", "lone": "\ud83d"})
        )

    assert bodies == ['{"title": "您好😀", "lone": "?"}'.encode()]
    assert content == {"errcode": 0, "errmsg": "ok", "id": 7}


@pytest.mark.parametrize("on_disk", [False, True])
async def test_a_file_is_streamed_with_its_length_and_progress(
    tmp_path: Path, on_disk: bool
) -> None:
    received: dict[str, Any] = {}
    progress: list[tuple[int, int]] = []
    content = bytes(range(256)) * 1024

    async def answer(request: Request) -> Response:
        received["length"] = request.headers["content-length"]
        async with request.form() as form:
            upload = form["media"]
            assert not isinstance(upload, str)
            received["file"] = (upload.filename, upload.content_type, await upload.read())
            received["description"] = form["description"]
        return JSONResponse({"media_id": "M"})

    file = tmp_path / "cover.jpg"
    file.write_bytes(content)
    upload = FileUpload(
        filename="封面.jpg",
        content=file if on_disk else content,
        content_type="image/jpeg",
        form={"description": '{"title": "片名"}'},
        progress=lambda sent, size: progress.append((sent, size)),
    )
    async with answering(answer) as http:
        answered = await http.ask(PlatformRequest(method="POST", path="/x", upload=upload))

    size = int(received["length"])
    assert answered == {"media_id": "M"}
    assert received["file"] == ("封面.jpg", "image/jpeg", content)
    assert received["description"] == '{"title": "片名"}'
    assert (progress[-1], len(progress) > 3, progress == sorted(progress)) == (
        (size, size), True, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "content_type", "disposition", "result"),
    [
        (b"\xff\xd8jpeg", "image/jpeg", 'attachment; filename="a.jpg"', "file"),
        (b'{"down_url": "http://v"}', "text/plain", None, {"down_url": "http://v"}),
        (b'{"not": "an answer"}', "application/octet-stream", "attachment", "file"),
    ],
)
async def test_a_download_is_a_file_or_json(
    content: bytes, content_type: str, disposition: str | None, result: Any
) -> None:
    headers = {"content-disposition": disposition} if disposition else {}

    async with answering(reply(content, content_type, **headers)) as http:
        answer = await http.download(ASK)

    file = Download(content, answer_type(content_type), disposition or "")
    assert answer == (file if result == "file" else result)


def answer_type(content_type: str) -> str:
    """As Starlette sends it."""
    is_text = content_type.startswith("text/")
    return f"{content_type}; charset=utf-8" if is_text else content_type


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"errcode": 40007, "errmsg": "invalid media_id"}', 40007),
        (b"x" * 101, None),
    ],
)
async def test_a_download_that_is_refused_or_too_large_is_an_error(
    content: bytes, code: int | None
) -> None:
    async with answering(reply(content)) as http:
        with pytest.raises(ApiError) as failure:
            await http.download(ASK, limit=100)

    assert failure.value.code == code


@pytest.mark.parametrize("content", [b"<html>502</html>", b"[1]", b"", b'{"errcode": '])
async def test_an_answer_that_is_no_object_is_none(content: bytes) -> None:
    async with answering(reply(content)) as http:
        with pytest.raises(ApiError) as failure:
            await http.ask(ASK)

    assert (failure.value.code, failure.value.unheard) == (None, False)


async def test_a_nickname_may_hold_control_characters_and_broken_bytes() -> None:
    async with answering(reply(b'{"nickname": "a\x01b\xff"}')) as http:
        answer = await http.ask(ASK)

    assert answer == {"nickname": "a\x01b\ufffd"}


async def test_a_platform_that_is_not_there_has_heard_nothing() -> None:
    async with open_platform_http(settings_for("http://127.0.0.1:1")) as http:
        with pytest.raises(ApiError) as failure:
            await PlatformHttp(http).ask(ASK)

    assert (failure.value.code, failure.value.unheard) == (None, True)
    assert "t0ken" not in str(failure.value)


async def test_a_message_that_repeats_the_token_is_told_without_it() -> None:
    request = PlatformRequest(method="POST", path="/x", body={}, secrets=("t0ken", ""))

    async with answering(reply(b'{"errcode": 40001, "errmsg": "bad t0ken"}')) as http:
        with pytest.raises(ApiError) as failure:
            await http.ask(request)

    assert str(failure.value) == "40001: bad ***"


async def test_the_proxy_is_used_for_the_platform_only() -> None:
    async def other(_: Request) -> Response:
        return JSONResponse({"from": "elsewhere"})

    async with (
        raw_server(lambda _: [respond('{"from": "proxy"}', "application/json")]) as proxy,
        serving(Starlette(routes=[Route("/", other)])) as elsewhere,
        open_platform_http(settings_for("http://api.invalid/wechat", proxy.base)) as http,
    ):
        answer = await PlatformHttp(http).ask(PlatformRequest(method="GET", path="/x"))
        direct = (await http.get(elsewhere)).json()

    assert (answer, direct) == ({"from": "proxy"}, {"from": "elsewhere"})
    assert proxy.targets == ["http://api.invalid/wechat/x"]


async def test_a_proxy_of_another_kind_is_refused() -> None:
    with pytest.raises(BadSettings, match="WECHAT_PROXY names a proxy of a kind"):
        open_platform_http(settings_for("https://api.weixin.qq.com", "ftp://secret@host"))
