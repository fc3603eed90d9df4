"""Images from the web: which addresses are loaded, and what is said of the others."""

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.kit.http_clients import open_async_client
from app.publishing.images.errors import BadImage
from app.publishing.images.loading import MAX_BYTES, ImageLoader, is_public
from tests.publishing.images.pictures import draw
from tests.support.serve import serving

ANSWERS = {
    "a.png": Response(draw(), media_type="image/png"),
    "moved.png": RedirectResponse("/a.png"),
    "loop.png": RedirectResponse("/loop.png"),
    "large.png": Response(b"\0" * (MAX_BYTES + 1)),
    "broken.png": Response(status_code=500),
}


def answer(request: Request) -> Response:
    return ANSWERS.get(request.path_params["name"], Response(status_code=404))


async def load(name: str, loader_options: dict[str, object] | None = None) -> bytes:
    """The image of that name from a server on this machine."""
    options = loader_options or {"may_connect": lambda _: True, "schemes": ("http",)}
    app = Starlette(routes=[Route("/{name}", answer)])
    async with serving(app) as base, open_async_client() as http:
        loader = ImageLoader(http, **options)  # type: ignore[arg-type]
        return await loader.load(f"{base}/{name}")


async def test_an_image_is_loaded_after_redirects_too() -> None:
    assert await load("a.png") == draw()
    assert await load("moved.png") == draw()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("missing.png", "图片不存在（404）"),
        ("broken.png", "HTTP 500"),
        ("loop.png", "跳转太多次"),
        ("large.png", "图片超过 30 MB"),
    ],
)
async def test_an_image_that_is_not_there_is_named(name: str, reason: str) -> None:
    with pytest.raises(BadImage, match=reason):
        await load(name)


async def test_nothing_is_loaded_from_this_machine_or_its_network() -> None:
    with pytest.raises(BadImage, match="地址指向内网"):
        await load("a.png", {"schemes": ("http",)})
    assert [is_public(each) for each in ("10.0.0.1", "169.254.169.254", "::1", "8.8.8.8")] == [
        False, False, False, True
    ]  # fmt: skip


@pytest.mark.parametrize(
    "source", ["http://a.example/a.png", "file:///etc/passwd", "a.png", "https://"]
)
async def test_only_https_addresses_are_loaded(source: str) -> None:
    async with httpx.AsyncClient() as http:
        with pytest.raises(BadImage, match="只能用 https"):
            await ImageLoader(http).load(source)
