"""Short keys, against the simulator."""

import pytest

from app.simulator.clock import Clock
from app.wechat.client.errors import ApiError, InvalidField
from app.wechat.client.families.shorten import LongData, ShortKeys
from tests.wechat.client.support import SHOP, make_platform, open_client


async def test_a_key_stands_for_a_text_until_it_expires(redis_url: str) -> None:
    clock = Clock()

    async with open_client(redis_url, make_platform(clock)) as client:
        keys = ShortKeys(client)
        key = await keys.make(SHOP, "campaign=spring&segment=会员", seconds=60)
        clock.turn(20)
        data = await keys.read(SHOP, key.short_key)
        clock.turn(40)
        with pytest.raises(ApiError):
            await keys.read(SHOP, key.short_key)

    assert len(key.short_key) == 15
    assert data == LongData(
        long_data="campaign=spring&segment=会员", create_time=1_700_000_000, expire_seconds=40
    )


@pytest.mark.parametrize(
    ("data", "seconds", "field"),
    [
        ("", 60, "long_data: must not be empty"),
        ("a" * 4097, 60, "long_data: at most 4,096 bytes; this has 4,097"),
        ("a", 2_592_001, "expire_seconds: from 1 to 2592000"),
    ],
)
async def test_a_text_is_at_most_four_kilobytes(
    redis_url: str, data: str, seconds: int, field: str
) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(InvalidField, match=field):
            await ShortKeys(client).make(SHOP, data, seconds)


async def test_an_empty_key_is_not_sent(redis_url: str) -> None:
    async with open_client(redis_url, make_platform()) as client:
        with pytest.raises(InvalidField, match="short_key: must not be empty"):
            await ShortKeys(client).read(SHOP, "")
