"""Loads images from public https addresses, within bounds of size, time and redirects."""

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from app.kit.http_clients import uses_proxy
from app.publishing.images.errors import BadImage

MAX_BYTES = 30 * 1024 * 1024
WITHIN = 30.0  # seconds for one image, with its redirects
MAX_REDIRECTS = 3
_TOO_LARGE = f"图片超过 {MAX_BYTES // 1024 // 1024} MB，请压缩后再用。"


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet."""
    return ipaddress.ip_address(address.partition("%")[0]).is_global


@dataclass(frozen=True, slots=True)
class ImageLoader:
    """Loads images. `may_connect` tells which IP addresses it may connect to.

    `is_proxied` tells which hosts are reached through a proxy: the proxy looks the name up then,
    which may be unknown here.
    """

    http: httpx.AsyncClient
    may_connect: Callable[[str], bool] = is_public
    schemes: tuple[str, ...] = ("https",)
    is_proxied: Callable[[str], bool] = uses_proxy

    async def load(self, source: str) -> bytes:
        """The image's bytes. Raises BadImage, which says why in Chinese."""
        try:
            async with asyncio.timeout(WITHIN):
                return await self._follow(source)
        except TimeoutError:
            raise BadImage(f"{WITHIN:.0f} 秒内没有下载完，请换一个地址或直接上传。") from None
        except httpx.HTTPError as error:
            raise BadImage(f"下载不到（{type(error).__name__}），请检查地址。") from None

    async def _follow(self, source: str) -> bytes:
        for _ in range(MAX_REDIRECTS + 1):
            content, source = await self._request(source)
            if content is not None:
                return content
        raise BadImage("地址跳转太多次，请用图片的最终地址。")

    async def _request(self, source: str) -> tuple[bytes | None, str]:
        """The content, or None and the address to go on with."""
        url = self._parse(source)
        target = await self._choose_target(url)
        headers = {"Host": url.netloc.decode(), "Accept": "image/*"}
        extensions = {"sni_hostname": url.host}
        async with self.http.stream(
            "GET", target, headers=headers, extensions=extensions, follow_redirects=False
        ) as response:
            if response.has_redirect_location:
                return None, str(url.join(response.headers["Location"]))
            if response.status_code in {404, 410}:
                raise BadImage("图片不存在（404），请检查地址。")
            if response.status_code != httpx.codes.OK:
                raise BadImage(f"下载不到（HTTP {response.status_code}），请检查地址。")
            return await _read(response), source

    def _parse(self, source: str) -> httpx.URL:
        try:
            url = httpx.URL(source)
        except httpx.InvalidURL:
            raise BadImage("不是图片地址。") from None
        if url.scheme not in self.schemes or not url.host or url.userinfo:
            raise BadImage("只能用 https:// 开头的公网地址，或者直接上传图片。")
        return url

    async def _choose_target(self, url: httpx.URL) -> httpx.URL:
        """The URL with the address that was checked: a second look-up could give a private one.

        A proxy is given the name: TLS needs it, and the proxy may be the only way to look it up.
        Raises BadImage when an address of the host isn't allowed.
        """
        addresses = await self._resolve(url)
        if not all(map(self.may_connect, addresses)):
            raise BadImage("地址指向内网，不能使用。")
        if self.is_proxied(url.host) and (addresses or "." in url.host):
            return url
        if not addresses:
            raise BadImage("域名解析不到，请检查地址。")
        return url.copy_with(host=addresses[0])

    async def _resolve(self, url: httpx.URL) -> list[str]:
        """The IP addresses of the host; none where it isn't known."""
        try:
            infos = await asyncio.get_running_loop().getaddrinfo(
                url.host, url.port or 443, type=socket.SOCK_STREAM
            )
        except (OSError, UnicodeError):
            return []
        return [str(info[4][0]) for info in infos]


async def _read(response: httpx.Response) -> bytes:
    if int(response.headers.get("Content-Length") or 0) > MAX_BYTES:
        raise BadImage(_TOO_LARGE)
    content = bytearray()
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) > MAX_BYTES:
            raise BadImage(_TOO_LARGE)
    return bytes(content)
