from collections.abc import AsyncIterator

import pytest

from tests.simulator.calling import Caller
from tests.simulator.serving import SharedServer, sharing_server


@pytest.fixture(scope="module")
async def server(anyio_backend: str) -> AsyncIterator[SharedServer]:
    """One server for the module."""
    async with sharing_server() as shared:
        yield shared


@pytest.fixture
async def caller(server: SharedServer) -> Caller:
    """A verified service account at a platform of its own."""
    return await server.start_platform()
