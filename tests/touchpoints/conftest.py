from collections.abc import AsyncIterator

import pytest

from tests.conftest import Open
from tests.touchpoints.shops import Shop, open_shop


@pytest.fixture
async def shop(open_service: Open) -> AsyncIterator[Shop]:
    """A shop of a verified service account."""
    async with open_shop(open_service) as shop:
        yield shop
