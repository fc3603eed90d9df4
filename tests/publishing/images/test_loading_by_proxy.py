"""Images over HTTPS where the only way out is a proxy: it is told the name, and TLS checks it."""

from pathlib import Path

import pytest

from app.kit.http_clients import open_async_client
from app.publishing.images.errors import BadImage
from app.publishing.images.loading import ImageLoader
from tests.publishing.images.https_pictures import HOST, open_pictures
from tests.publishing.images.pictures import draw


async def test_an_image_is_loaded_over_https_through_a_proxy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_pictures(tmp_path, monkeypatch) as requests, open_async_client() as http:
        loader = ImageLoader(http)
        picture = await loader.load(f"https://{HOST}/a.png")
        with pytest.raises(BadImage, match="地址指向内网"):
            await loader.load("https://10.0.0.1/a.png")
        with pytest.raises(BadImage, match="域名解析不到"):
            await loader.load("https://intranet-without-a-dot/a.png")

    assert picture == draw()
    assert requests == [f"CONNECT {HOST}:443 HTTP/1.1"]


async def test_the_proxy_does_not_excuse_a_wrong_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_pictures(tmp_path, monkeypatch), open_async_client() as http:
        with pytest.raises(BadImage, match="下载不到（ConnectError）"):
            await ImageLoader(http).load("https://other.invalid/a.png")
