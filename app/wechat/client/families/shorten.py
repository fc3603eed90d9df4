"""Short keys (短 key): 15 characters in place of up to 4 KB, for up to 30 days."""

from dataclasses import dataclass

from app.accounts import Account
from app.wechat.client.core import PlatformAnswer, PlatformClient
from app.wechat.client.interfaces import PlatformInterface
from app.wechat.client.request_values.validation import (
    BAD_PARAMETER,
    LONG_CONTENT,
    check_bytes,
    check_filled,
    check_range,
)

MAKE_SHORT_KEY = PlatformInterface(
    path="/cgi-bin/shorten/gen",
    title="获取短 key",
    page="/doc/service/api/qrcode/shorten/api_genshortkey.md",
    accounts="verified",
    repeatable=True,
)
READ_SHORT_KEY = PlatformInterface(
    path="/cgi-bin/shorten/fetch",
    title="还原短 key",
    page="/doc/service/api/qrcode/shorten/api_fetchshorten.md",
    accounts="verified",
    repeatable=True,
)

LONGEST_SECONDS = 2_592_000  # 30 days
DATA_BYTES = 4 * 1024


class ShortKey(PlatformAnswer):
    """A key of 15 characters."""

    short_key: str


class LongData(PlatformAnswer):
    """What a key stands for; `create_time` is seconds since 1970, `expire_seconds` what is left."""

    long_data: str
    create_time: int
    expire_seconds: int


@dataclass(frozen=True, slots=True)
class ShortKeys:
    """Short keys; they replace the short links, which are gone."""

    client: PlatformClient

    async def make(self, account: Account, data: str, seconds: int = LONGEST_SECONDS) -> ShortKey:
        """A key for up to 4 KB of text.

        Page: /doc/service/api/qrcode/shorten/api_genshortkey.md. Raises InvalidField.
        """
        check_filled("long_data", data, BAD_PARAMETER)
        check_bytes("long_data", data, DATA_BYTES, LONG_CONTENT)
        check_range("expire_seconds", seconds, 1, LONGEST_SECONDS)
        body = {"long_data": data, "expire_seconds": seconds}
        return await self.client.call(account, MAKE_SHORT_KEY, ShortKey, body=body)

    async def read(self, account: Account, short_key: str) -> LongData:
        """What a key stands for.

        Page: /doc/service/api/qrcode/shorten/api_fetchshorten.md. Raises ApiError for an unknown
        or expired key.
        """
        check_filled("short_key", short_key, BAD_PARAMETER)
        body = {"short_key": short_key}
        return await self.client.call(account, READ_SHORT_KEY, LongData, body=body)
