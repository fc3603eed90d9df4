"""Opens the writer that the settings name: none, local or remote."""

import asyncio
from collections.abc import Callable

import httpx
import structlog

from app.errors import BadSettings
from app.inference.ports import Writer
from app.inference.remote.language_models import servers
from app.inference.remote.language_models.writer import RemoteWriter
from app.kit.http_clients import open_async_client
from app.settings import Settings

log = structlog.get_logger()

CONNECTIONS = httpx.Limits(max_connections=64, max_keepalive_connections=16)


async def open_writer(
    settings: Settings, is_busy: Callable[[], bool] = lambda: False
) -> Writer | None:
    """Open the writer; None: answers are extracted from passages. The caller closes the writer.

    `is_busy`: whether followers wait for this process; a local writer pauses copy meanwhile.
    The local model is fetched and converted on first call, which takes minutes. Raises BadSettings.
    """
    if settings.writes == "extract":
        return None
    if settings.writes == "local":
        return await asyncio.to_thread(_open_local, settings, is_busy)
    llm_servers = servers.load_servers(settings)
    if not llm_servers:
        raise BadSettings(["GENERATOR is remote, but neither LLM_BASE_URL nor LLM_FILE is set."])
    for endpoint in llm_servers:
        log.info("writer_endpoint", endpoint=endpoint.name, url=endpoint.address)
    return RemoteWriter(llm_servers, open_async_client(limits=CONNECTIONS))


def _open_local(settings: Settings, is_busy: Callable[[], bool]) -> Writer:
    # Imported here: half a gigabyte of libraries and weights that other settings don't need.
    from app.inference.local.writer import open_local

    return open_local(settings.device, settings.threads, is_busy)
