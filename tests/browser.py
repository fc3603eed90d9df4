"""A real browser for tests and pictures: Chromium, driven by ChromeDriver over HTTP."""

import asyncio
import base64
import contextlib
import shutil
import socket
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx

from tests.pace import seconds

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars", "--lang=zh-CN",
]  # fmt: skip
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"  # the key that the WebDriver standard gives one


def is_at_hand() -> bool:
    """Whether browser and driver are installed on this machine."""
    return bool(_program() and shutil.which("chromedriver"))


@dataclass(frozen=True, slots=True)
class Browser:
    """One window."""

    http: httpx.AsyncClient
    session: str

    async def open(self, url: str) -> None:
        """Returns when the page has loaded."""
        await self._ask("POST", "url", url=url)

    async def run(self, script: str, *values: Any) -> Any:
        """What a JavaScript function body returns; `arguments` are the values."""
        return await self._ask("POST", "execute/sync", script=script, args=[*values])

    async def click(self, css: str) -> None:
        """As a person does: where it is covered or hidden, the driver refuses."""
        await self._ask("POST", f"element/{await self._element(css)}/click")

    async def type(self, css: str, text: str) -> None:
        """Key by key."""
        await self._ask("POST", f"element/{await self._element(css)}/value", text=text)

    async def text(self, css: str) -> str:
        """As it is shown."""
        return str(await self._ask("GET", f"element/{await self._element(css)}/text"))

    async def until(self, script: str, within: float = 15.0) -> None:
        """Wait for a script to return something true.

        Raises TimeoutError after `within` seconds of an idle machine.
        """
        async with asyncio.timeout(seconds(within)):
            while not await self.run(script):  # noqa: ASYNC110 - a page sends no event to us
                await asyncio.sleep(0.05)

    async def picture(self) -> bytes:
        """The window as a PNG."""
        return base64.b64decode(await self._ask("GET", "screenshot"))

    async def _element(self, css: str) -> str:
        reply = await self._ask("POST", "element", using="css selector", value=css)
        return str(reply[_ELEMENT])

    async def _ask(self, method: str, path: str, **body: Any) -> Any:
        answered = await self.http.request(
            method, f"/session/{self.session}/{path}", json=body if method == "POST" else None
        )
        value = answered.json()["value"]
        if answered.is_error:
            raise RuntimeError(f"{value['error']}: {value['message'].splitlines()[0]}")
        return value


@contextlib.asynccontextmanager
async def open_browser(width: int, height: int, scale: float = 1.0) -> AsyncIterator[Browser]:
    """A window of this size in CSS pixels, with nothing remembered."""
    async with contextlib.AsyncExitStack() as stack:
        profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        stack.callback(profile.cleanup)
        http = await stack.enter_async_context(_driver())
        flags = [*_FLAGS, f"--user-data-dir={profile.name}"]
        session = await _new_session(http, flags, (width, height, scale))
        stack.push_async_callback(http.delete, f"/session/{session}")
        yield Browser(http, session)


@contextlib.asynccontextmanager
async def _driver() -> AsyncIterator[httpx.AsyncClient]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    silent = asyncio.subprocess.DEVNULL
    driver = await asyncio.create_subprocess_exec(
        "chromedriver", f"--port={port}", stdout=silent, stderr=silent
    )
    base = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=base, timeout=60, trust_env=False) as http:
            await _until_ready(http, time.monotonic() + 30)
            yield http
    finally:
        driver.terminate()
        await driver.wait()


async def _until_ready(http: httpx.AsyncClient, until: float) -> None:
    while not await _is_ready(http):
        if time.monotonic() > until:
            raise TimeoutError("chromedriver does not start")
        await asyncio.sleep(0.05)


async def _is_ready(http: httpx.AsyncClient) -> bool:
    try:
        return bool((await http.get("/status")).json()["value"]["ready"])
    except httpx.TransportError:
        return False


async def _new_session(
    http: httpx.AsyncClient, flags: list[str], size: tuple[int, int, float]
) -> str:
    metrics = dict(zip(("width", "height", "pixelRatio"), size, strict=True))
    options = {
        "binary": _program(), "args": flags,
        "mobileEmulation": {"deviceMetrics": metrics | {"touch": False, "mobile": False}},
    }  # fmt: skip
    request_body = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}
    value = (await http.post("/session", json=request_body)).raise_for_status().json()["value"]
    return str(value["sessionId"])


def _program() -> str | None:
    return next((path for name in _PROGRAMS if (path := shutil.which(name))), None)
