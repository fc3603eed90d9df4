"""Makes docs/playground.png: a new embedded service, and a chat with its sample shop.

`python -m tests.picture [FILE]`; needs Chromium, ChromeDriver and a Chinese font.
"""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from tests import browser

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "playground.png"
SIZE = (1180, 860)
CHAT = ("没开的绿茶怎么存放", "订单 TH10240003 到哪了", "送长辈买什么茶好")


async def _picture() -> bytes:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with _service(PORT=port, DATA_DIR=folder, CONSENT="false"):
            return await _photographed(f"http://127.0.0.1:{port}/playground")


@contextlib.asynccontextmanager
async def _service(**settings: str) -> AsyncIterator[None]:
    service = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "app", "both", cwd=ROOT, stdout=asyncio.subprocess.PIPE,
        env=os.environ | settings,  # noqa: TID251 - of a process that is started
    )  # fmt: skip
    assert service.stdout is not None
    try:
        while b"is ready" not in (line := await service.stdout.readline()):
            if not line:
                raise RuntimeError("the service did not start")
        yield
    finally:
        if service.returncode is None:
            service.send_signal(signal.SIGTERM)
        await service.wait()


async def _photographed(url: str) -> bytes:
    async with browser.open_browser(*SIZE) as page:
        await page.open(url)
        for text in CHAT:
            await page.type("#text", f"{text}\n")
            await page.until(
                "return document.getElementById('presence').textContent === '公众号'", 60
            )
        await page.run("document.activeElement.blur()")
        await asyncio.sleep(0.5)  # the scrolling ends
        return await page.picture()


if __name__ == "__main__":
    if not browser.is_at_hand():
        sys.exit("needs chromium and chromedriver; on Debian: apt install chromium-driver")
    picture = Path(sys.argv[1]) if sys.argv[1:] else PICTURE
    picture.write_bytes(asyncio.run(_picture()))
