"""Who writes, as the settings say; and the stand-in for a server as a process of its own."""

import asyncio
import socket
import sys
import time
from typing import Any

import httpx
import pytest

from app.errors import BadSettings
from app.inference import writers
from app.inference.ports import Prompt, PromptMessage
from app.inference.remote.language_models.writer import RemoteWriter
from app.kit.http_clients import open_async_client
from app.settings import Settings
from tests.service import until


def settings(**changed: Any) -> Settings:
    return Settings(_env_file=None, **changed)


async def test_nobody_writes_unless_asked_to() -> None:
    assert await writers.open_writer(settings()) is None


async def test_a_named_endpoint_writes() -> None:
    writer = await writers.open_writer(
        settings(llm_base_url="http://127.0.0.1:9/v1", llm_model="m")
    )

    assert isinstance(writer, RemoteWriter)
    await writer.close()
    assert writer.version == "m@127.0.0.1:9"


async def test_a_remote_writer_without_an_endpoint_is_refused() -> None:
    with pytest.raises(BadSettings, match="neither LLM_BASE_URL nor LLM_FILE is set"):
        await writers.open_writer(settings(generator="remote"))


async def test_the_stand_in_serves_as_a_process_of_its_own() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.llm", "--port", str(port),
        "--seconds", "0.1:0.2", "--seed", "3",
    )  # fmt: skip
    base = f"http://127.0.0.1:{port}"
    try:
        async with open_async_client() as http:
            await until(lambda: _listens(http, base))
        writer = await writers.open_writer(settings(llm_base_url=f"{base}/v1", llm_model="sim"))
        assert writer is not None
        passages = PromptMessage("user", "资料：#a1#\n[k1] 七天内可以退货。\n#a1#")
        answer = await writer.write(
            Prompt(messages=(passages,), most_tokens=100, deadline=time.monotonic() + 10)
        )
        await writer.close()
    finally:
        process.terminate()
        await process.wait()

    assert (answer.text, answer.finished) == ("七天内可以退货。[k1]", True)


async def _listens(http: httpx.AsyncClient, base: str) -> bool:
    try:
        return (await http.get(base)).status_code == httpx.codes.NOT_FOUND
    except httpx.TransportError:
        return False
